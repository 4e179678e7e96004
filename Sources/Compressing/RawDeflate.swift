import CDeflate

/// Deflate streams without a header or a checksum (RFC 1951), as files of apk 3 have them.
public enum RawDeflate {
    /// The stream that holds these bytes.
    ///
    /// - Throws: `CompressionError.library` without memory.
    public static func compress(_ bytes: [UInt8]) throws(CompressionError) -> [UInt8] {
        guard let compressor = libdeflate_alloc_compressor(9) else {
            throw .library(.gzip, reason: "no memory")
        }
        defer { libdeflate_free_compressor(compressor) }
        let bound = libdeflate_deflate_compress_bound(compressor, bytes.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            // With that much room compressing cannot fail.
            count = libdeflate_deflate_compress(
                compressor, bytes, bytes.count, buffer.baseAddress, buffer.count)
        }
    }

    /// What a stream holds; it must end where the bytes end.
    ///
    /// - Throws: `corrupt`, `trailingBytes`, `outputLimit` beyond `limit` bytes, or `ratioLimit` as `InflateLimits` has it.
    public static func decompress(_ bytes: ArraySlice<UInt8>, limit: Int) throws(CompressionError) -> [UInt8]
    {
        guard let decompressor = libdeflate_alloc_decompressor() else {
            throw .library(.gzip, reason: "no memory")
        }
        defer { libdeflate_free_decompressor(decompressor) }
        let bounds = InflateLimits(output: limit)
        let most = min(limit, max(bounds.ratioFloor, bytes.count * bounds.ratio))
        var room = min(most, max(64 << 10, bytes.count * 4))
        while true {
            var used = 0
            var result = LIBDEFLATE_SUCCESS
            let output = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                bytes.withUnsafeBytes { input in
                    result = libdeflate_deflate_decompress_ex(
                        decompressor, input.baseAddress, input.count, buffer.baseAddress, buffer.count, &used,
                        &count)
                }
                if result != LIBDEFLATE_SUCCESS { count = 0 }
            }
            switch result {
            case LIBDEFLATE_SUCCESS:
                guard used == bytes.count else { throw .trailingBytes(.gzip, at: used) }
                return output
            case LIBDEFLATE_INSUFFICIENT_SPACE where room < most: room = min(most, room * 4)
            case LIBDEFLATE_INSUFFICIENT_SPACE where most < limit:
                throw .ratioLimit(.gzip, limit: bounds.ratio)
            case LIBDEFLATE_INSUFFICIENT_SPACE: throw .outputLimit(.gzip, limit: limit)
            default: throw .corrupt(.gzip, at: 0, reason: "no deflate stream, or one that is cut off")
            }
        }
    }
}
