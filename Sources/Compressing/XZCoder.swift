import CLZMA

/// liblzma's coder, either way.
final class XZCoder {
    private var stream = lzma_stream()
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    private let limits: InflateLimits?
    private var isOpen = false

    init(encodingPreset preset: Int) throws(CompressionError) {
        limits = nil
        guard (0...9).contains(preset) else { throw .badLevel(.xz, preset) }
        try open(lzma_easy_encoder(&stream, UInt32(preset), LZMA_CHECK_CRC64))
    }

    init(decodingWith limits: InflateLimits) throws(CompressionError) {
        self.limits = limits
        let concatenated: UInt32 = 0x08  // LZMA_CONCATENATED, a macro that Swift cannot read
        try open(lzma_stream_decoder(&stream, limits.memory, concatenated))
    }

    deinit {
        lzma_end(&stream)
        buffer.deallocate()
    }

    private func open(_ result: lzma_ret) throws(CompressionError) {
        guard result == LZMA_OK else {
            throw .library(.xz, reason: "liblzma cannot begin (\(result.rawValue))")
        }
        isOpen = true
    }

    /// Takes in all bytes and hands out what comes of them. With `finish` the input has to be complete.
    func run(
        _ input: UnsafeRawBufferPointer, finish: Bool, _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try code(input, finish ? LZMA_FINISH : LZMA_RUN, sink)
    }

    /// Takes in the whole input, for a sink that cannot throw.
    func runWhole(
        _ input: [UInt8], _ sink: (UnsafeRawBufferPointer) -> Void
    ) throws(CompressionError) {
        do {
            try input.withUnsafeBytes { try code($0, LZMA_FINISH, sink) }
        } catch let error as CompressionError {
            throw error
        } catch {
            throw .library(.xz, reason: "\(error)")
        }
    }

    func flush(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        try code(UnsafeRawBufferPointer(start: nil, count: 0), LZMA_SYNC_FLUSH, sink)
    }

    private func code(
        _ input: UnsafeRawBufferPointer, _ action: lzma_action,
        _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard isOpen else { throw CompressionError.finished(.xz) }
        // After an error, also the sink's, the stream cannot go on; only a normal return opens it again.
        isOpen = false
        stream.next_in = input.assumingMemoryBound(to: UInt8.self).baseAddress
        stream.avail_in = input.count
        while true {
            stream.next_out = buffer.assumingMemoryBound(to: UInt8.self).baseAddress
            stream.avail_out = buffer.count
            let result = lzma_code(&stream, action)
            let count = buffer.count - stream.avail_out
            if let limits {
                try limits.check(.xz, produced: Int(stream.total_out), consumed: Int(stream.total_in))
            }
            if count > 0 { try sink(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            switch result {
            case LZMA_OK:
                // Without room left there may be more output for the same input.
                if action == LZMA_RUN, stream.avail_in == 0, stream.avail_out > 0 {
                    isOpen = true
                    return
                }
            case LZMA_STREAM_END:
                isOpen = action == LZMA_SYNC_FLUSH
                return
            default:
                throw error(result)
            }
        }
    }

    private func error(_ result: lzma_ret) -> CompressionError {
        let offset = Int(stream.total_in)
        switch result {
        case LZMA_BUF_ERROR: return .truncated(.xz, at: offset)
        case LZMA_FORMAT_ERROR: return .corrupt(.xz, at: offset, reason: "no xz stream begins here")
        case LZMA_DATA_ERROR: return .corrupt(.xz, at: offset, reason: "its integrity check fails")
        case LZMA_OPTIONS_ERROR:
            return .corrupt(.xz, at: offset, reason: "it uses filters that liblzma lacks")
        case LZMA_MEMLIMIT_ERROR:
            return .memoryLimit(.xz, needed: lzma_memusage(&stream), limit: limits?.memory ?? 0)
        case LZMA_MEM_ERROR: return .library(.xz, reason: "no memory")
        default: return .library(.xz, reason: "liblzma answers \(result.rawValue)")
        }
    }
}
