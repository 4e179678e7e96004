import Apk
import Glibc

/// A file of this machine, read piece by piece.
struct InputFile: ~Copyable {
    private let descriptor: Int32
    let path: String
    let status: stat

    /// Opens a regular file. With `follows: false`, a symbolic link is an error.
    static func open(_ path: String, follows: Bool = true) throws(PackageError) -> InputFile {
        let flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (follows ? 0 : O_NOFOLLOW)
        let descriptor = Glibc.open(path, flags)
        guard descriptor >= 0 else { throw .system(path, "open") }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let number = errno
            close(descriptor)
            throw .system(path, "look at", number)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw PackageError(path: path, reason: "is no regular file")
        }
        return InputFile(descriptor: descriptor, path: path, status: status)
    }

    private init(descriptor: Int32, path: String, status: stat) {
        self.descriptor = descriptor
        self.path = path
        self.status = status
    }

    deinit { close(descriptor) }

    /// Bytes of the file when it was opened.
    var size: Int { Int(status.st_size) }

    /// Hands the content from its beginning to `take`, in pieces of 1 MiB: most packages are one.
    func forEachPiece(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        let room = max(4 << 10, min(size, 1 << 20))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 16)
        defer { buffer.deallocate() }
        var offset = 0
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, offset)
            if count < 0 {
                if errno == EINTR { continue }
                throw PackageError.system(path, "read")
            }
            if count == 0 { return }
            offset += count
            try take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// The whole content.
    ///
    /// - Throws: `overLimit` beyond `limit` bytes.
    func bytes(limit: Int) throws(PackageError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(size, limit))
        do {
            try forEachPiece { piece in
                guard bytes.count + piece.count <= limit else {
                    throw PackageError(
                        path: path, kind: .overLimit, reason: "has more than the \(limit) bytes allowed")
                }
                bytes.append(contentsOf: piece)
            }
        } catch let error as PackageError {
            throw error
        } catch {
            throw PackageError(path: path, reason: "\(error)")
        }
        return bytes
    }
}
