/// The compressed forms that this module reads and writes.
public enum CompressionFormat: String, Sendable, CustomStringConvertible {
    /// RFC 1952, the form of apk's members.
    case gzip
    /// The .xz container of LZMA2.
    case xz

    /// Its name.
    public var description: String { rawValue }
}

/// What can go wrong while compressing and decompressing. Offsets count the compressed bytes from the first one
/// handed in.
public enum CompressionError: Error, Equatable, CustomStringConvertible {
    /// The input ends in the middle of a stream.
    case truncated(CompressionFormat, at: Int)
    /// The input is not such a stream or fails its own check.
    case corrupt(CompressionFormat, at: Int, reason: String)
    /// Bytes follow that begin no further stream.
    case trailingBytes(CompressionFormat, at: Int)
    /// The output is longer than allowed.
    case outputLimit(CompressionFormat, limit: Int)
    /// The output is longer in proportion to the input than allowed.
    case ratioLimit(CompressionFormat, limit: Int)
    /// Decompressing needs more memory than allowed, in bytes.
    case memoryLimit(CompressionFormat, needed: UInt64, limit: UInt64)
    /// A level or preset that does not exist.
    case badLevel(CompressionFormat, Int)
    /// The stream was finished or has failed already: a mistake of the caller.
    case finished(CompressionFormat)
    /// The library refused for another reason, mostly for want of memory.
    case library(CompressionFormat, reason: String)

    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .truncated(let format, let offset):
            "\(format): cut off after \(offset) bytes; fetch or make the file again"
        case .corrupt(let format, let offset, let reason):
            "\(format): damaged at byte \(offset): \(reason); fetch or make the file again"
        case .trailingBytes(let format, let offset):
            "\(format): bytes that belong to no stream follow at byte \(offset)"
        case .outputLimit(let format, let limit):
            "\(format): unpacks to more than the \(limit) bytes that are allowed; raise the limit if that is right"
        case .ratioLimit(let format, let limit):
            "\(format): unpacks to more than \(limit) times its size; raise the limit if that is right"
        case .memoryLimit(let format, let needed, let limit):
            "\(format): needs \(needed) bytes of memory, \(limit) are allowed; raise the limit if that is right"
        case .badLevel(let format, let level):
            "\(format): there is no level \(level); 1 to 9 are (xz: 0 to 9)"
        case .finished(let format):
            "\(format): the stream is finished already"
        case .library(let format, let reason):
            "\(format): \(reason)"
        }
    }
}
