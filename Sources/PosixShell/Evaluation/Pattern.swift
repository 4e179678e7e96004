/// The shell's patterns: `*`, `?`, `[…]`, and a backslash that quotes the next byte. Bytes, not characters, as in the
/// C locale.
enum Pattern {
    /// Appends bytes that stand for themselves in a pattern.
    static func appendQuoted(_ bytes: some Collection<UInt8>, to pattern: inout [UInt8]) {
        for byte in bytes {
            switch byte {
            case .star, .question, .openBracket, .closeBracket, .backslash, .minus, .bang, UInt8(ascii: "^"):
                pattern.append(.backslash)
            default: break
            }
            pattern.append(byte)
        }
    }

    /// The pattern's bytes without quoting, if none of them has a meaning.
    static func literal(_ pattern: [UInt8]) -> [UInt8]? {
        guard pattern.contains(where: \.isActiveInPattern) else { return pattern }
        var literal: [UInt8] = []
        literal.reserveCapacity(pattern.count)
        var index = 0
        while index < pattern.count {
            switch pattern[index] {
            case .star, .question, .openBracket: return nil
            case .backslash where index + 1 < pattern.count:
                literal.append(pattern[index + 1])
                index += 2
            default:
                literal.append(pattern[index])
                index += 1
            }
        }
        return literal
    }

    /// Whether a pattern matches all of a text. The work is bounded by the product of the two lengths.
    static func matches(_ pattern: [UInt8], _ text: ArraySlice<UInt8>) -> Bool {
        var at = pattern.startIndex
        var position = text.startIndex
        var star: (pattern: Int, text: Int)?
        while true {
            if at < pattern.endIndex {
                if pattern[at] == .star {
                    at += 1
                    star = (at, position)
                    continue
                }
                if position < text.endIndex, let next = step(pattern, at, text[position]) {
                    at = next
                    position += 1
                    continue
                }
            } else if position == text.endIndex {
                return true
            }
            guard let (afterStar, from) = star, from < text.endIndex else { return false }
            star = (afterStar, from + 1)
            at = afterStar
            position = from + 1
        }
    }

    /// Where a pattern goes on after one byte; nil when that byte does not match.
    static func step(_ pattern: [UInt8], _ at: Int, _ byte: UInt8) -> Int? {
        switch pattern[at] {
        case .question: return at + 1
        case .backslash where at + 1 < pattern.count: return pattern[at + 1] == byte ? at + 2 : nil
        case .openBracket:
            if let (isMatch, next) = bracket(pattern, at, byte) { return isMatch ? next : nil }
            return byte == .openBracket ? at + 1 : nil
        default: return pattern[at] == byte ? at + 1 : nil
        }
    }

    /// Matches `[…]`; nil when the bracket is not closed, and so stands for itself.
    private static func bracket(_ pattern: [UInt8], _ start: Int, _ byte: UInt8) -> (Bool, Int)? {
        var at = start + 1
        var isNegated = false
        if at < pattern.count, pattern[at] == .bang || pattern[at] == UInt8(ascii: "^") {
            isNegated = true
            at += 1
        }
        var isMatch = false
        var isFirst = true
        while at < pattern.count {
            if pattern[at] == .closeBracket && !isFirst { return (isMatch != isNegated, at + 1) }
            isFirst = false
            if pattern[at] == .openBracket, at + 1 < pattern.count, pattern[at + 1] == .colon,
                let (name, next) = className(pattern, at)
            {
                if ByteClass(name)?.contains(byte) == true { isMatch = true }
                at = next
                continue
            }
            var low = pattern[at]
            if low == .backslash, at + 1 < pattern.count {
                at += 1
                low = pattern[at]
            }
            at += 1
            var high = low
            if at + 1 < pattern.count, pattern[at] == .minus, pattern[at + 1] != .closeBracket {
                at += 1
                high = pattern[at]
                if high == .backslash, at + 1 < pattern.count {
                    at += 1
                    high = pattern[at]
                }
                at += 1
            }
            if low <= byte && byte <= high { isMatch = true }
        }
        return nil
    }

    private static func className(_ pattern: [UInt8], _ start: Int) -> (String, Int)? {
        var at = start + 2
        while at + 1 < pattern.count {
            if pattern[at] == .colon && pattern[at + 1] == .closeBracket {
                return (String(decoding: pattern[(start + 2)..<at], as: UTF8.self), at + 2)
            }
            guard pattern[at].beginsName else { return nil }
            at += 1
        }
        return nil
    }
}

/// `[:alpha:]` and its like, in the C locale.
enum ByteClass: String {
    case alpha, digit, alnum, upper, lower, space, blank, punct, print, graph, cntrl, xdigit

    init?(_ name: String) { self.init(rawValue: name) }

    func contains(_ byte: UInt8) -> Bool {
        let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
        let isLower = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
        switch self {
        case .alpha: return isUpper || isLower
        case .digit: return byte.isDigit
        case .alnum: return isUpper || isLower || byte.isDigit
        case .upper: return isUpper
        case .lower: return isLower
        case .space: return byte == 32 || (9...13).contains(byte)
        case .blank: return byte == 32 || byte == 9
        case .punct: return (33...126).contains(byte) && !(isUpper || isLower || byte.isDigit)
        case .print: return (32...126).contains(byte)
        case .graph: return (33...126).contains(byte)
        case .cntrl: return byte < 32 || byte == 127
        case .xdigit:
            return byte.isDigit || (byte | 32 >= UInt8(ascii: "a") && byte | 32 <= UInt8(ascii: "f"))
        }
    }
}
