/// The text of an `overlay.toml` as sections with keys, each with its place: a strict part of TOML 1.0.
///
/// A document consists of sections `[[name]]` with `key = value`, where a value is a string in any of TOML's four
/// forms, an array of strings, `true`, `false`, or a whole number. All else that TOML can say (dotted keys, plain and
/// inline tables, dates, fractions) is refused with its line, so that each accepted document means to every reader of
/// TOML what it means here.
struct OverlayDocument: Hashable, Sendable {
    /// One value.
    enum Value: Hashable, Sendable {
        case text(String)
        case list([String])
        case flag(Bool)
        case number(Int)

        /// What it is called in findings.
        var kind: String {
            switch self {
            case .text: "a string"
            case .list: "an array of strings"
            case .flag: "true or false"
            case .number: "a number"
            }
        }
    }

    /// `key = value`.
    struct Entry: Hashable, Sendable {
        let key: String
        let value: Value
        let place: Place
    }

    /// `[[name]]` with its keys.
    struct Section: Hashable, Sendable {
        let name: String
        let place: Place
        var entries: [Entry]
    }

    let sections: [Section]

    /// Reads a document. Throws ``RecipeError`` with the place of the first fault.
    init(_ text: String, file: String) throws(RecipeError) {
        var parser = OverlayDocumentParser(text, file: file)
        sections = try parser.document()
    }
}

/// Reads ``OverlayDocument``s from bytes.
struct OverlayDocumentParser {
    private let bytes: [UInt8]
    private let file: String
    private var index = 0

    init(_ text: String, file: String) {
        bytes = Array(text.utf8)
        self.file = file
    }

    mutating func document() throws(RecipeError) -> [OverlayDocument.Section] {
        var sections: [OverlayDocument.Section] = []
        while true {
            skipBlank(lines: true)
            guard let byte = peek() else { return sections }
            if byte == UInt8(ascii: "[") {
                sections.append(try header())
            } else {
                let entry = try self.entry()
                guard !sections.isEmpty else {
                    throw fault(
                        "the key '\(entry.key)' stands before the first [[section]]",
                        "begin a section, such as [[words]]", at: entry.place)
                }
                let isTwice = sections[sections.count - 1].entries.contains { $0.key == entry.key }
                if isTwice {
                    throw fault(
                        "the key '\(entry.key)' is given twice", "remove one, or begin another section",
                        at: entry.place)
                }
                sections[sections.count - 1].entries.append(entry)
            }
            try endOfLine()
        }
    }

    private mutating func header() throws(RecipeError) -> OverlayDocument.Section {
        let place = self.place()
        guard take("[[") else {
            throw fault("a table is not known here", "write [[name]] with two brackets", at: place)
        }
        skipBlank(lines: false)
        let name = try bareKey()
        skipBlank(lines: false)
        guard take("]]") else { throw fault("the section's name is not closed", "end it with ]]") }
        return OverlayDocument.Section(name: name, place: place, entries: [])
    }

    private mutating func entry() throws(RecipeError) -> OverlayDocument.Entry {
        let place = self.place()
        let key = try bareKey()
        skipBlank(lines: false)
        guard take("=") else { throw fault("'=' is missing after '\(key)'", "write \(key) = VALUE") }
        skipBlank(lines: false)
        return OverlayDocument.Entry(key: key, value: try value(), place: place)
    }

    private mutating func bareKey() throws(RecipeError) -> String {
        let start = index
        while let byte = peek(), isKeyByte(byte) { index += 1 }
        guard index > start else {
            throw fault("a key was expected", "use letters, digits, '_' and '-', without quotes or dots")
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func value() throws(RecipeError) -> OverlayDocument.Value {
        switch peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(try string())
        case UInt8(ascii: "["): return .list(try array())
        default:
            let place = self.place()
            let start = index
            while let byte = peek(), isKeyByte(byte) || byte == UInt8(ascii: ".") { index += 1 }
            let word = String(decoding: bytes[start..<index], as: UTF8.self)
            if word == "true" || word == "false" { return .flag(word == "true") }
            if let number = Int(word), String(number) == word { return .number(number) }
            throw fault(
                word.isEmpty ? "a value was expected" : "'\(word)' is no value that an overlay knows",
                "write a \"string\", an [\"array\", \"of strings\"], true, false or a whole number", at: place
            )
        }
    }

    private mutating func array() throws(RecipeError) -> [String] {
        let open = place()
        index += 1
        var items: [String] = []
        while true {
            skipBlank(lines: true)
            if take("]") { return items }
            guard let byte = peek() else { throw fault("the array is not closed", "end it with ]", at: open) }
            guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else {
                throw fault("an array holds strings only", "put the item between quotes")
            }
            items.append(try string())
            skipBlank(lines: true)
            if take(",") { continue }
            if take("]") { return items }
            guard peek() == nil else { throw fault("',' or ']' is missing in the array", "add it") }
        }
    }

    // MARK: Strings

    private mutating func string() throws(RecipeError) -> String {
        let open = place()
        let quote = bytes[index]
        let isLong = bytes[index...].starts(with: [quote, quote, quote])
        index += isLong ? 3 : 1
        if isLong, !take("\n") { _ = take("\r\n") }
        var content: [UInt8] = []
        while let byte = peek() {
            if byte == quote {
                guard isLong else {
                    index += 1
                    return String(decoding: content, as: UTF8.self)
                }
                let run = bytes[index...].prefix { $0 == quote }.count
                index += run
                // As in TOML, up to two quotes may stand before the three that close.
                guard run < 3 else {
                    guard run <= 5 else { throw fault("too many quotes", "close with three", at: open) }
                    content += Array(repeating: quote, count: run - 3)
                    return String(decoding: content, as: UTF8.self)
                }
                content += Array(repeating: quote, count: run)
            } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                try escape(into: &content, isLong: isLong)
            } else if byte == UInt8(ascii: "\n"), !isLong {
                break
            } else if byte < 0x20 && byte != UInt8(ascii: "\t") && byte != UInt8(ascii: "\n") || byte == 0x7F
            {
                throw fault("a control character in a string", "write it as an escape, such as \\u001B")
            } else {
                content.append(byte)
                index += 1
            }
        }
        throw fault("the string is not closed", "close it; use three quotes for several lines", at: open)
    }

    private mutating func escape(into content: inout [UInt8], isLong: Bool) throws(RecipeError) {
        let place = self.place()
        index += 1
        guard let byte = peek() else { throw fault("the string is not closed", "close it", at: place) }
        index += 1
        switch byte {
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): content.append(byte)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            content += Array(String(try scalar(byte == UInt8(ascii: "u") ? 4 : 8, place)).utf8)
        case UInt8(ascii: "\n"), UInt8(ascii: " "), UInt8(ascii: "\t"):
            guard isLong, restOfLineIsBlank(from: index - 1) else { fallthrough }
            while let next = peek(), next == 0x0A || next == 0x20 || next == 0x09 { index += 1 }
        default:
            throw fault(
                "an unknown escape in a string", "double the backslash, or use '''single quotes'''", at: place
            )
        }
    }

    private mutating func scalar(_ digits: Int, _ place: Place) throws(RecipeError) -> Unicode.Scalar {
        let text = String(decoding: bytes[index...].prefix(digits), as: UTF8.self)
        guard text.utf8.count == digits, text.allSatisfy(\.isHexDigit), let code = UInt32(text, radix: 16),
            let scalar = Unicode.Scalar(code)
        else {
            throw fault("an unknown escape in a string", "write \\u and four hexadecimal digits", at: place)
        }
        index += digits
        return scalar
    }

    private func restOfLineIsBlank(from start: Int) -> Bool {
        bytes[start...].first { $0 != 0x20 && $0 != 0x09 } == 0x0A
    }

    // MARK: Scanning

    private func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ text: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard bytes[index...].starts(with: wanted) else { return false }
        index += wanted.count
        return true
    }

    /// Passes over spaces and tabs, and with `lines` also over line ends and comments.
    private mutating func skipBlank(lines: Bool) {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): index += 1
            case UInt8(ascii: "\n") where lines: index += 1
            case UInt8(ascii: "\r") where lines && bytes[index...].starts(with: [0x0D, 0x0A]): index += 1
            case UInt8(ascii: "#") where lines: skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() {
        while let byte = peek(), byte != UInt8(ascii: "\n") { index += 1 }
    }

    private mutating func endOfLine() throws(RecipeError) {
        skipBlank(lines: false)
        if peek() == UInt8(ascii: "#") { skipComment() }
        guard peek() == nil || take("\n") || take("\r\n") else {
            throw fault("something follows the value", "begin a new line")
        }
    }

    private func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private func place() -> Place {
        let before = bytes[..<index]
        let newline = UInt8(ascii: "\n")
        let line = before.count { $0 == newline } + 1
        let column = index - (before.lastIndex(of: newline).map { $0 + 1 } ?? 0) + 1
        return Place(file: file, line: line, column: column)
    }

    private func fault(_ what: String, _ remedy: String, at place: Place? = nil) -> RecipeError {
        let finding = Finding(
            .error, rule: "overlay-syntax", at: place ?? self.place(), what: what, remedy: remedy)
        return RecipeError([finding])
    }
}
