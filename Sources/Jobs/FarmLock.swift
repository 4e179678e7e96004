import Glibc

/// The right to write a farm's jobs and repository. One process has it at a time; it ends with the process, however
/// that dies.
public final class FarmLock: Sendable {
    /// Who has the lock, as far as its file says.
    public struct Holder: Sendable, Hashable {
        /// The process.
        public let process: Int32
        /// Its command line.
        public let command: String
    }

    /// Why there is no lock.
    public enum LockError: Error, Sendable, Hashable, CustomStringConvertible {
        /// Another process has it.
        case held(path: String, by: Holder?)
        /// The file cannot be made or locked.
        case unusable(path: String, reason: String)

        /// What, where, and what to do.
        public var description: String {
            switch self {
            case .held(let path, let holder?):
                "\(path): process \(holder.process) ('\(holder.command)') is working on this farm; wait for it, or"
                    + " queue with 'apkfarm queue' if it is a daemon"
            case .held(let path, nil): "\(path): another process is working on this farm; wait for it"
            case .unusable(let path, let reason):
                "\(path): the farm cannot be locked: \(reason); check its folder"
            }
        }
    }

    /// The lock's file.
    public let path: String
    private let descriptor: Int32

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    /// Takes the lock at `path`, a file in a folder that exists, for this process. `command` is what other processes
    /// are told. Does not wait: throws `held` when another process, or an earlier call of this one, has it.
    public static func acquire(path: String, command: String) throws(LockError) -> FarmLock {
        // Closed on exec: a build's processes must not hold the lock when this process is gone.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .unusable(path: path, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let holder = holder(descriptor)
            close(descriptor)
            if reason == EWOULDBLOCK { throw .held(path: path, by: holder) }
            throw .unusable(path: path, reason: String(cString: strerror(reason)))
        }
        let text = "\(getpid())\n\(command)\n"
        let isWritten = ftruncate(descriptor, 0) == 0 && pwrite(descriptor, text, text.utf8.count, 0) >= 0
        guard isWritten else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw .unusable(path: path, reason: reason)
        }
        return FarmLock(path: path, descriptor: descriptor)
    }

    /// Who has the lock at `path`; nil when nobody has.
    public static func holder(at path: String) -> Holder? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        return holder(descriptor)
    }

    deinit {
        // The file stays: removing it would let two processes lock two files of one name.
        _ = ftruncate(descriptor, 0)
        close(descriptor)
    }

    private static func holder(_ descriptor: Int32) -> Holder? {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        guard lines.count == 2, let process = Int32(lines[0]) else { return nil }
        return Holder(process: process, command: String(lines[1]))
    }
}
