import Glibc
import Signing

/// A file on its way into the store. Every byte goes through the digests as it is written.
final class PartialFile {
    let path: String
    private let descriptor: Int32
    private let sizeLimit: Int
    private var sha512 = SHA512()
    private var sha256 = SHA256()
    /// Bytes so far.
    private(set) var count = 0
    /// Whether the bytes came in more than one piece.
    var isPieced = false

    typealias Digests = (sha512: Digest, sha256: Digest)

    struct TooLarge: Error {}

    private init(path: String, descriptor: Int32, sizeLimit: Int) {
        self.path = path
        self.descriptor = descriptor
        self.sizeLimit = sizeLimit
    }

    deinit { close(descriptor) }

    /// Opens what an earlier attempt left, or a new file. What is there is read again for the digests.
    static func open(_ path: String, sizeLimit: Int) async throws(FetchError) -> PartialFile {
        try StoreFolder.makeFolder(of: path)
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
        var descriptor = Glibc.open(path, flags, 0o644)
        if descriptor < 0, errno == EACCES, unlink(path) == 0 {
            // Finished but not yet renamed when its process was killed.
            descriptor = Glibc.open(path, flags, 0o644)
        }
        guard descriptor >= 0 else { throw .store(path: path, reason: StoreFolder.reason(errno)) }
        let file = PartialFile(path: path, descriptor: descriptor, sizeLimit: sizeLimit)
        while try file.readAgain() { await Task.yield() }
        file.isPieced = file.count > 0
        return file
    }

    /// The digests of all bytes so far.
    var digests: Digests {
        // Copies are finalised, so that writing may go on.
        var long = sha512
        var short = sha256
        return (long.finalize(), short.finalize())
    }

    /// Begins anew.
    func reset() throws(FetchError) {
        guard ftruncate(descriptor, 0) == 0 else {
            throw .store(path: path, reason: StoreFolder.reason(errno))
        }
        count = 0
        isPieced = false
        sha512 = SHA512()
        sha256 = SHA256()
    }

    /// Adds bytes.
    ///
    /// - Throws: `TooLarge` or `FetchError.store`.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        if count + bytes.count > sizeLimit { throw TooLarge() }
        var done = 0
        while done < bytes.count {
            let written = pwrite(
                descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, count + done)
            if written < 0 {
                if errno == EINTR { continue }
                throw FetchError.store(path: path, reason: StoreFolder.reason(errno))
            }
            done += written
        }
        add(bytes)
    }

    /// Makes the bytes last, takes away the right to write them, and only then gives them their name.
    func finish(as name: String) throws(FetchError) {
        guard fchmod(descriptor, 0o444) == 0, fsync(descriptor) == 0 else {
            throw .store(path: path, reason: StoreFolder.reason(errno))
        }
        try StoreFolder.move(path, to: name)
    }

    /// Removes the file.
    func discard() {
        unlink(path)
    }

    private func add(_ bytes: UnsafeRawBufferPointer) {
        sha512.update(bytes)
        sha256.update(bytes)
        count += bytes.count
    }

    /// Reads a further MiB of what is there; false at its end.
    private func readAgain() throws(FetchError) -> Bool {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        let got = pread(descriptor, buffer.baseAddress, buffer.count, count)
        if got < 0 { throw .store(path: path, reason: StoreFolder.reason(errno)) }
        add(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
        return got > 0
    }
}
