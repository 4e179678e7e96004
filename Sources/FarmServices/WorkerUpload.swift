import Foundation
import Synchronization

/// An output on its way from a worker: counted while it comes, and given its name by whoever writes it once it is whole.
public final class WorkerUpload: Sendable {
    /// Where the whole file belongs.
    public let path: String
    private let digest: String
    private let build: WorkerBuild
    private let limits: WorkerDesk.Limits
    private let taken = Mutex((bytes: Int64(0), checked: Int64(0)))

    init(digest: String, build: WorkerBuild, limits: WorkerDesk.Limits) {
        path = build.folder + "/" + digest
        self.digest = digest
        self.build = build
        self.limits = limits
    }

    /// Room for an output of a size that was announced: refused before a byte of it is read.
    /// - Throws: `WorkerDesk.Refusal`.
    func expect(_ bytes: Int64) throws {
        // Taken and given back: what really comes is counted.
        guard build.take(bytes, limit: limits.uploads) else { throw tooMuch }
        build.ended("", bytes: bytes, isWhole: false)
        try limits.requireSpace(for: bytes, in: build.folder)
    }

    /// Counts a piece before it is written; looks at the free space every 16 MiB.
    /// - Throws: `WorkerDesk.Refusal` when the order's outputs are too many bytes together, or the disk is too full.
    public func take(_ count: Int) throws {
        let bytes = Int64(count)
        guard build.take(bytes, limit: limits.uploads) else { throw tooMuch }
        let isDue = taken.withLock { taken in
            taken.bytes += bytes
            guard taken.bytes - taken.checked >= 16 << 20 else { return false }
            taken.checked = taken.bytes
            return true
        }
        if isDue { try limits.requireSpace(for: bytes, in: build.folder) }
    }

    /// The upload is over: the file has its name, or what came is of no use and counts no more.
    public func end(isWhole: Bool) {
        let bytes = taken.withLock { taken in
            defer { taken.bytes = 0 }
            return taken.bytes
        }
        build.ended(digest, bytes: bytes, isWhole: isWhole)
    }

    private var tooMuch: WorkerDesk.Refusal {
        WorkerDesk.Refusal(
            "the outputs of job \(build.order.job) are more than \(limits.uploads >> 20) MiB together;"
                + " 'upload-limit-mib' in apkfarm.conf sets the limit", .tooMuch)
    }
}

extension WorkerDesk {
    /// What workers may bring, and what must stay free on the disk.
    public struct Limits: Sendable {
        /// All outputs of one order together, in bytes.
        public var uploads: Int64
        /// What stays free on the disk, in bytes.
        public var keepFree: Int64
        /// The free bytes of the file system that a folder is in; nil when that is not known.
        public var free: @Sendable (String) -> Int64?

        /// Limits; the free space of real disks unless given.
        public init(
            uploads: Int64 = 8 << 30, keepFree: Int64 = 1 << 30,
            free: @escaping @Sendable (String) -> Int64? = Limits.freeSpace
        ) {
            self.uploads = uploads
            self.keepFree = keepFree
            self.free = free
        }

        /// Those of a farm's settings.
        public init(_ configuration: FarmConfiguration) {
            self.init(
                uploads: Int64(configuration.uploadLimitMiB) << 20,
                keepFree: Int64(configuration.keepFreeMiB) << 20)
        }

        /// What an ordinary user may still write, as statvfs(3) says.
        public static func freeSpace(_ folder: String) -> Int64? {
            var facts = statvfs()
            guard statvfs(folder, &facts) == 0 else { return nil }
            return Int64(facts.f_bavail) * Int64(facts.f_frsize)
        }

        /// What is wrong with the free space in a folder for so many more bytes; nil when nothing is.
        func lack(of bytes: Int64, in folder: String) -> String? {
            guard let free = free(folder), free - bytes < keepFree else { return nil }
            return "\(folder): \(free >> 20) MiB are free, and \(keepFree >> 20) are to stay free;"
                + " make room, or set 'keep-free-mib' in apkfarm.conf"
        }

        func requireSpace(for bytes: Int64, in folder: String) throws {
            if let lack = lack(of: bytes, in: folder) { throw Refusal(lack, .noSpace) }
        }
    }
}
