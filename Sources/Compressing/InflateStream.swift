import CZlib

/// One gzip member of several that follow one another.
public struct GzipMember: Sendable, Hashable {
    /// Its number, from 0.
    public let index: Int
    /// Where its compressed bytes lie, counted from the first byte handed in. Digests of apk's members go over these.
    public let compressed: Range<Int>
    /// How many bytes it holds.
    public let size: Int

    /// A member that lies there.
    public init(index: Int, compressed: Range<Int>, size: Int) {
        self.index = index
        self.compressed = compressed
        self.size = size
    }
}

/// Reads gzip members that follow one another, piece by piece. The caller drives: each step takes some input, gives
/// some output, and stops at the end of a member. CRC and length of each member are verified.
public final class InflateStream {
    /// What one step did.
    public struct Step: Sendable {
        /// Bytes taken from the input.
        public let consumed: Int
        /// Bytes put into the output.
        public let produced: Int
        /// The member that ended with the last byte taken, if one did.
        public let ended: GzipMember?
    }

    // zlib keeps the address of its structure, so it must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let limits: InflateLimits
    private var isOpen = false
    private var failure: CompressionError?
    private var memberStart = 0
    private var memberSize = 0
    private var memberIndex = 0
    private let whole = WholeInflater()

    /// Compressed bytes taken so far.
    public private(set) var consumed = 0
    /// Bytes given out so far.
    public private(set) var produced = 0

    /// A reader at the beginning of its input.
    ///
    /// - Throws: `CompressionError.library` without memory.
    public init(limits: InflateLimits = InflateLimits()) throws(CompressionError) {
        self.limits = limits
        stream.initialize(to: z_stream())
        let gzipOnly = MAX_WBITS + 16
        let result = inflateInit2_(stream, gzipOnly, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard result == Z_OK else { throw .library(.gzip, reason: "zlib cannot begin (\(result))") }
        isOpen = true
    }

    deinit {
        if isOpen { inflateEnd(stream) }
        stream.deallocate()
    }

    /// Takes from `input` and puts into `output` until one is used up or a member ends.
    ///
    /// - Throws: `corrupt`, `trailingBytes` (bytes after a whole member that begin no other), `outputLimit`,
    ///   `ratioLimit`; the same again at each later step.
    public func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> Step {
        if let failure { throw failure }
        do throws(CompressionError) {
            return try takeStep(input, into: output)
        } catch {
            failure = error
            throw error
        }
    }

    /// Says that there is no more input.
    ///
    /// - Throws: `truncated` inside a member or without any; what an earlier step threw.
    public func finish() throws(CompressionError) {
        if let failure { throw failure }
        if memberIndex == 0 || consumed != memberStart { throw .truncated(.gzip, at: consumed) }
    }

    private func takeStep(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> Step {
        if let whole, whole.holds {
            return Step(consumed: 0, produced: give(whole, output), ended: endIfGiven(whole))
        }
        try checkMagic(input)
        if consumed == memberStart, let whole, let member = whole.take(input) {
            try limits.check(.gzip, produced: produced + member.size, consumed: consumed + member.consumed)
            consumed += member.consumed
            let given = give(whole, output)
            return Step(consumed: member.consumed, produced: given, ended: endIfGiven(whole))
        }
        let available = min(input.count, 1 << 30)
        let room = min(output.count, 1 << 30)
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.assumingMemoryBound(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(available)
        stream.pointee.next_out = output.assumingMemoryBound(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(room)
        let result = inflate(stream, Z_NO_FLUSH)
        let taken = available - Int(stream.pointee.avail_in)
        let given = room - Int(stream.pointee.avail_out)
        consumed += taken
        produced += given
        memberSize += given
        switch result {
        case Z_OK, Z_BUF_ERROR:
            try limits.check(.gzip, produced: produced, consumed: consumed)
            return Step(consumed: taken, produced: given, ended: nil)
        case Z_STREAM_END:
            try limits.check(.gzip, produced: produced, consumed: consumed)
            inflateReset(stream)
            return Step(consumed: taken, produced: given, ended: endMember())
        case Z_MEM_ERROR:
            throw .library(.gzip, reason: "no memory")
        default:
            let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib answers \(result)"
            throw .corrupt(.gzip, at: consumed, reason: reason)
        }
    }

    private func give(_ whole: WholeInflater, _ output: UnsafeMutableRawBufferPointer) -> Int {
        let given = whole.hand(into: output)
        produced += given
        memberSize += given
        return given
    }

    private func endIfGiven(_ whole: WholeInflater) -> GzipMember? { whole.holds ? nil : endMember() }

    private func endMember() -> GzipMember {
        let member = GzipMember(index: memberIndex, compressed: memberStart..<consumed, size: memberSize)
        memberIndex += 1
        memberStart = consumed
        memberSize = 0
        return member
    }

    /// Tells bytes behind a whole member from a damaged member: the first two bytes of each are fixed.
    private func checkMagic(_ input: UnsafeRawBufferPointer) throws(CompressionError) {
        let magic: [UInt8] = [0x1f, 0x8b]
        let position = consumed - memberStart
        guard position < magic.count, memberIndex > 0 else { return }
        for (expected, byte) in zip(magic[position...], input) where expected != byte {
            throw .trailingBytes(.gzip, at: memberStart)
        }
    }
}
