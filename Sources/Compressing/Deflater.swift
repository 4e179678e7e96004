import CZlib

/// zlib's compressor for raw deflate data: for what is too long to be held in memory.
final class Deflater {
    // zlib keeps the address of its structure, so it must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    private var isOpen = false

    init(level: Int) throws(CompressionError) {
        stream.initialize(to: z_stream())
        guard (1...9).contains(level) else { throw .badLevel(.gzip, level) }
        let memoryLevel: Int32 = 8
        let result = deflateInit2_(
            stream, Int32(level), Z_DEFLATED, -MAX_WBITS, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard result == Z_OK else { throw .library(.gzip, reason: "zlib cannot begin (\(result))") }
        isOpen = true
    }

    deinit {
        if isOpen { deflateEnd(stream) }
        stream.deallocate()
        buffer.deallocate()
    }

    /// Takes in all bytes and hands out what comes of them.
    func run<Failure: Error>(
        _ input: UnsafeRawBufferPointer, finish: Bool,
        _ sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        var rest = input
        repeat {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
            let flush = finish && rest.isEmpty ? Z_FINISH : Z_NO_FLUSH
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: piece.assumingMemoryBound(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = UInt32(piece.count)
            repeat {
                stream.pointee.next_out = buffer.assumingMemoryBound(to: UInt8.self).baseAddress
                stream.pointee.avail_out = UInt32(buffer.count)
                // With room for output and valid state (both are ours) deflate has no way to fail.
                deflate(stream, flush)
                let count = buffer.count - Int(stream.pointee.avail_out)
                if count > 0 { try sink(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            } while stream.pointee.avail_out == 0
        } while !rest.isEmpty
    }
}
