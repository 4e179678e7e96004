import Glibc

/// Bytes that grow where they are: the C library moves a large block's pages instead of copying it, as an array would,
/// which was a tenth of the CPU time of packing 48 MB.
struct GatheredBytes: ~Copyable {
    private var start: UnsafeMutableRawPointer?
    private var count = 0
    private var capacity = 0

    deinit { free(start) }

    /// What was gathered.
    borrowing func withBytes<Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// - Throws: `CompressionError.library` without memory, and nothing is lost of what was there.
    mutating func append(_ more: UnsafeRawBufferPointer) throws(CompressionError) {
        guard let source = more.baseAddress, !more.isEmpty else { return }
        if count + more.count > capacity {
            let wanted = max(count + more.count, capacity * 2, 1 << 16)
            guard let moved = realloc(start, wanted) else { throw .library(.gzip, reason: "no memory") }
            (start, capacity) = (moved, wanted)
        }
        guard let start else { return }
        (start + count).copyMemory(from: source, byteCount: more.count)
        count += more.count
    }
}
