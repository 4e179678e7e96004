/// How much an archive may hold.
public struct ArchiveLimits: Sendable, Hashable {
    /// The most entries of any kind.
    public var entries: Int
    /// The most bytes, both of the decompressed stream and of all files together (holes count).
    public var size: Int
    /// The most decompressed bytes for each compressed one.
    public var ratio: Int
    /// The ratio counts only from this many decompressed bytes on.
    public var ratioFloor: Int
    /// The longest path inside, and the longest link target, in bytes.
    public var pathLength: Int

    /// Limits; the defaults let a kernel's or a compiler's sources pass.
    public init(
        entries: Int = 1_000_000, size: Int = 16 << 30, ratio: Int = 200, ratioFloor: Int = 64 << 20,
        pathLength: Int = 2048
    ) {
        self.entries = entries
        self.size = size
        self.ratio = ratio
        self.ratioFloor = ratioFloor
        self.pathLength = pathLength
    }
}
