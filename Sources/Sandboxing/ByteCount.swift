/// A number of bytes.
public struct ByteCount: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// How many bytes.
    public let bytes: Int64

    /// That many bytes.
    public init(bytes: Int64) {
        self.bytes = bytes
    }

    /// Units of 2^20 bytes.
    public static func mebibytes(_ count: Int64) -> ByteCount {
        ByteCount(bytes: count << 20)
    }

    /// Units of 2^30 bytes.
    public static func gibibytes(_ count: Int64) -> ByteCount {
        ByteCount(bytes: count << 30)
    }

    /// By size.
    public static func < (left: ByteCount, right: ByteCount) -> Bool {
        left.bytes < right.bytes
    }

    /// In the largest unit that leaves a whole number, or one decimal: "512 MiB", "1.5 GiB", "17 bytes".
    public var description: String {
        for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] where bytes >= 1 << shift {
            let tenths = ((bytes >> (shift - 10)) * 10) >> 10
            return tenths % 10 == 0 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
        }
        return "\(bytes) bytes"
    }
}
