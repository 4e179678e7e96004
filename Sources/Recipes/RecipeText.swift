/// A quick look at the text of a recipe for places: where a variable is assigned, where a function stands, which
/// line a comment is on. It reads lines, not shell: values come from an evaluation, only places from here. A body
/// is taken to end at the first line that is exactly `}`, which is right for all but 14 of Alpine's recipes.
struct RecipeText: Sendable {
    /// An assignment or function found at top level.
    struct Definition: Sendable {
        let name: Substring
        let line: Int
        let column: Int
    }

    let lines: [Substring]
    let assignments: [Definition]
    let functions: [Definition]

    init(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var assignments: [Definition] = []
        var functions: [Definition] = []
        var isInBody = false
        var quote: UInt8?
        for (index, line) in lines.enumerated() {
            if isInBody {
                if line == "}" || line == ")" { isInBody = false }
                continue
            }
            let isInside = quote != nil
            quote = Self.quote(after: line, from: quote)
            if isInside { continue }
            if let name = Self.functionName(line) {
                functions.append(
                    Definition(name: name, line: index + 1, column: Self.column(of: name, in: line)))
                isInBody = !Self.endsOnItsLine(line)
                quote = nil
            } else if let name = Self.assignedName(line) {
                assignments.append(
                    Definition(name: name, line: index + 1, column: Self.column(of: name, in: line)))
            }
        }
        self.lines = lines
        self.assignments = assignments
        self.functions = functions
    }

    /// Line and column of the first assignment of `variable`, or of the first of `words` that is found in the lines
    /// of one of its assignments.
    func place(of variable: String, words: [String] = []) -> (line: Int, column: Int)? {
        let places = assignments.filter { $0.name == variable }
        guard let first = places.first else { return nil }
        for word in words {
            for place in places {
                if let found = search(word, from: place) { return found }
            }
        }
        return (first.line, first.column)
    }

    /// Line and column of the function `name`.
    func place(ofFunction name: String) -> (line: Int, column: Int)? {
        functions.first { $0.name == name }.map { ($0.line, $0.column) }
    }

    /// Line and column of `word` in the value that starts at `definition`: up to the line before the next
    /// assignment or function, and standing between characters that cannot belong to a word.
    private func search(_ word: String, from definition: Definition) -> (line: Int, column: Int)? {
        let after =
            (assignments + functions).map(\.line).filter { $0 > definition.line }.min() ?? lines.count + 1
        for line in definition.line..<max(after, definition.line + 1) where line <= lines.count {
            let start = line == definition.line ? definition.column + definition.name.utf8.count : 0
            if let column = Self.column(ofWord: word, in: lines[line - 1], from: start) {
                return (line, column)
            }
        }
        return nil
    }

    /// The quote that is open at the end of a line, if `open` is at its beginning.
    private static func quote(after line: Substring, from open: UInt8?) -> UInt8? {
        var quote = open
        var isEscaped = false
        var previous = UInt8(ascii: " ")
        for byte in line.utf8 {
            defer { previous = byte }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                isEscaped = true
            } else if let current = quote {
                if byte == current { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "#"),
                previous == UInt8(ascii: " ") || previous == UInt8(ascii: "\t")
            {
                return nil
            }
        }
        return quote
    }

    private static func column(of name: Substring, in line: Substring) -> Int {
        line.utf8.distance(from: line.startIndex, to: name.startIndex) + 1
    }

    private static func column(ofWord word: String, in line: Substring, from start: Int) -> Int? {
        let bytes = Array(line.utf8)
        let wanted = Array(word.utf8)
        guard !wanted.isEmpty, bytes.count >= wanted.count else { return nil }
        for index in start...max(start, bytes.count - wanted.count)
        where index + wanted.count <= bytes.count && bytes[index..<index + wanted.count].elementsEqual(wanted)
        {
            let before = index == 0 ? UInt8(ascii: " ") : bytes[index - 1]
            let next = index + wanted.count == bytes.count ? UInt8(ascii: " ") : bytes[index + wanted.count]
            if endsWord(before) && endsWord(next) { return index + 1 }
        }
        return nil
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "="),
            UInt8(ascii: "\\"), UInt8(ascii: ";"), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    /// The name in `name() {` or `name() (`.
    private static func functionName(_ line: Substring) -> Substring? {
        let start = line.drop { $0 == " " || $0 == "\t" }
        let name = start.prefix { isNameCharacter($0) }
        let rest = line[name.endIndex...].drop { $0 == " " }
        guard !name.isEmpty, rest.hasPrefix("()") else { return nil }
        return name
    }

    private static func endsOnItsLine(_ line: Substring) -> Bool {
        let bytes = line.utf8.reversed().drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return bytes.first == UInt8(ascii: "}") && line.contains("{")
    }

    /// The name in `name=…`, `name+=…` or `export name=…`, also when indented (in `case` and `if`).
    private static func assignedName(_ line: Substring) -> Substring? {
        var start = line.drop { $0 == " " || $0 == "\t" }
        if start.hasPrefix("export ") { start = start.dropFirst(7).drop { $0 == " " } }
        let name = start.prefix { isNameCharacter($0) && $0 != "-" && $0 != "." }
        let rest = line[name.endIndex...]
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            rest.hasPrefix("=") || rest.hasPrefix("+=")
        else { return nil }
        return name
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        guard let value = character.asciiValue else { return false }
        switch value {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return true
        default: return false
        }
    }
}
