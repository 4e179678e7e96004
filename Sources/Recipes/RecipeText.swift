import PosixShell

/// Finds places in the text of a recipe: where a variable is assigned, where a word stands in its value, where a
/// function begins. Values come from an evaluation, only places from here; the text is parsed when one is asked for,
/// which is seldom.
struct RecipeText: Sendable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    /// Line and column of the first assignment of `variable`, or of the first of `words` that stands in one of its
    /// assignments; nil when nothing assigns it, or the text is no shell.
    func place(of variable: String, words: [String] = []) -> (line: Int, column: Int)? {
        guard let script else { return nil }
        let assignments = RecipeSyntax(script).assignments.filter { $0.name == variable }
        guard let first = assignments.first else { return nil }
        for word in words {
            for assignment in assignments {
                guard let range = assignment.valueRange,
                    let offset = Self.offset(ofWord: word, in: assignment.source[range])
                else { continue }
                return Self.place(assignment.source.position(of: Int(range.start) + offset))
            }
        }
        return Self.place(first.source.position(of: first.range))
    }

    /// Line and column of the function `name`.
    func place(ofFunction name: String) -> (line: Int, column: Int)? {
        guard let script, let found = script.functions.first(where: { script.source.text($0.name) == name })
        else { return nil }
        return Self.place(script.source.position(of: found.name))
    }

    /// Lines that begin with `#`, with their numbers from 1.
    var comments: [(line: Int, text: Substring)] {
        var comments: [(line: Int, text: Substring)] = []
        let bytes = text.utf8
        var line = 1
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            if bytes[start] == UInt8(ascii: "#") { comments.append((line, text[start..<end])) }
            line += 1
            start = end < bytes.endIndex ? bytes.index(after: end) : end
        }
        return comments
    }

    /// The text without its lines of comment holds `name`.
    func mentions(_ name: String) -> Bool {
        guard text.contains(name) else { return false }
        return text.split(separator: "\n").contains { !$0.hasPrefix("#") && $0.contains(name) }
    }

    /// The tree without functions' bodies; nil for text that is no shell, which evaluation reports with its place.
    private var script: ShellScript? {
        do { return try ShellParser.parse(ShellSource(text, name: "APKBUILD"), bodies: .skipped) } catch {
            return nil
        }
    }

    private static func place(_ position: ShellPosition) -> (line: Int, column: Int) {
        (position.line, position.column)
    }

    /// Where `word` stands between bytes that cannot belong to it.
    private static func offset(ofWord word: String, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let wanted = Array(word.utf8)
        guard !wanted.isEmpty, bytes.count >= wanted.count else { return nil }
        for index in 0...(bytes.count - wanted.count) where bytes[index] == wanted[0] {
            let end = index + wanted.count
            guard bytes[index..<end].elementsEqual(wanted) else { continue }
            let before = index == 0 ? UInt8(ascii: " ") : bytes[index - 1]
            let next = end == bytes.count ? UInt8(ascii: " ") : bytes[end]
            if endsWord(before) && endsWord(next) { return index }
        }
        return nil
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\""), UInt8(ascii: "'"),
            UInt8(ascii: "="), UInt8(ascii: "\\"), UInt8(ascii: ";"), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
