/// What apk knows a package's exact bytes by: the SHA1 of its compressed control member, written `Q1<base64>`.
///
/// The control member names the data member's SHA256, so the identity covers the whole package but its signature.
public struct PackageIdentity: Hashable, Sendable, CustomStringConvertible {
    /// The 20 bytes of the SHA1.
    public let sha1: [UInt8]

    /// The identity with this SHA1, nil unless it has 20 bytes.
    public init?(sha1: [UInt8]) {
        guard sha1.count == 20 else { return nil }
        self.sha1 = sha1
    }

    /// The identity that `Q1…` (base64) or `X1…` (hexadecimal) spells. Throws `invalidValue`.
    public init(bytes: ArraySlice<UInt8>) throws(ApkError) {
        guard let decoded = PackageIdentity.decode(bytes) else {
            throw ApkError(
                .invalidValue,
                "'\(bytes.shown)' is no package identity: it must be Q1 and the base64 of 20 bytes")
        }
        sha1 = decoded
    }

    /// A SHA1 begins as well mixed as any hash.
    public func hash(into hasher: inout Hasher) {
        let start = sha1.withRawBytes { $0.loadUnaligned(as: UInt64.self) }
        hasher.combine(start)
    }

    /// The 20 bytes that a checksum of an installed file spells in the same way; nil if there is none or it spells
    /// something else.
    public static func sha1(spelledBy checksum: ByteText?) -> [UInt8]? {
        checksum.flatMap { decode($0.bytes[...]) }
    }

    private static func decode(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var decoded: [UInt8]?
        if bytes.starts(withText: "Q1") {
            decoded = Base64.decode(bytes.dropFirst(2))
        } else if bytes.starts(withText: "X1") {
            decoded = Hexadecimal.decode(bytes.dropFirst(2))
        }
        return decoded?.count == 20 ? decoded : nil
    }

    /// The same, nil where the other throws: nobody asks why.
    public init?(spelledBy bytes: ArraySlice<UInt8>) {
        guard let decoded = PackageIdentity.decode(bytes) else { return nil }
        sha1 = decoded
    }

    /// The identity that a text spells; see `init(bytes:)`.
    public init(parsing text: String) throws(ApkError) { try self.init(bytes: Array(text.utf8)[...]) }

    /// `Q1` and base64, as in `C:` lines.
    public var text: ByteText { ByteText([UInt8(ascii: "Q"), UInt8(ascii: "1")] + Base64.encode(sha1)) }

    /// `X1` and hexadecimal digits, as in names of the script archive of apk 3.
    public var hexText: ByteText {
        ByteText([UInt8(ascii: "X"), UInt8(ascii: "1")] + Hexadecimal.encode(sha1))
    }

    /// `Q1` and base64.
    public var description: String { text.description }
}
