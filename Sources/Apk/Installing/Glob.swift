/// Shell patterns as triggers use them: `*` and `?` within a part of a path, `[…]` for one character.
enum Glob {
    /// Whether a whole path matches. A slash is matched by a slash only.
    static func matches(_ pattern: ByteText, _ path: ByteText) -> Bool {
        matches(pattern.bytes[...], path.bytes[...])
    }

    private static func matches(_ pattern: ArraySlice<UInt8>, _ path: ArraySlice<UInt8>) -> Bool {
        var pattern = pattern
        var path = path
        /// Where to go on if what follows the last star does not fit.
        var retry: (pattern: ArraySlice<UInt8>, path: ArraySlice<UInt8>)?
        while true {
            if pattern.first == UInt8(ascii: "*") {
                pattern = pattern.dropFirst()
                retry = (pattern, path)
                continue
            }
            if let byte = path.first, let rest = one(pattern, byte) {
                pattern = rest
                path = path.dropFirst()
                continue
            }
            if pattern.isEmpty, path.isEmpty { return true }
            guard let (after, from) = retry, let skipped = from.first, skipped != UInt8(ascii: "/") else {
                return false
            }
            pattern = after
            path = from.dropFirst()
            retry = (after, path)
        }
    }

    /// What follows in the pattern once it has matched a byte; nil if it does not.
    private static func one(_ pattern: ArraySlice<UInt8>, _ byte: UInt8) -> ArraySlice<UInt8>? {
        guard let first = pattern.first else { return nil }
        switch first {
        case UInt8(ascii: "?"): return byte == UInt8(ascii: "/") ? nil : pattern.dropFirst()
        case UInt8(ascii: "["): return set(pattern, byte)
        case UInt8(ascii: "\\"):
            let escaped = pattern.dropFirst()
            return escaped.first == byte ? escaped.dropFirst() : nil
        default: return first == byte ? pattern.dropFirst() : nil
        }
    }

    private static func set(_ pattern: ArraySlice<UInt8>, _ byte: UInt8) -> ArraySlice<UInt8>? {
        guard byte != UInt8(ascii: "/"), let end = pattern.dropFirst(2).firstIndex(of: UInt8(ascii: "]"))
        else {
            return pattern.first == byte ? pattern.dropFirst() : nil
        }
        var members = pattern[(pattern.startIndex + 1)..<end]
        let isNegated = members.first == UInt8(ascii: "!") || members.first == UInt8(ascii: "^")
        if isNegated { members = members.dropFirst() }
        var isMember = false
        var index = members.startIndex
        while index < members.endIndex {
            if index + 2 < members.endIndex, members[index + 1] == UInt8(ascii: "-") {
                if members[index] <= byte, byte <= members[index + 2] { isMember = true }
                index += 3
            } else {
                if members[index] == byte { isMember = true }
                index += 1
            }
        }
        return isMember != isNegated ? pattern[(end + 1)...] : nil
    }
}
