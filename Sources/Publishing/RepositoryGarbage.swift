import Apk

/// A file that nobody needs any more.
public struct Garbage: Sendable, Hashable {
    /// The file.
    public let path: String
    /// Its size.
    public let bytes: Int64
    /// Why it may go.
    public let reason: String
}

extension PackageRepository {
    /// What may be removed: packages that left the index longer than ``retention`` ago, files that no index ever named,
    /// lists and statements without their package, and snapshots older than ``retention``, of which the newest
    /// `keeping` stay in any case.
    public func garbage(keeping: Int = 20) throws(PublishingError) -> [Garbage] {
        let index = try current()
        var garbage: [Garbage] = []
        func add(_ path: String, _ reason: String) throws(PublishingError) {
            guard let bytes = try files.size(of: path) else { return }
            garbage.append(Garbage(path: path, bytes: bytes, reason: reason))
        }
        let listed = Set(index.entries.map(\.fileName.description))
        let list = try superseded()
        let expired = Set(list.expired(before: now() - retention)).subtracting(listed)
        for name in expired.sorted() { try add("\(packagesFolder)/\(name)", "left the index long ago") }
        for path in try strays(index) { try add(path, "no index names it") }
        let stems = listed.union(list.lines.keys).subtracting(expired).map { $0.dropLast(".apk".count) }
        let lists = Set(stems.map { "\($0).tsv" })
        for name in try files.names(in: "\(folder)/contents").sorted() where !lists.contains(name) {
            try add("\(folder)/contents/\(name)", "its package is gone")
        }
        let current = IndexStamp(description: index.description)?.number ?? 0
        let before = UTCDate.text(now() - retention)
        for number in try numbers().filter({ $0 < current }).dropLast(max(0, keeping - 1)) {
            let path = "\(snapshotFolder(number))/\(Snapshot.fileName)"
            guard let bytes = try files.read(path) else { continue }
            guard try Snapshot(bytes: bytes, path: path).date < before else { continue }
            for name in try files.names(in: snapshotFolder(number)).sorted() {
                try add("\(snapshotFolder(number))/\(name)", "an old snapshot")
            }
        }
        return garbage
    }

    /// Removes garbage, and folders that are empty then. Ends at the first file that cannot be removed.
    public func remove(_ garbage: [Garbage]) throws(PublishingError) {
        // A snapshot's record goes last, so that one which was taken half is garbage still.
        let (records, others) = (
            garbage.filter { $0.path.hasSuffix("/" + Snapshot.fileName) },
            garbage.filter { !$0.path.hasSuffix("/" + Snapshot.fileName) }
        )
        for file in others + records { try files.remove(file.path) }
        for record in records {
            let folder = record.path.dropLast(Snapshot.fileName.count + 1)
            try files.remove(String(folder))
            try files.remove(String(folder.dropLast(architecture.count + 1)))
        }
    }
}
