import Apk
import Packages
public import Signing

extension PackageRepository {
    /// The states that the repository had, the newest first. Snapshots that garbage collection took are not among
    /// them.
    /// - Parameters:
    ///   - before: only those with a lower number.
    ///   - limit: at most so many; others are not read.
    public func log(before: Int64? = nil, limit: Int = .max) throws(PublishingError) -> [Snapshot] {
        guard let current = IndexStamp(description: try current().description)?.number else { return [] }
        var snapshots: [Snapshot] = []
        for number in try numbers().reversed() where number <= current && number < before ?? .max {
            guard snapshots.count < limit else { break }
            let path = "\(snapshotFolder(number))/\(Snapshot.fileName)"
            guard let bytes = try files.read(path) else { continue }
            snapshots.append(try Snapshot(bytes: bytes, path: path))
        }
        return snapshots
    }

    /// The index of a snapshot, verified.
    public func index(ofSnapshot number: Int64) throws(PublishingError) -> Index {
        let path = "\(snapshotFolder(number))/APKINDEX.tar.gz"
        guard try files.size(of: path) != nil else {
            throw .noSnapshot(repository: name, reason: "there is no snapshot \(number)")
        }
        // A key that was retired since signed it while it was trusted.
        var trusted: [PublicKey] = []
        for folder in [keysFolder, keysFolder + "/retired"] where try !files.names(in: folder).isEmpty {
            do throws(SigningError) {
                let ring = try KeyRing(folder: folder)
                trusted += ring.names.compactMap { ring[$0] }
            } catch { throw .damagedRepository(path: folder, reason: "\(error)") }
        }
        do throws(PackageError) {
            return try IndexFile.read(path, keys: KeyRing(trusted, origin: keysFolder))
        } catch { throw .damagedRepository(path: path, reason: error.reason) }
    }

    /// Lists the packages of an earlier snapshot again, under a number of its own: clients that refuse to go back
    /// take it, and apk with `--available` goes to its versions.
    ///
    /// - Parameters:
    ///   - number: the snapshot; nil: the newest one that lists other packages than are listed now.
    ///   - reason: why, for `repo log`.
    /// - Throws: `noSnapshot`, `incomplete` when a file is gone or was withdrawn; then nothing has changed.
    @discardableResult
    public func rollBack(
        to number: Int64? = nil, reason: String = "", key: PrivateKey, epoch: Int64
    ) throws(PublishingError) -> PublishReport {
        try requireOwn(key)
        let old = try index(trusting: key.publicKey)
        let (number, target) = try goal(number, old)
        let superseded = try superseded()
        let withdrawn = try withdrawn()
        func isGone(_ entry: IndexEntry) -> Bool {
            guard withdrawn.tombstones[entry.fileName.description] == nil,
                // The reason why it cannot be read does not matter here; 'repo check' tells it.
                let present = try? PackageReader.read(file: path(of: entry))
            else { return true }
            return present.identity != entry.identity
        }
        let current = target.withoutEarlier.entries
        let bad = current.filter(isGone)
        guard bad.isEmpty else { throw .incomplete(repository: name, missing: bad.map(\.label)) }
        // An earlier version that is gone meanwhile is no loss.
        let newest = target.withoutEarlier.listed
        let listed = target.entries.filter { newest.contains($0) || !isGone($0) }
        var change = IndexChange(
            index: Index(entries: listed), action: .rollback, suites: try suites(ofSnapshot: number))
        change.source = "snapshot \(number)"
        change.reason = reason
        var report = PublishReport()
        let before = old.listed
        report.published = listed.filter { !before.contains($0) }
        report.superseded = try commit(change, over: old, superseded, key: key, epoch: epoch)
        return report
    }

    private func goal(_ number: Int64?, _ old: Index) throws(PublishingError) -> (Int64, Index) {
        let current = IndexStamp(description: old.description)?.number ?? 0
        if let number {
            guard number < current else {
                throw .noSnapshot(
                    repository: name,
                    reason: "snapshot \(number) is not earlier than \(current), the current one")
            }
            return (number, try index(ofSnapshot: number))
        }
        for candidate in try pastNumbers(of: old).reversed() where candidate < current {
            let index = try index(ofSnapshot: candidate)
            if index.withoutEarlier.entries != old.withoutEarlier.entries { return (candidate, index) }
        }
        throw .noSnapshot(repository: name, reason: "there is no earlier snapshot with other packages")
    }
}
