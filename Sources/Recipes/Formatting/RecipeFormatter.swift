import PosixShell

/// Rewrites what is only form in a recipe: blanks at line ends, indentation by spaces, blank lines in a row, `name ()`.
///
/// Nothing inside quotes, here-documents and comments' words is touched, blocks stay in their order, and lines that are
/// indented by tabs keep them. The result is parsed again: when its tree is not the same, the text is left alone.
public struct RecipeFormatter {
    private let bytes: [UInt8]
    private let layout: SourceLayout

    /// The formatted text; `text` itself when nothing is to be done.
    ///
    /// Throws a `ShellFinding` for text that is no shell.
    public static func formatted(_ text: String, file: String) throws(ShellFinding) -> String {
        let source = ShellSource(text, name: file)
        let script = try ShellParser.parse(source)
        let bytes = Array(text.utf8)
        let formatter = RecipeFormatter(bytes: bytes, layout: SourceLayout(script, bytes: bytes))
        let result = formatter.rewritten()
        guard result != text else { return text }
        let again = try ShellParser.parse(ShellSource(result, name: file))
        return ShellOutline.of(again) == ShellOutline.of(script) ? result : text
    }

    private func rewritten() -> String {
        var output: [UInt8] = []
        var start = 0
        var blankLines = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let begins = !layout.isOpaque(start)
            let ends = !layout.isOpaque(end)
            var line = Array(bytes[start..<end])
            if ends { line = Self.trimmed(line) }
            if begins {
                line = indented(line, at: start)
                line = withoutBlankBeforeParentheses(line, at: start)
            }
            if begins, ends, line.isEmpty {
                blankLines += 1
            } else {
                blankLines = 0
            }
            // A second blank line in a row, and blank lines before the first line, go.
            if blankLines <= 1, !(blankLines == 1 && output.isEmpty) {
                output += line
                output.append(UInt8(ascii: "\n"))
            }
            start = end + 1
        }
        if !layout.isOpaque(bytes.count) {
            while output.suffix(2).elementsEqual([0x0A, 0x0A]) { output.removeLast() }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Without blanks at the end, unless a backslash quotes the last.
    private static func trimmed(_ line: [UInt8]) -> [UInt8] {
        var line = line
        while let last = line.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") {
            if line.dropLast().last == UInt8(ascii: "\\") { break }
            line.removeLast()
        }
        return line
    }

    /// Tabs for a line whose indentation has spaces: as many as its commands are deep.
    private func indented(_ line: [UInt8], at start: Int) -> [UInt8] {
        let blank = line.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard blank.contains(UInt8(ascii: " ")), blank.count < line.count else { return line }
        let first = start + blank.count
        var depth = layout.depth(at: first)
        if layout.continues(start) { depth += 1 }
        // A continued line keeps a blank before it: the backslash may stand right behind a word.
        if depth == 0 && layout.continues(start) { depth = 1 }
        if line[blank.count] == UInt8(ascii: "#"), depth == 0 { return line }
        return Array(repeating: UInt8(ascii: "\t"), count: depth) + line[blank.count...]
    }

    private func withoutBlankBeforeParentheses(_ line: [UInt8], at start: Int) -> [UInt8] {
        guard let name = layout.functionName(startingIn: start..<start + line.count) else { return line }
        // Only a name at the very beginning of its line, so that offsets are those of the source.
        guard name.lowerBound == start else { return line }
        let length = name.count
        guard line.count > length, line[length] == UInt8(ascii: " ") else { return line }
        let rest = line[length...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard rest.first == UInt8(ascii: "(") else { return line }
        return Array(line[..<length]) + rest
    }
}
