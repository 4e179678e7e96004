import Glibc
import Signing

/// The right to fetch one source: held by one task of one process at a time. The kernel takes it back from a killed
/// process.
final class StoreLock: Sendable {
    private let path: String
    private let descriptor: Int32

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    // Removing first is safe: who opened the file before sees that it is gone and takes a new one.
    deinit {
        unlink(path)
        close(descriptor)
    }

    /// Waits for the right, asking at growing intervals: waiting in the kernel would hold one of few threads.
    static func take(_ path: String, name: String) async throws(FetchError) -> StoreLock {
        try StoreFolder.makeFolder(of: path)
        var pause = Duration.milliseconds(10)
        while true {
            if let lock = try attempt(path) { return lock }
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw .cancelled(name: name)
            }
            pause = min(pause * 2, .milliseconds(500))
        }
    }

    private static func attempt(_ path: String) throws(FetchError) -> StoreLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .store(path: path, reason: StoreFolder.reason(errno)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            close(descriptor)
            if number == EWOULDBLOCK || number == EINTR { return nil }
            throw .store(path: path, reason: StoreFolder.reason(number))
        }
        var held = stat()
        var named = stat()
        guard fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino else {
            // The holder before removed this file: others would lock another one.
            close(descriptor)
            return nil
        }
        return StoreLock(path: path, descriptor: descriptor)
    }
}
