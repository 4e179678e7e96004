/// Text as apk sees it: bytes, compared and hashed as bytes.
///
/// Names, versions, paths and descriptions come from files that promise no encoding, and comparing `String`s
/// in Embedded Swift links Unicode tables of 743 KB. `description` is for people only: bytes that are no UTF-8
/// are shown repaired there, while `bytes` stays exact.
public struct ByteText: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The bytes, in no promised encoding.
    public var bytes: [UInt8]

    /// Text without a byte.
    public init() { bytes = [] }

    /// The text made of these bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The text made of these bytes.
    public init(_ bytes: ArraySlice<UInt8>) { self.bytes = Array(bytes) }

    /// The UTF-8 form of a string.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// The UTF-8 form of a literal.
    public init(stringLiteral value: StaticString) {
        bytes = value.withUTF8Buffer { Array($0) }
    }

    /// For people; exact only where the bytes are UTF-8.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether there is no byte.
    public var isEmpty: Bool { bytes.isEmpty }

    /// Byte order, as `LC_ALL=C` sorts: by the first different byte, then by length.
    public static func < (left: ByteText, right: ByteText) -> Bool {
        left.bytes.withRawBytes { one in
            right.bytes.withRawBytes { other in
                let common = min(one.count, other.count)
                var offset = 0
                while offset < common, one[offset] == other[offset] { offset += 1 }
                return offset < common ? one[offset] < other[offset] : one.count < other.count
            }
        }
    }

    /// The sign of byte order: negative when `left` comes first, 0 when equal.
    public static func order(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        let common = min(left.count, right.count)
        for offset in 0..<common {
            let a = left[left.startIndex + offset]
            let b = right[right.startIndex + offset]
            if a != b { return a < b ? -1 : 1 }
        }
        return left.count - right.count
    }

    /// In one piece: the standard library hashes an array's bytes one by one.
    public func hash(into hasher: inout Hasher) {
        bytes.withRawBytes { hasher.combine(bytes: $0) }
        hasher.combine(UInt8(0xff))
    }

    /// Whether the text begins with these bytes.
    public func hasPrefix(_ prefix: StaticString) -> Bool { bytes[...].starts(withText: prefix) }

    /// Whether the text ends with these bytes.
    public func hasSuffix(_ suffix: StaticString) -> Bool {
        let length = suffix.utf8CodeUnitCount
        return bytes.count >= length && bytes[(bytes.count - length)...].starts(withText: suffix)
    }

    /// The text followed by another.
    public static func + (left: ByteText, right: ByteText) -> ByteText { ByteText(left.bytes + right.bytes) }
}

extension ArraySlice<UInt8> {
    /// Whether the slice begins with these bytes.
    func starts(withText prefix: StaticString) -> Bool {
        let length = prefix.utf8CodeUnitCount
        guard count >= length else { return false }
        return prefix.withUTF8Buffer { buffer in
            for offset in 0..<length where buffer[offset] != self[startIndex + offset] { return false }
            return true
        }
    }

    /// Whether the slice ends with these bytes.
    func hasSuffix(text suffix: StaticString) -> Bool {
        let length = suffix.utf8CodeUnitCount
        return count >= length && self[(endIndex - length)...].starts(withText: suffix)
    }

    /// Whether the slice is exactly these bytes.
    func equals(text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && starts(withText: text)
    }

    /// The parts between the separators that hold at least one byte.
    func words(separatedBy isSeparator: (UInt8) -> Bool) -> [ArraySlice<UInt8>] {
        var words: [ArraySlice<UInt8>] = []
        var start = startIndex
        for index in indices where isSeparator(self[index]) {
            if index > start { words.append(self[start..<index]) }
            start = index + 1
        }
        if endIndex > start { words.append(self[start..<endIndex]) }
        return words
    }

    /// The slice as an unsigned decimal number; nil if it is none or is past 2^63 - 1.
    var decimal: Int64? {
        guard !isEmpty else { return nil }
        var value: Int64 = 0
        for byte in self {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !tooBig, !overflow else { return nil }
            value = sum
        }
        return value
    }

    /// The slice for people, cut so that hostile input cannot flood a message.
    var shown: String {
        count <= 120
            ? String(decoding: self, as: UTF8.self)
            : String(decoding: self[startIndex..<(startIndex + 117)], as: UTF8.self) + "..."
    }
}

extension UInt8 {
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
    var isLowerCase: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }
    var isUpperCase: Bool { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") }
    var isLetter: Bool { isLowerCase || isUpperCase }
    /// A lower-case hexadecimal digit, as commit hashes in versions have.
    var isLowerHex: Bool { isDigit || (self >= UInt8(ascii: "a") && self <= UInt8(ascii: "f")) }
}
