public import Apk
import Glibc
import Packages
public import Signing

/// A repository of packages for one architecture, as apk reads it: `FOLDER/ARCH/{APKINDEX.tar.gz,NAME-VERSION.apk}`.
///
/// Whoever publishes holds the farm's lock; readers need nothing. A reader sees the index before or after a
/// publication, each whole, and every file that either names. A published name and version never changes its bytes.
/// The index lists one version of each origin, the one published last, and earlier ones where ``settings()`` say so;
/// their files stay for ``retention``, because clients go through indexes that they fetched hours ago, and so that a
/// roll-back has them. Every index that was ever current is kept as a numbered ``Snapshot``.
public struct PackageRepository: Sendable {
    /// The repository's folder: `repo/edge/main`.
    public let folder: String
    /// The architecture: `wasm32`.
    public let architecture: String
    /// The folder of the public keys that clients trust, common to all repositories: `repo/keys`.
    public let keysFolder: String
    /// How long the file of a version that left the index stays, in seconds.
    public let retention: Int64

    let files: any RepositoryFiles
    let now: @Sendable () -> Int64

    /// The repository in `folder`, which need not exist yet.
    ///
    /// - Parameters:
    ///   - keysFolder: unless given, the folder `keys` beside the folder above: `repo/keys` for `repo/edge/main`.
    ///   - retention: 30 days unless given; apk keeps an index for 4 hours.
    ///   - files: how files are written.
    ///   - now: seconds since 1970.
    public init(
        folder: String, arch: String, keysFolder: String? = nil, retention: Int64 = 30 * 86_400,
        files: any RepositoryFiles = LocalFiles(), now: @escaping @Sendable () -> Int64 = { Int64(time(nil)) }
    ) {
        self.folder = folder
        architecture = arch
        let above = folder.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
        self.keysFolder = keysFolder ?? (above.isEmpty ? "keys" : above.joined(separator: "/") + "/keys")
        self.retention = retention
        self.files = files
        self.now = now
    }

    /// The folder of packages and index: `repo/edge/main/wasm32`.
    public var packagesFolder: String { "\(folder)/\(architecture)" }
    /// The index: `repo/edge/main/wasm32/APKINDEX.tar.gz`.
    public var indexPath: String { "\(packagesFolder)/APKINDEX.tar.gz" }
    /// Where a package lies or would lie.
    public func path(of entry: IndexEntry) -> String { "\(packagesFolder)/\(entry.fileName)" }
    /// How descriptions and messages call it: `edge/main`.
    public var name: String { folder.split(separator: "/").suffix(2).joined(separator: "/") }

    /// What is published now; an empty index when nothing was yet. Throws `damagedRepository` when the index cannot
    /// be read or is not signed by one of the repository's keys.
    public func current() throws(PublishingError) -> Index {
        try index(trusting: nil)
    }

    /// Number and date of what is published; nil before the first publication by a farm that numbers.
    public func stamp() throws(PublishingError) -> IndexStamp? {
        IndexStamp(description: try current().description)
    }

    /// The keys that the repository's clients trust.
    public func keys() throws(PublishingError) -> KeyRing {
        do { return try KeyRing(folder: keysFolder) } catch {
            throw .damagedRepository(path: keysFolder, reason: "\(error)")
        }
    }

    /// The release number that other bytes for this package would be published under; see ``ReleaseNumber``.
    public func release(
        for name: PackageName, pkgver: String, pkgrel: Int
    ) throws(PublishingError) -> ReleaseNumber {
        var versions = try current().entries.filter { $0.name == name }.map(\.version)
        let start = "\(name)-"
        for file in try superseded().lines.keys where file.hasPrefix(start) && file.hasSuffix(".apk") {
            let text = String(file.dropFirst(start.count).dropLast(".apk".count))
            // A longer name with the same beginning leaves no version here.
            if let version = try? PackageVersion(parsing: text) { versions.append(version) }
        }
        return try ReleaseNumber.next(for: name, pkgver: pkgver, pkgrel: pkgrel, after: versions)
    }

    // MARK: What the repository knows

    func index(trusting key: PublicKey?) throws(PublishingError) -> Index {
        try index(at: indexPath, trusting: key) ?? Index()
    }

    /// A signed index file; nil when there is none.
    func index(at path: String, trusting key: PublicKey?) throws(PublishingError) -> Index? {
        guard try files.read(path) != nil else { return nil }
        do {
            return try IndexFile.read(path, keys: try ring(with: key))
        } catch let error as PublishingError {
            throw error
        } catch {
            throw .damagedRepository(path: path, reason: "\(error)")
        }
    }

    func ring(with key: PublicKey?) throws(PublishingError) -> KeyRing {
        guard try !files.names(in: keysFolder).isEmpty else { return KeyRing(key.map { [$0] } ?? []) }
        let known = try keys()
        return KeyRing(known.names.compactMap { known[$0] } + (key.map { [$0] } ?? []), origin: keysFolder)
    }

    /// A key of this name that clients trust already must be this one, and one whose trust was ended signs nothing.
    func requireOwn(_ key: PrivateKey) throws(PublishingError) {
        for state in [KeyLedger.State.retired, .revoked] {
            let path = "\(keysFolder)/\(state.rawValue)/\(key.name)"
            guard try files.size(of: path) == nil else { throw .endedKey(path: path, state: state) }
        }
        let path = "\(keysFolder)/\(key.name)"
        guard try files.read(path) != nil else { return }
        do {
            let probe = Array(key.name.utf8)
            let signature = try key.sign(probe, .rsaSHA256)
            if try PublicKey.load(path: path).verifies(signature, of: probe, .rsaSHA256) { return }
        } catch { throw .damagedRepository(path: path, reason: "\(error)") }
        throw .foreignKey(path: path)
    }

    func superseded() throws(PublishingError) -> SupersededList {
        let path = "\(packagesFolder)/\(SupersededList.fileName)"
        guard let bytes = try files.read(path) else { return SupersededList() }
        return try SupersededList(bytes: bytes, path: path)
    }

    func held() throws(PublishingError) -> HeldPackages {
        let path = "\(folder)/\(HeldPackages.fileName)"
        guard let bytes = try files.read(path) else { return HeldPackages() }
        return try HeldPackages(bytes: bytes, path: path)
    }

    func withdrawn() throws(PublishingError) -> WithdrawnPackages {
        let path = "\(folder)/\(WithdrawnPackages.fileName)"
        guard let bytes = try files.read(path) else { return WithdrawnPackages() }
        return try WithdrawnPackages(bytes: bytes, path: path)
    }

    /// Indexes of the channel's other repositories.
    func siblings(trusting key: PublicKey?) throws(PublishingError) -> [Index] {
        guard let slash = folder.lastIndex(of: "/") else { return [] }
        let channel = folder[..<slash]
        var indexes: [Index] = []
        for other in try files.names(in: String(channel)).sorted() where "\(channel)/\(other)" != folder {
            let path = "\(channel)/\(other)/\(architecture)/APKINDEX.tar.gz"
            if let index = try index(at: path, trusting: key) { indexes.append(index) }
        }
        return indexes
    }
}

/// What an index lists, to be asked once for each package of another.
struct ListedPackages {
    private struct Package: Hashable {
        let name: PackageName
        let version: PackageVersion
    }

    private let packages: [Package: IndexEntry]
    private let newest: [PackageName: IndexEntry]

    init(_ index: Index) {
        packages = Dictionary(index.entries.map { (Package(name: $0.name, version: $0.version), $0) }) {
            first, _ in
            first
        }
        // As `Index.newest`: of equal versions the last.
        newest = Dictionary(index.entries.map { ($0.name, $0) }) { $1.version < $0.version ? $0 : $1 }
    }

    /// Whether this very package is listed.
    func contains(_ entry: IndexEntry) -> Bool { self.entry(like: entry) != nil }

    /// What is listed under the name and version of a package.
    func entry(like entry: IndexEntry) -> IndexEntry? {
        packages[Package(name: entry.name, version: entry.version)]
    }

    /// The newest package of a name.
    func newest(_ name: PackageName) -> IndexEntry? { newest[name] }
}

extension Index {
    /// The packages that it lists.
    var listed: ListedPackages { ListedPackages(self) }
}

extension IndexEntry {
    /// The recipe that it comes from, as text.
    var recipe: String { (origin ?? name.text).description }
}
