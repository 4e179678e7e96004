/// Owner and permissions as the installed database notes them.
public struct FileOwnership: Equatable, Sendable {
    /// The owner's number.
    public var userID: UInt32
    /// The group's number.
    public var groupID: UInt32
    /// The low 12 bits of the mode.
    public var mode: UInt32
    /// Digest of the extended attributes, as written; nil without any.
    public var attributes: ByteText?

    /// Ownership by numbers and mode.
    public init(userID: UInt32 = 0, groupID: UInt32 = 0, mode: UInt32) {
        self.userID = userID
        self.groupID = groupID
        self.mode = mode
    }

    /// What a folder has whose line is left out.
    public static let folderDefault = FileOwnership(mode: 0o755)
    /// What a file has whose line is left out.
    public static let fileDefault = FileOwnership(mode: 0o644)
}

/// A file that a package owns.
public struct InstalledFile: Equatable, Sendable {
    /// Name inside its folder.
    public var name: ByteText
    /// Owner and mode.
    public var ownership = FileOwnership.fileDefault
    /// SHA1 of its content or link target as written: `Q1<base64>`; nil if unknown.
    public var checksum: ByteText?

    /// A file of this name.
    public init(name: ByteText) { self.name = name }
}

/// A folder that a package owns, with its files there.
public struct InstalledFolder: Equatable, Sendable {
    /// Path without a leading slash, empty for the root.
    public var path: ByteText
    /// Owner and mode.
    public var ownership = FileOwnership.folderDefault
    /// The package's files in it.
    public var files: [InstalledFile] = []

    /// A folder at this path.
    public init(path: ByteText) { self.path = path }

    /// The path of a file in it.
    public func path(of file: InstalledFile) -> ByteText { path.isEmpty ? file.name : path + "/" + file.name }
}

/// A package as the root's database knows it.
public struct InstalledPackage: Equatable, Sendable {
    /// Its index fields.
    public var entry: IndexEntry
    /// Packages whose files it may take over (`r:`).
    public var replaces: [DependencyAtom] = []
    /// Who wins between two that replace each other (`q:`).
    public var replacesPriority: Int64?
    /// The repository tag that it came from (`s:`).
    public var repositoryTag: ByteText?
    /// What is broken about it (`f:`): letters f, s, x; S for an identity by SHA256.
    public var brokenFlags: ByteText?
    /// What it owns.
    public var folders: [InstalledFolder] = []

    /// A package without files.
    public init(entry: IndexEntry) { self.entry = entry }

    /// The number of its files.
    public var fileCount: Int { folders.reduce(0) { $0 + $1.files.count } }
}

/// What is installed in a root: `lib/apk/db/installed`.
public struct InstalledDatabase: Equatable, Sendable {
    /// Where it lies in the root.
    public static let path: ByteText = "lib/apk/db/installed"

    /// The packages, in the file's order.
    public var packages: [InstalledPackage] = []

    /// A database without a package.
    public init() {}

    /// The package of a name, nil if it is not installed.
    public func package(named name: PackageName) -> InstalledPackage? {
        for package in packages where package.entry.name == name { return package }
        return nil
    }
}
