import Apk
import Glibc

/// A file that appears whole or not at all: written under a temporary name beside its place, synced, renamed.
final class OutputFile {
    private let path: String
    private let temporary: String
    private var descriptor: Int32
    private(set) var size = 0

    /// Begins the file. Its folder must exist.
    static func create(_ path: String, mode: mode_t = 0o644) throws(PackageError) -> OutputFile {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? ""
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        var number = 0
        var temporary = ""
        var descriptor: Int32 = -1
        repeat {
            temporary = "\(folder).\(name).new-\(getpid())-\(number)"
            descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
            number += 1
        } while descriptor < 0 && errno == EEXIST && number < 10_000
        guard descriptor >= 0 else { throw .system(path, "create a file beside") }
        guard fchmod(descriptor, mode) == 0 else {
            let number = errno
            close(descriptor)
            unlink(temporary)
            throw .system(path, "set the mode of", number)
        }
        return OutputFile(path: path, temporary: temporary, descriptor: descriptor)
    }

    private init(path: String, temporary: String, descriptor: Int32) {
        self.path = path
        self.temporary = temporary
        self.descriptor = descriptor
    }

    deinit { discard() }

    /// Adds bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(PackageError) {
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(path, "write \(bytes.count) bytes to")
            }
            done += count
        }
        size += bytes.count
    }

    /// Adds bytes.
    func write(_ bytes: [UInt8]) throws(PackageError) {
        try bytes.withRawBytes { (piece) throws(PackageError) in try write(piece) }
    }

    /// Puts the file in its place.
    func commit() throws(PackageError) {
        guard fsync(descriptor) == 0 else { throw .system(path, "sync") }
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0 else {
            let number = errno
            unlink(temporary)
            throw .system(path, "close", number)
        }
        guard rename(temporary, path) == 0 else {
            let number = errno
            unlink(temporary)
            throw .system(path, "rename the new file to", number)
        }
        OutputFile.syncFolder(of: path)
    }

    /// Forgets what was written.
    func discard() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(temporary)
    }

    /// Writes a whole file at once.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws(PackageError) {
        let file = try create(path, mode: mode)
        try file.write(bytes)
        try file.commit()
    }

    /// Makes a rename last through a power cut. A file system that cannot do this is no reason to fail.
    private static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
