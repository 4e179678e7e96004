import Glibc

/// What the file system says of a file or folder without reading it. Equal stamps mean equal contents, but for files
/// that were changed about when the stamp was taken: see ``isSettled(before:)``.
struct FileStamp: Sendable, Hashable, BitwiseCopyable {
    var size: Int64 = -1
    /// Nanoseconds since 1970.
    var modified: Int64 = 0
    /// Nanoseconds since 1970; cannot be set back by whoever changes a file.
    var changed: Int64 = 0
    /// The file's number, mixed with that of its device.
    var inode: UInt64 = 0

    /// The stamp of what does not exist.
    static let absent = FileStamp()

    /// The stamp of `path` with links followed, relative to the folder that `descriptor` is open on.
    init(of path: UnsafePointer<CChar>, at descriptor: CInt) {
        var status = stat()
        guard fstatat(descriptor, path, &status, 0) == 0 else { return }
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
        inode = UInt64(status.st_ino) ^ (UInt64(status.st_dev) &* 0x9e37_79b9_7f4a_7c15)
    }

    /// The stamp of a path whose last byte is zero; see `init(of:at:)`.
    init(of path: ArraySlice<UInt8>, at descriptor: CInt) {
        self = path.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, bytes.last == 0 else { return .absent }
            return FileStamp(of: start.assumingMemoryBound(to: CChar.self), at: descriptor)
        }
    }

    private init() {}

    /// The stamp of `path` with links followed.
    init(of path: String) { self.init(of: path, at: AT_FDCWD) }

    /// Whether the file was last changed so long before `time` (nanoseconds since 1970) that a later change has another
    /// stamp, whatever the grain of the file system's clock.
    func isSettled(before time: Int64) -> Bool { max(modified, changed) < time - 2_000_000_000 }
}
