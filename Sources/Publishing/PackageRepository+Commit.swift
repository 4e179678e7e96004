import Apk
import Packages
import Signing

/// What makes one snapshot of another.
struct IndexChange {
    /// A file that is put in its place before the index.
    enum Placed {
        case copy(String, to: String)
        case link(String, to: String)
        case write([UInt8], to: String)

        var path: String {
            switch self {
            case .copy(_, let path), .link(_, let path), .write(_, let path): path
            }
        }
    }

    let index: Index
    let action: Snapshot.Action
    let suites: SuiteLedger
    var source = ""
    var reason = ""
    var placed: [Placed] = []

    init(index: Index, action: Snapshot.Action, suites: SuiteLedger) {
        self.index = index
        self.action = action
        self.suites = suites
    }
}

extension PackageRepository {
    /// The folder of a snapshot's files.
    public func snapshotFolder(_ number: Int64) -> String { "\(folder)/snapshots/\(number)/\(architecture)" }

    /// Makes the next snapshot and points at it: the one step in which the published state changes. The pointer is the
    /// index file, which is renamed over the old one; everything that it names is in its place before.
    ///
    /// - Returns: what the index no longer lists.
    func commit(
        _ change: IndexChange, over old: Index, _ superseded: SupersededList, key: PrivateKey, epoch: Int64
    ) throws(PublishingError) -> [IndexEntry] {
        var transaction = PublishTransaction(repository: self, files: files)
        try transaction.prepare(key: key.publicKey)
        let stamp: IndexStamp
        let bytes: [UInt8]
        do {
            // An index that was lost must not make numbers begin anew.
            let last = try IndexStamp(description: old.description)?.number ?? numbers().last ?? 0
            stamp = try IndexStamp(
                repository: ByteText(name), number: last + 1, date: ByteText(UTCDate.text(now())))
            bytes = try IndexFile.bytes(
                of: change.index, description: stamp.description.description, epoch: epoch, signedBy: key)
        } catch let error as PublishingError {
            throw error
        } catch {
            throw .damagedRepository(path: indexPath, reason: "the new index cannot be made: \(error)")
        }
        let (listed, before) = (change.index.listed, old.listed)
        let left = old.entries.filter { !listed.contains($0) }
        var list = superseded
        for entry in left { list.add(entry, at: now()) }
        let current = Set(change.index.withoutEarlier.entries.map(\.fileName))
        for entry in old.withoutEarlier.entries
        where listed.contains(entry) && !current.contains(entry.fileName) {
            list.add(entry, at: now())
        }
        var record = Snapshot(number: stamp.number, date: stamp.date.description, action: change.action)
        record.source = change.source
        record.reason = change.reason
        record.added = change.index.entries.filter { !before.contains($0) }.map(\.label)
        record.removed = left.map(\.label)
        try transaction.publish(
            change.placed, superseded: list == superseded ? nil : list,
            snapshot: [
                (SuiteLedger.fileName, change.suites.bytes), (Snapshot.fileName, record.bytes),
                ("APKINDEX.tar.gz", bytes),
            ], number: stamp.number, index: bytes)
        return left
    }

    /// What the suites of the published packages said: the ledger of the current snapshot.
    func suites(of index: Index) throws(PublishingError) -> SuiteLedger {
        guard let number = IndexStamp(description: index.description)?.number else { return SuiteLedger() }
        return try suites(ofSnapshot: number)
    }

    func suites(ofSnapshot number: Int64) throws(PublishingError) -> SuiteLedger {
        let path = "\(snapshotFolder(number))/\(SuiteLedger.fileName)"
        guard let bytes = try files.read(path) else { return SuiteLedger() }
        return try SuiteLedger(bytes: bytes, path: path)
    }

    /// Numbers of the snapshots that are kept, rising.
    func numbers() throws(PublishingError) -> [Int64] {
        try files.names(in: "\(folder)/snapshots").compactMap { Int64($0) }.sorted()
    }

    /// Numbers of snapshots that were current once and have their index still, rising. A publication that failed may
    /// have left one that never was.
    func pastNumbers(of index: Index) throws(PublishingError) -> [Int64] {
        let current = IndexStamp(description: index.description)?.number ?? 0
        var past: [Int64] = []
        for number in try numbers() where number <= current {
            if try files.size(of: "\(snapshotFolder(number))/APKINDEX.tar.gz") != nil { past.append(number) }
        }
        return past
    }

    func contentsPath(of entry: IndexEntry) -> String { "\(folder)/contents/\(entry.label).tsv" }

    /// The list of a published package's files; nil when the package is missing or damaged.
    func contents(of entry: IndexEntry) throws(PublishingError) -> PackageFiles? {
        if let bytes = try files.read(contentsPath(of: entry)), let list = PackageFiles(bytes: bytes) {
            return list
        }
        // 'repo check' tells about a package that cannot be read; it must not stand in the way of its healing.
        return (try? PackageReader.read(file: path(of: entry))).map { PackageFiles($0) }
    }
}
