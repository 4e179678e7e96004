import CDeflate

/// The gzip form, as apk's members have it.
public enum Gzip {
    /// The header that `gzip -n -9` writes: no name, no time, maximum compression, Unix. Always the same, so that equal
    /// content gives equal bytes.
    public static let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3]

    /// One gzip member that holds these bytes.
    ///
    /// - Throws: `CompressionError.badLevel` unless level is 1 to 9; `library` without memory.
    public static func compress(_ bytes: [UInt8], level: Int = 9) throws(CompressionError) -> [UInt8] {
        let deflater = try WholeDeflater(level: level)
        var result: [UInt8] = []
        bytes.withBytes { deflater.appendMember($0, to: &result) }
        return result
    }

    /// The content of all gzip members of these bytes, joined.
    ///
    /// - Throws: any `CompressionError` of reading.
    public static func decompress(
        _ bytes: [UInt8], limits: InflateLimits = InflateLimits()
    ) throws(CompressionError) -> [UInt8] {
        var result: [UInt8] = []
        try bytes.withBytes { (input) throws(CompressionError) in
            let stream = try InflateStream(limits: limits)
            try stream.drain(input) { result.append(contentsOf: $0) }
            try stream.finish()
        }
        return result
    }

    /// Where each gzip member of these bytes begins and ends, and what it holds.
    ///
    /// - Throws: any `CompressionError` of reading.
    public static func members(
        of bytes: [UInt8], limits: InflateLimits = InflateLimits()
    ) throws(CompressionError) -> [(member: GzipMember, content: [UInt8])] {
        var result: [(member: GzipMember, content: [UInt8])] = []
        var content: [UInt8] = []
        try bytes.withBytes { (input) throws(CompressionError) in
            let stream = try InflateStream(limits: limits)
            try stream.drain(
                input,
                memberEnded: {
                    result.append(($0, content)); content = []
                }
            ) {
                content.append(contentsOf: $0)
            }
            try stream.finish()
        }
        return result
    }

    /// The last 8 bytes of a member.
    static func trailer(crc: UInt32, size: Int) -> [UInt8] {
        let size = UInt32(truncatingIfNeeded: size)
        return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: crc >> $0) }
            + [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: size >> $0) }
    }

    /// The check sum of gzip and zip, continued from `start`.
    static func crc32(of bytes: UnsafeRawBufferPointer, continuing start: UInt32 = 0) -> UInt32 {
        // libdeflate takes "no address" for the wish to begin anew.
        bytes.isEmpty ? start : libdeflate_crc32(start, bytes.baseAddress, bytes.count)
    }
}
