/// One package as an index describes it: enough to choose, fetch and check it.
public struct IndexEntry: Equatable, Sendable {
    /// A field that this version of apk does not know; a lower-case letter.
    public struct UnknownField: Equatable, Sendable {
        /// The letter before the colon.
        public let letter: UInt8
        /// What follows the colon.
        public let value: ByteText
    }

    /// The package's name (`P:`).
    public var name: PackageName
    /// Version and release (`V:`).
    public var version: PackageVersion
    /// Identity of its bytes (`C:`); nil only in hand-made indexes.
    public var identity: PackageIdentity?
    /// The machine it is for (`A:`).
    public var architecture: ByteText?
    /// Bytes of the package file (`S:`).
    public var fileSize: Int64 = 0
    /// Bytes of its installed files (`I:`); 0 for a virtual package.
    public var installedSize: Int64 = 0
    /// One line about it (`T:`).
    public var summary = ByteText()
    /// Home page (`U:`).
    public var url = ByteText()
    /// SPDX expression (`L:`).
    public var license = ByteText()
    /// The recipe it comes from (`o:`).
    public var origin: ByteText?
    /// Who looks after it (`m:`).
    public var maintainer: ByteText?
    /// Seconds since 1970 (`t:`).
    public var buildDate: Int64?
    /// The recipe's commit (`c:`).
    public var commit: ByteText?
    /// Who is chosen among providers (`k:`).
    public var providerPriority: Int64?
    /// What it needs (`D:`).
    public var dependencies: [DependencyAtom] = []
    /// What it provides besides its name (`p:`).
    public var provides: [DependencyAtom] = []
    /// When all of these are installed, it is too (`i:`).
    public var installIf: [DependencyAtom] = []
    /// Lower-case fields without a meaning here, kept in their order.
    public var unknownFields: [UnknownField] = []
    /// Why it cannot be installed: a field that this apk does not understand. nil if it can.
    public var obstacle: ByteText?

    /// A package with nothing but name and version.
    public init(name: PackageName, version: PackageVersion) {
        self.name = name
        self.version = version
    }

    /// The entry for a package file of this content, identity and size.
    public init(_ info: PackageInfo, identity: PackageIdentity, fileSize: Int64) {
        name = info.name
        version = info.version
        self.identity = identity
        architecture = info.architecture
        self.fileSize = fileSize
        installedSize = info.installedSize
        summary = info.summary
        url = info.url
        license = info.license
        origin = info.origin
        maintainer = info.maintainer
        buildDate = info.buildDate
        commit = info.commit
        providerPriority = info.providerPriority
        dependencies = info.allDependencies
        provides = info.allProvides
        installIf = info.installIf
    }

    /// `NAME-VERSION`, as messages name it.
    public var label: String { name.description + "-" + version.description }
    /// `NAME-VERSION.apk`.
    public var fileName: ByteText { name.text + "-" + version.text + ".apk" }

    /// Order of an index: by name, then by version, then by identity.
    public static func precedes(_ left: IndexEntry, _ right: IndexEntry) -> Bool {
        if left.name != right.name { return left.name < right.name }
        if left.version != right.version { return left.version < right.version }
        return (left.identity?.text ?? ByteText()) < (right.identity?.text ?? ByteText())
    }
}
