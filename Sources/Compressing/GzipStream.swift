/// Writes one gzip member, piece by piece, into a sink.
///
/// What is written is gathered, since compressing a member as a whole takes a third of the time; a member that grows
/// beyond `wholeLimit` is compressed piece by piece instead. Memory: three times `wholeLimit` at most, at the moment of
/// finishing or of giving up gathering. The bytes that come out depend on the content alone, not on the pieces.
public final class GzipStream {
    private let level: Int
    private let wholeLimit: Int
    private let sink: (UnsafeRawBufferPointer) throws -> Void
    private var gathered = GatheredBytes()
    private var streaming: Deflater?
    private var crc: UInt32 = 0
    private var size = 0
    private var isOpen = true

    /// A member whose bytes go to `sink`, some only when the stream is finished.
    ///
    /// - Parameters:
    ///   - level: 1 to 9 as gzip's; 9 is at most about 1 % larger than `gzip -9`, mostly smaller.
    ///   - wholeLimit: the most bytes to gather.
    /// - Throws: `CompressionError.badLevel` for other levels.
    public init(
        level: Int = 9, wholeLimit: Int = 64 << 20, sink: @escaping (UnsafeRawBufferPointer) throws -> Void
    ) throws(CompressionError) {
        guard (1...9).contains(level) else { throw .badLevel(.gzip, level) }
        self.level = level
        self.wholeLimit = wholeLimit
        self.sink = sink
    }

    /// Compresses bytes.
    ///
    /// - Throws: what the sink throws, after which the stream cannot be used; `CompressionError.finished` then, and
    ///   `library` without memory.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        try begin()
        if streaming == nil, size + bytes.count <= wholeLimit {
            try gathered.append(bytes)
        } else {
            try stream(bytes)
        }
        size += bytes.count
        isOpen = true
    }

    /// Compresses bytes.
    ///
    /// - Throws: as the other `write`.
    public func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    /// Writes what is left and the trailer.
    ///
    /// - Throws: what the sink throws; `CompressionError.finished` when called again.
    public func finish() throws {
        try begin()
        if let streaming {
            try streaming.run(UnsafeRawBufferPointer(start: nil, count: 0), finish: true, sink)
            try Gzip.trailer(crc: crc, size: size).withUnsafeBytes { try sink($0) }
        } else {
            let deflater = try WholeDeflater(level: level)
            try gathered.withBytes { try deflater.withMember(of: $0, sink) }
            gathered = GatheredBytes()
        }
    }

    /// A sink that failed has lost bytes: only a call that ends well opens the stream for another.
    private func begin() throws(CompressionError) {
        guard isOpen else { throw .finished(.gzip) }
        isOpen = false
    }

    private func stream(_ bytes: UnsafeRawBufferPointer) throws {
        if streaming == nil {
            let deflater = try Deflater(level: level)
            streaming = deflater
            try Gzip.header.withUnsafeBytes { try sink($0) }
            var first = GatheredBytes()
            swap(&first, &gathered)
            try first.withBytes { try compress($0, deflater) }
        }
        if let streaming { try compress(bytes, streaming) }
    }

    private func compress(_ bytes: UnsafeRawBufferPointer, _ deflater: Deflater) throws {
        crc = Gzip.crc32(of: bytes, continuing: crc)
        try deflater.run(bytes, finish: false, sink)
    }
}
