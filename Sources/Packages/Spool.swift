import Apk
import Glibc

/// Bytes that are written first and read later: in memory while they are few, in an unnamed file when they are many.
final class Spool {
    private static let memoryLimit = 32 << 20
    private let folder: String
    private var memory: [UInt8] = []
    private var descriptor: Int32 = -1
    private(set) var size = 0

    /// A spool whose file would lie in this folder.
    init(folder: String) { self.folder = folder }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Adds bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(PackageError) {
        size += bytes.count
        if descriptor < 0, memory.count + bytes.count <= Spool.memoryLimit {
            memory.append(contentsOf: bytes)
            return
        }
        if descriptor < 0 {
            // O_TMPFILE is a macro that Swift does not import: a file without a name, gone with its descriptor.
            let unnamed: Int32 = 0o20_000_000 | O_DIRECTORY
            descriptor = open(folder, O_RDWR | O_CLOEXEC | unnamed, 0o600)
            guard descriptor >= 0 else { throw .system(folder, "create a temporary file in") }
            let held = memory
            memory = []
            try held.withRawBytes { (piece) throws(PackageError) in try append(piece) }
        }
        try append(bytes)
    }

    /// Hands everything to a file, in order.
    func copy(to file: OutputFile) throws(PackageError) {
        try forEachPiece { (piece) throws(PackageError) in try file.write(piece) }
    }

    /// Hands everything out, in order.
    func forEachPiece(_ take: (UnsafeRawBufferPointer) throws(PackageError) -> Void) throws(PackageError) {
        try memory.withRawBytes(take)
        guard descriptor >= 0 else { return }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var offset = 0
        while offset < size {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, offset)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(folder, "read back a temporary file in") }
            try take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += count
        }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) throws(PackageError) {
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(folder, "write to a temporary file in")
            }
            done += count
        }
    }
}
