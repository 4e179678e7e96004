/// Packages that are to be published together, with what belongs to them.
public struct Publication: Sendable {
    /// Signed package files: all packages of one or several recipes.
    public var packages: [String]
    /// Files that lie beside the packages afterwards: SBOMs and statements, each named after a package.
    public var companions: [String] = []
    /// What the suites of the packages' origins said.
    public var suites: [PublishedSuite] = []
    /// What may happen to those who have installed something.
    public var policy = PublicationPolicy()
    /// Takes a version that is lower than the listed one.
    public var allowsOlder: Bool { policy.accepted.contains(.older) }
    /// The time that the index file carries, in seconds since 1970.
    public var epoch: Int64

    /// A publication of these packages.
    public init(_ packages: [String], epoch: Int64) {
        self.packages = packages
        self.epoch = epoch
    }
}
