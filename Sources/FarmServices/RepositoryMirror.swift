import Apk
import Foundation
import Packages
import Publishing

/// Brings a published repository into an object store: packages and what belongs to them first, the index last, so
/// that a reader there sees the old or the new whole.
public struct RepositoryMirror: Sendable {
    /// What was done.
    public struct Report: Sendable, Equatable {
        /// The snapshot that is there now; 0 for an index without a number.
        public var number: Int64
        /// Files that were compared with what is there.
        public var files: Int
    }

    let repository: PackageRepository
    let root: String
    let store: ObjectStore

    /// A mirror of a repository; `root` is the folder above the channels, whose layout the store has too.
    public init(repository: PackageRepository, root: String, store: ObjectStore) {
        self.repository = repository
        self.root = root
        self.store = store
    }

    /// Publishes. The index is read once: what is published here meanwhile is the next call's.
    ///
    /// - Throws: `ObjectStore.Failure`; then the store's index is what it was. `MirrorError.newer` when the store has a
    ///   newer index of this repository already.
    public func publish(tell: (String) -> Void) throws -> Report {
        let copy = NSTemporaryDirectory() + "apkfarm-index-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: repository.indexPath, toPath: copy)
        defer { try? FileManager.default.removeItem(atPath: copy) }  // a temporary file
        let index = try IndexFile.read(copy, keys: try repository.keys())
        let stamp = IndexStamp(description: index.description)
        let place = below(repository.indexPath)
        if let old = try store.read(place), let there = try Self.stamp(old), let stamp,
            !stamp.mayFollow(there)
        {
            throw MirrorError.newer(
                store: store.name, there: there.description.description, here: stamp.description.description)
        }
        let present = Set(try FileManager.default.contentsOfDirectory(atPath: repository.packagesFolder))
        var immutable: [String] = []
        for entry in index.entries {
            let origin = entry.origin ?? entry.name.text
            let names = [
                entry.fileName.description, "\(entry.label).cdx.json",
                "\(origin)-\(entry.version).provenance.json",
            ]
            immutable += names.filter(present.contains).map { below(repository.packagesFolder) + "/" + $0 }
        }
        immutable = Array(Set(immutable)).sorted()
        tell("\(repository.name): \(immutable.count) files of \(index.entries.count) packages")
        try store.send(immutable, from: root, control: "public, max-age=31536000, immutable")
        let keys = try FileManager.default.contentsOfDirectory(atPath: repository.keysFolder).filter {
            !$0.hasPrefix(".")
        }
        let lists = ["secdb.json", "withdrawn.tsv"].filter {
            FileManager.default.fileExists(atPath: "\(repository.folder)/\($0)")
        }
        let changing =
            keys.sorted().map { "\(below(repository.keysFolder))/\($0)" }
            + lists.map { "\(below(repository.folder))/\($0)" }
        try store.send(changing, from: root, control: "public, max-age=60, must-revalidate")
        try store.replace(place, with: copy, control: "public, max-age=60, must-revalidate")
        return Report(number: stamp?.number ?? 0, files: immutable.count + changing.count + 1)
    }

    private func below(_ path: String) -> String { String(path.dropFirst(root.count + 1)) }

    private static func stamp(_ index: Data) throws -> IndexStamp? {
        let copy = NSTemporaryDirectory() + "apkfarm-index-\(UUID().uuidString)"
        try index.write(to: URL(fileURLWithPath: copy))
        defer { try? FileManager.default.removeItem(atPath: copy) }  // a temporary file
        // Damage there is what this publication mends.
        return (try? IndexFile.read(copy, keys: nil)).flatMap { IndexStamp(description: $0.description) }
    }
}

/// Why a mirror is left alone.
public enum MirrorError: Error, Equatable, CustomStringConvertible {
    /// The store has a newer index.
    case newer(store: String, there: String, here: String)

    /// What, where, and what to do.
    public var description: String {
        switch self {
        case .newer(let store, let there, let here):
            "\(store) has '\(there)', which is newer than '\(here)' or of another repository; publish from the farm that"
                + " made it, or give another place"
        }
    }
}
