/// Writes one gzip member, piece by piece, into a sink. Memory: 330 KiB, whatever the length.
public final class GzipStream {
    private let deflater: Deflater
    private let sink: (UnsafeRawBufferPointer) throws -> Void
    private var crc: UInt32 = 0
    private var size = 0
    private var isOpen = true
    private var hasHeader = false

    /// A member whose bytes go to `sink`; nothing is written before the first bytes come.
    ///
    /// - Throws: `CompressionError.badLevel` unless level is 1 to 9; `library` without memory.
    public init(level: Int = 9, sink: @escaping (UnsafeRawBufferPointer) throws -> Void)
        throws(CompressionError)
    {
        deflater = try Deflater(level: level)
        self.sink = sink
    }

    /// Compresses bytes.
    ///
    /// - Throws: what the sink throws, after which the stream cannot be used; `CompressionError.finished` then.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        try run(bytes, finish: false)
    }

    /// Compresses bytes.
    ///
    /// - Throws: what the sink throws, after which the stream cannot be used; `CompressionError.finished` then.
    public func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    /// Writes what is left and the trailer.
    ///
    /// - Throws: what the sink throws; `CompressionError.finished` when called again.
    public func finish() throws {
        try run(UnsafeRawBufferPointer(start: nil, count: 0), finish: true)
        isOpen = false
        try Gzip.trailer(crc: crc, size: size).withUnsafeBytes { try sink($0) }
    }

    private func run(_ bytes: UnsafeRawBufferPointer, finish: Bool) throws {
        guard isOpen else { throw CompressionError.finished(.gzip) }
        // A sink that failed has lost bytes: no later call may make the member look whole.
        isOpen = false
        if !hasHeader {
            hasHeader = true
            try Gzip.header.withUnsafeBytes { try sink($0) }
        }
        crc = Gzip.crc32(of: bytes, continuing: crc)
        size += bytes.count
        try deflater.run(bytes, finish: finish, sink)
        isOpen = true
    }
}
