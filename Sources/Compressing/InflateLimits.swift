/// How much a compressed input may become.
public struct InflateLimits: Sendable, Hashable {
    /// The most bytes that may come out, over all streams of the input.
    public var output: Int
    /// The most bytes that may come out for each byte that went in.
    public var ratio: Int
    /// The ratio counts only from this many bytes of output on: small files of zeros are no bombs.
    public var ratioFloor: Int
    /// The most memory that a decoder may take (only xz needs more than a fixed 44 KiB).
    public var memory: UInt64

    /// Limits; the defaults let real source archives and packages pass.
    public init(
        output: Int = 4 << 30, ratio: Int = 250, ratioFloor: Int = 64 << 20, memory: UInt64 = 256 << 20
    ) {
        self.output = output
        self.ratio = ratio
        self.ratioFloor = ratioFloor
        self.memory = memory
    }

    func check(
        _ format: CompressionFormat, produced: Int, consumed: Int
    ) throws(CompressionError) {
        if produced > output { throw .outputLimit(format, limit: output) }
        if produced > ratioFloor, produced / max(1, consumed) >= ratio {
            throw .ratioLimit(format, limit: ratio)
        }
    }
}
