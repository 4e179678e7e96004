/// `echo` as busybox ash and bash have it: `-n`, `-e`, `-E`; backslashes stay as they are without `-e`.
enum Echo {
    static func output(_ arguments: [[UInt8]]) -> [UInt8] {
        var endsLine = true
        var isEscaped = false
        var rest = arguments[...]
        while let option = rest.first, option.count > 1, option[0] == .minus,
            option.dropFirst().allSatisfy({ "neE".utf8.contains($0) })
        {
            for letter in option.dropFirst() {
                switch letter {
                case UInt8(ascii: "n"): endsLine = false
                case UInt8(ascii: "e"): isEscaped = true
                default: isEscaped = false
                }
            }
            rest = rest.dropFirst()
        }
        var out: [UInt8] = []
        for (index, argument) in rest.enumerated() {
            if index > 0 { out.append(.space) }
            guard isEscaped else {
                out += argument
                continue
            }
            let (text, isStopped) = Escapes.expand(argument)
            out += text
            if isStopped { return out }
        }
        if endsLine { out.append(.newline) }
        return out
    }
}

/// Backslash escapes of `echo -e` and `printf %b`.
enum Escapes {
    /// Expands `\n`, `\0NNN` and the like; `\c` ends all output.
    static func expand(_ text: [UInt8]) -> (text: [UInt8], isStopped: Bool) {
        var out: [UInt8] = []
        var at = 0
        while at < text.count {
            guard text[at] == .backslash, at + 1 < text.count else {
                out.append(text[at])
                at += 1
                continue
            }
            if text[at + 1] == UInt8(ascii: "c") { return (out, true) }
            var start = at + 1
            // \0NNN has up to three digits after the zero.
            if text[start] == UInt8(ascii: "0"), start + 1 < text.count,
                (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(text[start + 1])
            {
                start += 1
            }
            let (bytes, next) = text.withUnsafeBufferPointer { AnsiQuoting.escape($0, start) }
            if text[start] == .quote || text[start] == .doubleQuote {
                out += [.backslash, text[start]]
            } else {
                out += bytes
            }
            at = next
        }
        return (out, false)
    }
}
