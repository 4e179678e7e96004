import Apk

/// Patterns as apk's searches use them: `*` for any bytes, `?` for one, letters in either case.
enum Wildcard {
    /// Whether a text has wildcards in it.
    static func isPattern(_ text: ByteText) -> Bool {
        text.bytes.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
    }

    /// Whether a whole text fits.
    static func matches(_ pattern: ByteText, _ text: ByteText) -> Bool {
        let pattern = pattern.bytes
        let text = text.bytes
        var place = 0
        var star: (pattern: Int, text: Int)?
        var index = 0
        while index < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                place += 1
                star = (place, index)
            } else if place < pattern.count,
                pattern[place] == UInt8(ascii: "?") || folded(pattern[place]) == folded(text[index])
            {
                place += 1
                index += 1
            } else if let (after, from) = star {
                place = after
                index = from + 1
                star = (after, index)
            } else {
                return false
            }
        }
        while place < pattern.count, pattern[place] == UInt8(ascii: "*") { place += 1 }
        return place == pattern.count
    }

    /// A letter in lower case.
    static func folded(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte + 32 : byte
    }
}
