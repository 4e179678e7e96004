/// The name of a package, or of what packages provide: `zlib`, `so:libz.so.1`, `cmd:sh`, `pc:zlib`, `/bin/sh`.
public struct PackageName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name's bytes.
    public let text: ByteText

    /// A name as it may stand in a dependency. apk accepts letters, digits and `+ , - . / : [ ] _`.
    ///
    /// Throws `invalidValue` for any other byte, an empty name, or more than 255 bytes.
    public init(bytes: ArraySlice<UInt8>) throws(ApkError) {
        guard !bytes.isEmpty, bytes.count <= 255 else {
            throw ApkError(
                .invalidValue, "'\(bytes.shown)' is no package name: it must have 1 to 255 characters")
        }
        for byte in bytes where !PackageName.allows(byte) {
            throw ApkError(
                .invalidValue,
                "'\(bytes.shown)' is no package name: it may hold letters, digits and + , - . / : [ ] _")
        }
        text = ByteText(bytes)
    }

    /// A name as it may stand in a dependency; see `init(bytes:)`.
    public init(parsing text: String) throws(ApkError) { try self.init(bytes: Array(text.utf8)[...]) }

    /// The name.
    public var description: String { text.description }

    /// Whether a package file can have this name: letters, digits and `+ - . _`, not starting with a dot or minus.
    public var isFileName: Bool {
        guard let first = text.bytes.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else {
            return false
        }
        return text.bytes.allSatisfy { PackageName.allowsInFileName($0) }
    }

    /// Whether it names a shared library's soname (`so:…`).
    public var isSharedLibrary: Bool { text.hasPrefix("so:") }
    /// Whether it names a command (`cmd:…`).
    public var isCommand: Bool { text.hasPrefix("cmd:") }
    /// Whether it names a pkg-config module (`pc:…`).
    public var isPkgConfig: Bool { text.hasPrefix("pc:") }

    /// Byte order of the names.
    public static func < (left: PackageName, right: PackageName) -> Bool { left.text < right.text }

    private static func allowsInFileName(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }

    private static func allows(_ byte: UInt8) -> Bool {
        allowsInFileName(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "/")
            || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }
}
