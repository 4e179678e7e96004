import CDeflate

/// libdeflate's reader for gzip members that are in memory as a whole: less than half of zlib's CPU time.
///
/// It never says why it could not read one: whoever asks goes through the member with zlib then, which knows.
final class WholeInflater {
    /// Members that hold more are zlib's: they are not worth the memory.
    static let largest = 8 << 20

    private let decompressor: OpaquePointer
    private var buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var held = 0..<0

    /// nil without memory.
    init?() {
        guard let decompressor = libdeflate_alloc_decompressor() else { return nil }
        self.decompressor = decompressor
    }

    deinit {
        libdeflate_free_decompressor(decompressor)
        buffer.deallocate()
    }

    /// Whether there is content that was not handed out.
    var holds: Bool { !held.isEmpty }

    /// Inflates the member that the input begins with, checking its CRC and size. Returns how many bytes it has and how
    /// many it holds; nil if the input does not look like whole members, or the member cannot be read in this way.
    func take(_ input: UnsafeRawBufferPointer) -> (consumed: Int, size: Int)? {
        guard let room = WholeInflater.likelySize(input) else { return nil }
        if buffer.count < room {
            buffer.deallocate()
            buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 16)
        }
        var consumed = 0
        var size = 0
        let result = libdeflate_gzip_decompress_ex(
            decompressor, input.baseAddress, input.count, buffer.baseAddress, buffer.count, &consumed, &size)
        guard result == LIBDEFLATE_SUCCESS else { return nil }
        held = 0..<size
        return (consumed, size)
    }

    /// Moves content that waits into the output. Returns how many bytes.
    func hand(into output: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(output.count, held.count)
        if count > 0 {
            output.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: buffer[held.lowerBound..<(held.lowerBound + count)]))
        }
        held = (held.lowerBound + count)..<held.upperBound
        return count
    }

    /// Room for any member of the input. A file of gzip members ends with the size of its last one, in a package the
    /// largest; what does not end with a likely size is no whole file.
    private static func likelySize(_ input: UnsafeRawBufferPointer) -> Int? {
        let leastMember = 18
        guard input.count >= leastMember else { return nil }
        let size = Int(
            UInt32(littleEndian: input.loadUnaligned(fromByteOffset: input.count - 4, as: UInt32.self)))
        let mostPerByte = 1032
        guard size <= largest, size <= input.count * mostPerByte else { return nil }
        return max(size, 64 << 10)
    }
}
