import Glibc

/// A regular file that is open for reading, closed with its last owner.
public final class OpenFile: Sendable {
    /// For `sendfile` and the like; it belongs to this object.
    public let descriptor: Int32
    /// What is known of the file.
    public let facts: FileFacts

    /// Opens a file below a root. No component may be a link and none may leave the root.
    ///
    /// - Parameters:
    ///   - root: the folder that paths are below.
    ///   - path: relative, without empty, `.` or `..` components.
    /// - Returns: nil when there is no such regular file.
    /// - Throws: `ServingError` when the system refuses for another reason.
    public static func open(root: String, path: String) throws(ServingError) -> OpenFile? {
        var folder = Glibc.open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return try refusal(root) }
        var rest = path.split(separator: "/", omittingEmptySubsequences: false)[...]
        while rest.count > 1, let name = rest.popFirst() {
            let next = openat(folder, String(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            let number = errno
            close(folder)
            guard next >= 0 else { return try refusal(path, number) }
            folder = next
        }
        let name = rest.first.map(String.init) ?? ""
        // Never waits for a pipe's other end.
        let descriptor = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        let number = errno
        close(folder)
        guard descriptor >= 0 else { return try refusal(path, number) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        return OpenFile(
            descriptor: descriptor,
            facts: FileFacts(
                size: Int64(status.st_size), modified: Int64(status.st_mtim.tv_sec),
                nanoseconds: Int64(status.st_mtim.tv_nsec), inode: UInt64(status.st_ino)))
    }

    private init(descriptor: Int32, facts: FileFacts) {
        self.descriptor = descriptor
        self.facts = facts
    }

    deinit { close(descriptor) }

    /// Reads bytes at an offset; fewer than asked for only at the end. Blocks: not for an event loop's thread.
    public func read(at offset: Int64, count: Int) throws(ServingError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
            length = 0
            while length < count {
                let got = pread(
                    descriptor, buffer.baseAddress?.advanced(by: length), count - length,
                    Int(offset) + length)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { return }
                length += got
            }
        }
        guard failure == 0 else {
            throw ServingError(path: "an open file", reason: String(cString: strerror(failure)))
        }
        return bytes
    }

    private static func refusal(_ path: String, _ number: Int32 = errno) throws(ServingError) -> OpenFile? {
        switch number {
        case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, ENXIO: return nil
        default: throw ServingError(path: path, reason: String(cString: strerror(number)))
        }
    }
}

/// A file that is there but cannot be read.
public struct ServingError: Error, Equatable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The system's words.
    public let reason: String

    /// What and where.
    public var description: String { "\(path): cannot be read: \(reason); check the file's rights" }
}

/// What an answer about a file depends on.
public struct FileFacts: Sendable, Equatable {
    /// Bytes.
    public var size: Int64
    /// Seconds since 1970 of its last change.
    public var modified: Int64
    /// The part of that below a second.
    public var nanoseconds: Int64
    /// Its number in the file system.
    public var inode: UInt64

    /// Facts of these parts.
    public init(size: Int64, modified: Int64, nanoseconds: Int64 = 0, inode: UInt64 = 0) {
        self.size = size
        self.modified = modified
        self.nanoseconds = nanoseconds
        self.inode = inode
    }

    /// A strong entity tag. A file of the repository is replaced by rename, never written over, so that inode, time
    /// and size name its bytes.
    public var entityTag: String {
        let parts = [
            inode, UInt64(bitPattern: modified), UInt64(bitPattern: nanoseconds), UInt64(bitPattern: size),
        ]
        return "\"" + parts.map { String($0, radix: 16) }.joined(separator: "-") + "\""
    }
}
