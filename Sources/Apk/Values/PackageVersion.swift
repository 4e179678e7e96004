/// A version as Alpine writes it: `digits{.digits}[letter]{_suffix[number]}[~commit][-rN]`.
///
/// The order is apk 3's (`apk version -t`): `compare(_:)` says what apk says, where `01.0` and `1.0`, or `1-r1`
/// and `1-r01`, are the same. `==`, hashing and `<` tell those apart (by bytes, after apk's order), because
/// files are named after the bytes.
public struct PackageVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// How two versions stand to each other.
    public enum Ordering: Sendable, Equatable {
        /// The left one is older.
        case less
        /// apk sees no difference.
        case equal
        /// The left one is newer.
        case greater
    }

    /// The version's bytes.
    public let text: ByteText

    /// A valid version.
    ///
    /// Throws `invalidValue` for what `apk version --check` refuses.
    public init(bytes: ArraySlice<UInt8>) throws(ApkError) {
        guard bytes.count <= 255, PackageVersion.isValid(bytes) else {
            throw ApkError(
                .invalidValue,
                "'\(bytes.shown)' is no version; one looks like 1.2.3, 1.2b_rc1-r0 or 2.0_git20260101-r3")
        }
        text = ByteText(bytes)
    }

    /// A valid version; see `init(bytes:)`.
    public init(parsing text: String) throws(ApkError) { try self.init(bytes: Array(text.utf8)[...]) }

    /// The version.
    public var description: String { text.description }

    /// The number after `-r`, nil if there is none.
    public var release: Int64? {
        guard let dash = text.bytes.lastIndex(of: UInt8(ascii: "-")) else { return nil }
        return text.bytes[(dash + 2)...].decimal
    }

    /// The version without `-rN`.
    public var upstream: ByteText {
        guard let dash = text.bytes.lastIndex(of: UInt8(ascii: "-")) else { return text }
        return ByteText(text.bytes[..<dash])
    }

    /// What `apk version -t self other` says.
    public func compare(_ other: PackageVersion) -> Ordering {
        PackageVersion.compare(text.bytes[...], other.text.bytes[...], isFuzzy: false)
    }

    /// Whether this version begins with the parts of `prefix`: 3.6.1 and 3.6_pre1 match 3.6 (the `~` operator).
    public func matches(prefix: PackageVersion) -> Bool {
        PackageVersion.compare(text.bytes[...], prefix.text.bytes[...], isFuzzy: true) == .equal
    }

    /// apk's order, then byte order.
    public static func < (left: PackageVersion, right: PackageVersion) -> Bool {
        switch left.compare(right) {
        case .less: true
        case .greater: false
        case .equal: left.text < right.text
        }
    }

    /// Whether the bytes form a version.
    public static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
        var token = VersionToken(first: bytes)
        while token.kind < .end { token.advance() }
        return token.kind == .end
    }

    /// apk's order of two texts, which need not be valid: what follows the first invalid part is not looked at,
    /// and an invalid part is older than any valid one, as in `apk version -t`.
    public static func compare(
        _ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>, isFuzzy: Bool
    ) -> Ordering {
        var a = VersionToken(first: left)
        var b = VersionToken(first: right)
        while a.kind == b.kind, a.kind < .end {
            let order = a.order(to: b)
            if order != .equal { return order }
            a.advance()
            b.advance()
        }
        if a.kind == b.kind { return .equal }
        if isFuzzy, b.kind == .end { return .equal }
        // All parts before are equal. The longer version is newer, unless it goes on with a pre-release.
        if a.isPreRelease { return .less }
        if b.isPreRelease { return .greater }
        return a.kind > b.kind ? .less : .greater
    }
}
