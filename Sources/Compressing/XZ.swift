/// The xz form: upstream's sources come in it, kept logs go out in it.
public enum XZ {
    /// One xz stream (CRC64) that holds these bytes.
    ///
    /// - Parameter preset: 0 to 9, as of the command `xz`; 6 needs 94 MiB while compressing, 9 needs 674.
    /// - Throws: `badLevel`; `library` without memory.
    public static func compress(_ bytes: [UInt8], preset: Int = 6) throws(CompressionError) -> [UInt8] {
        var result: [UInt8] = []
        let coder = try XZCoder(encodingPreset: preset)
        try coder.runWhole(bytes) { result.append(contentsOf: $0) }
        return result
    }

    /// The content of all xz streams of these bytes, joined.
    ///
    /// - Parameter limit: the most bytes that may come out.
    /// - Throws: any `CompressionError` of reading.
    public static func decompress(_ bytes: [UInt8], limit: Int) throws(CompressionError) -> [UInt8] {
        try decompress(bytes, limits: InflateLimits(output: limit))
    }

    /// The content of all xz streams of these bytes, joined.
    ///
    /// - Throws: any `CompressionError` of reading.
    public static func decompress(
        _ bytes: [UInt8], limits: InflateLimits = InflateLimits()
    ) throws(CompressionError) -> [UInt8] {
        var result: [UInt8] = []
        let coder = try XZCoder(decodingWith: limits)
        try coder.runWhole(bytes) { result.append(contentsOf: $0) }
        return result
    }
}

/// Writes one xz stream, piece by piece, into a sink.
public final class XZStream {
    private let coder: XZCoder
    private let sink: (UnsafeRawBufferPointer) throws -> Void

    /// A stream whose bytes go to `sink`.
    ///
    /// - Throws: `badLevel` unless preset is 0 to 9; `library` without memory.
    public init(preset: Int = 6, sink: @escaping (UnsafeRawBufferPointer) throws -> Void)
        throws(CompressionError)
    {
        coder = try XZCoder(encodingPreset: preset)
        self.sink = sink
    }

    /// Compresses bytes.
    ///
    /// - Throws: what the sink throws, after which the stream cannot be used; `CompressionError.finished` then.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        try coder.run(bytes, finish: false, sink)
    }

    /// Compresses bytes.
    ///
    /// - Throws: what the sink throws, after which the stream cannot be used; `CompressionError.finished` then.
    public func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    /// Hands out all that was written so far, so that a reader can follow; costs some bytes.
    ///
    /// - Throws: as `write`.
    public func flush() throws {
        try coder.flush(sink)
    }

    /// Writes what is left.
    ///
    /// - Throws: what the sink throws; `CompressionError.finished` when called again.
    public func finish() throws {
        try coder.run(UnsafeRawBufferPointer(start: nil, count: 0), finish: true, sink)
    }
}

/// Reads xz streams that follow one another, piece by piece, into a sink. Integrity checks are verified.
public final class XZReader {
    private let coder: XZCoder
    private let sink: (UnsafeRawBufferPointer) throws -> Void

    /// A reader whose output goes to `sink`.
    ///
    /// - Throws: `library` without memory.
    public init(
        limits: InflateLimits = InflateLimits(), sink: @escaping (UnsafeRawBufferPointer) throws -> Void
    ) throws(CompressionError) {
        coder = try XZCoder(decodingWith: limits)
        self.sink = sink
    }

    /// Takes compressed bytes.
    ///
    /// - Throws: `corrupt`, `outputLimit`, `ratioLimit`, `memoryLimit`; what the sink throws.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        try coder.run(bytes, finish: false, sink)
    }

    /// Says that there is no more input.
    ///
    /// - Throws: `truncated`, and as `write`.
    public func finish() throws {
        try coder.run(UnsafeRawBufferPointer(start: nil, count: 0), finish: true, sink)
    }
}
