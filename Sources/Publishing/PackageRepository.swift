public import Apk
import Glibc
import Packages
public import Signing

/// A repository of packages for one architecture, as apk reads it: `FOLDER/ARCH/{APKINDEX.tar.gz,NAME-VERSION.apk}`.
///
/// Whoever publishes holds the farm's lock; readers need nothing. A reader sees the index before or after a
/// publication, each whole, and every file that either names. A published name and version never changes its bytes.
/// The index lists one version of each origin, the one published last; files of earlier versions stay for
/// ``retention``, because clients go through indexes that they fetched hours ago.
public struct PackageRepository: Sendable {
    /// The repository's folder: `repo/edge/main`.
    public let folder: String
    /// The architecture: `wasm32`.
    public let architecture: String
    /// The folder of the public keys that clients trust, common to all repositories: `repo/keys`.
    public let keysFolder: String
    /// How long the file of a version that left the index stays, in seconds.
    public let retention: Int64

    private let files: any RepositoryFiles
    private let now: @Sendable () -> Int64

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

    /// What is published now; an empty index when nothing was yet. Throws `damagedRepository` when the index cannot
    /// be read or is not signed by one of the repository's keys.
    public func current() throws(PublishingError) -> Index {
        try index(trusting: nil)
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

    /// Publishes signed package files, all or none: verified first, copied under temporary names and synced, renamed;
    /// then the index. Packages of the same origins in other versions leave the index, their files stay for
    /// ``retention``. Publishing the same bytes again changes nothing.
    ///
    /// `files` are all packages of one or several recipes: what an origin no longer makes leaves the index.
    ///
    /// - Parameters:
    ///   - key: signs the index; its public half is put into the repository's key folder.
    ///   - epoch: the time that the index file carries, in seconds since 1970.
    /// - Throws: ``PublishingError``; then the repository is what it was.
    @discardableResult
    public func publish(_ paths: [String], key: PrivateKey, epoch: Int64) throws(PublishingError)
        -> PublishReport
    {
        try requireOwn(key)
        let old = try index(trusting: key.publicKey)
        let superseded = try superseded()
        let offers = try offers(paths, trusting: key.publicKey)
        var report = PublishReport()
        var fresh: [Offer] = []
        for offer in offers {
            switch try verdict(on: offer, in: old, superseded) {
            case .new: fresh.append(offer)
            case .present: report.unchanged.append(offer.entry)
            }
        }
        let new = merge(offers.map(\.entry), into: old)
        if fresh.isEmpty && new.entries == old.entries.sorted(by: IndexEntry.precedes) {
            report.removed = removeExpired(superseded, listed: new)
            return report
        }
        var transaction = PublishTransaction(repository: self, files: files)
        try transaction.prepare(key: key.publicKey)
        var left = superseded
        for entry in old.entries where !new.lists(entry) {
            left.add(entry, at: now())
            report.superseded.append(entry)
        }
        let description = folder.split(separator: "/").suffix(2).joined(separator: "/")
        let bytes: [UInt8]
        do {
            bytes = try IndexFile.bytes(of: new, description: description, epoch: epoch, signedBy: key)
        } catch {
            throw .damagedRepository(path: indexPath, reason: "the new index cannot be made: \(error)")
        }
        try transaction.publish(
            packages: fresh.map { ($0.path, path(of: $0.entry)) },
            superseded: left == superseded ? nil : left,
            index: bytes)
        report.published = fresh.map(\.entry)
        report.removed = removeExpired(left, listed: new)
        return report
    }

    // MARK: Parts of a publication

    /// A package that is to be published.
    private struct Offer {
        let path: String
        let entry: IndexEntry
    }

    private enum Verdict {
        case new, present
    }

    private func index(trusting key: PublicKey?) throws(PublishingError) -> Index {
        guard try files.read(indexPath) != nil else { return Index() }
        do {
            return try IndexFile.read(indexPath, keys: try ring(with: key))
        } catch let error as PublishingError {
            throw error
        } catch {
            throw .damagedRepository(path: indexPath, reason: "\(error)")
        }
    }

    private func ring(with key: PublicKey?) throws(PublishingError) -> KeyRing {
        guard try !files.names(in: keysFolder).isEmpty else { return KeyRing(key.map { [$0] } ?? []) }
        let known = try keys()
        return KeyRing(known.names.compactMap { known[$0] } + (key.map { [$0] } ?? []), origin: keysFolder)
    }

    /// A key of this name that clients trust already must be this one.
    private func requireOwn(_ key: PrivateKey) throws(PublishingError) {
        let path = "\(keysFolder)/\(key.name)"
        guard try files.read(path) != nil else { return }
        do {
            let probe = Array(key.name.utf8)
            let signature = try key.sign(probe, .rsaSHA256)
            if try PublicKey.load(path: path).verifies(signature, of: probe, .rsaSHA256) { return }
        } catch { throw .damagedRepository(path: path, reason: "\(error)") }
        throw .foreignKey(path: path)
    }

    private func superseded() throws(PublishingError) -> SupersededList {
        let path = "\(packagesFolder)/\(SupersededList.fileName)"
        guard let bytes = try files.read(path) else { return SupersededList() }
        return try SupersededList(bytes: bytes, path: path)
    }

    private func offers(_ paths: [String], trusting key: PublicKey) throws(PublishingError) -> [Offer] {
        let ring = try ring(with: key)
        var offers: [Offer] = []
        var seen: [ByteText: String] = [:]
        for path in paths {
            var entry: IndexEntry
            do {
                try PackageReader.verify(file: path, keys: ring)
                entry = try PackageReader.read(file: path).entry
            } catch { throw .badPackage(path: path, reason: error.reason) }
            let given = entry.architecture.map(\.description) ?? "noarch"
            guard given == architecture || given == "noarch" else {
                throw .wrongArchitecture(path: path, architecture: given, expected: architecture)
            }
            // apk fetches ARCH/NAME-VERSION.apk by the entry's word, and noarch packages lie here too.
            entry.architecture = ByteText(architecture)
            if let first = seen.updateValue(path, forKey: entry.fileName) {
                throw .duplicate(package: entry.label, first: first, second: path)
            }
            offers.append(Offer(path: path, entry: entry))
        }
        return offers
    }

    /// Whether a package may be published, and whether its file must be written.
    private func verdict(
        on offer: Offer, in index: Index, _ superseded: SupersededList
    ) throws(PublishingError) -> Verdict {
        let entry = offer.entry
        let name = entry.fileName.description
        let offered = entry.identity.map(\.description) ?? "-"
        let listed = index.entries.first { $0.name == entry.name && $0.version == entry.version }
        if let known = listed.flatMap(\.identity).map(\.description) ?? superseded.lines[name]?.identity,
            known != offered
        {
            throw .immutable(package: entry.label, published: known, offered: offered)
        }
        if let newest = index.newest(entry.name), entry.version < newest.version {
            throw .olderVersion(package: entry.label, listed: newest.label)
        }
        // A file that no index ever named is a leftover of a killed publication, and one that is damaged is healed.
        guard listed != nil, let present = try? PackageReader.read(file: path(of: entry)) else { return .new }
        return present.identity == entry.identity ? .present : .new
    }

    /// The index with these entries: of each of their origins nothing else is listed.
    private func merge(_ entries: [IndexEntry], into old: Index) -> Index {
        let origins = Set(entries.map { $0.origin ?? $0.name.text })
        let names = Set(entries.map(\.name))
        let others = old.entries.filter {
            !origins.contains($0.origin ?? $0.name.text) && !names.contains($0.name)
        }
        return Index(
            entries: (others + entries).sorted(by: IndexEntry.precedes), description: old.description)
    }

    /// Removes files of versions that left the index long ago. Their lines stay: a name is never used again. What
    /// cannot be removed is tried again by the next publication: this one has succeeded already.
    private func removeExpired(_ list: SupersededList, listed: Index) -> [String] {
        let expired = Set(list.expired(before: now() - retention))
            .subtracting(listed.entries.map(\.fileName.description))
        guard !expired.isEmpty, let present = try? files.names(in: packagesFolder) else { return [] }
        return expired.intersection(present).sorted().filter { name in
            (try? files.remove("\(packagesFolder)/\(name)")) != nil
        }
    }
}

extension Index {
    /// Whether this very package is listed.
    func lists(_ entry: IndexEntry) -> Bool {
        entries.contains { $0.name == entry.name && $0.version == entry.version }
    }
}
