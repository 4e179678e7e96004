/// What a package says about itself: the content of its `.PKGINFO`.
public struct PackageInfo: Equatable, Sendable {
    /// The package's name.
    public var name: PackageName
    /// Version and release.
    public var version: PackageVersion
    /// One line about what it is (`pkgdesc`).
    public var summary = ByteText()
    /// Its home page.
    public var url = ByteText()
    /// Seconds since 1970 of the build, or of its sources (`builddate`).
    public var buildDate: Int64?
    /// Who packed it.
    public var packager: ByteText?
    /// Bytes of all distinct regular files (`size`); 0 would make it a virtual package without data.
    public var installedSize: Int64 = 0
    /// The machine it is for, `noarch` for any.
    public var architecture: ByteText
    /// The recipe that it comes from.
    public var origin: ByteText?
    /// The recipe's commit.
    public var commit: ByteText?
    /// Who looks after the recipe.
    public var maintainer: ByteText?
    /// Who wins when two packages replace each other's files.
    public var replacesPriority: Int64?
    /// Who is chosen among providers of a name; without one, provisions without a version are never chosen.
    public var providerPriority: Int64?
    /// SPDX expression.
    public var license = ByteText()
    /// Packages whose files it may take over.
    public var replaces: [DependencyAtom] = []
    /// What the recipe says it needs.
    public var dependencies: [DependencyAtom] = []
    /// What the recipe says it provides.
    public var provides: [DependencyAtom] = []
    /// Folders whose change runs its trigger script.
    public var triggers: [ByteText] = []
    /// When all of these are installed, this package is too.
    public var installIf: [DependencyAtom] = []
    /// What the scan of its files found that it provides.
    public var detectedProvides: [DependencyAtom] = []
    /// What the scan of its files found that it needs.
    public var detectedDependencies: [DependencyAtom] = []
    /// SHA256 of the compressed data member, 64 hexadecimal digits (`datahash`); nil only before packing.
    public var dataHash: ByteText?

    /// A package with the fields that no package lacks; the others are set afterwards.
    public init(name: PackageName, version: PackageVersion, architecture: ByteText) {
        self.name = name
        self.version = version
        self.architecture = architecture
    }

    /// All it needs: said and found.
    public var allDependencies: [DependencyAtom] { dependencies + detectedDependencies }
    /// All it provides besides its name: said and found.
    public var allProvides: [DependencyAtom] { provides + detectedProvides }
    /// `NAME-VERSION.apk`.
    public var fileName: ByteText { name.text + "-" + version.text + ".apk" }
}
