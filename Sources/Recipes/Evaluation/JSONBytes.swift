import PosixShell

/// Writes JSON from bytes that need not be UTF-8.
struct JSONBytes {
    /// What was written.
    var bytes: [UInt8] = []

    /// Appends the line of one recipe.
    mutating func append(dir: String, _ variables: VariableTable, _ environment: RecipeEnvironment) {
        append("{\"dir\":")
        append(string: Array(dir.utf8))
        append(",\"vars\":{")
        let initial = environment.variables
        var changed: [Int] = []
        for (index, entry) in variables.entries.enumerated() {
            guard let value = entry.value else { continue }
            if index < initial.count {
                // The last two are srcdir and startdir.
                if index >= initial.count - 2 || value.elementsEqual(initial[index].value.utf8) { continue }
            } else if RecipeEvaluator.shellsOwnBytes.contains(entry.name) {
                continue
            }
            changed.append(index)
        }
        let entries = variables.entries
        changed.sort { entries[$0].name.lexicographicallyPrecedes(entries[$1].name) }
        for (position, index) in changed.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            append(string: entries[index].name)
            bytes.append(UInt8(ascii: ":"))
            append(string: entries[index].value ?? [])
        }
        append("}}\n")
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a quoted string. A byte that is not UTF-8 becomes `\udc80` to `\udcff`, as Python's surrogateescape
    /// has it.
    mutating func append(string: [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        string.withUnsafeBufferPointer { text in
            var from = 0
            var at = 0
            while at < text.count {
                let byte = text[at]
                if byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
                    at += 1
                    continue
                }
                if byte >= 0x80, let length = Self.scalarLength(text, at) {
                    at += length
                    continue
                }
                bytes.append(contentsOf: text[from..<at])
                escape(byte)
                at += 1
                from = at
            }
            bytes.append(contentsOf: text[from..<at])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case UInt8(ascii: "\n"): append("\\n")
        case UInt8(ascii: "\t"): append("\\t")
        case UInt8(ascii: "\r"): append("\\r")
        default:
            append(byte < 0x80 ? "\\u00" : "\\udc")
            for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 48 + digit : 87 + digit) }
        }
    }

    /// How many bytes the well-formed UTF-8 sequence here has; nil when it is none.
    private static func scalarLength(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int? {
        let length: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch text[at] {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, low) = (3, 0xA0)
        case 0xED: (length, high) = (3, 0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, low) = (4, 0x90)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, high) = (4, 0x8F)
        default: return nil
        }
        guard at + length <= text.count, text[at + 1] >= low, text[at + 1] <= high else { return nil }
        for index in (at + 2)..<max(at + length, at + 2) where text[index] & 0xC0 != 0x80 { return nil }
        return length
    }
}
