public import PosixShell

/// The `sha512sums` of a recipe as text.
public enum ChecksumBlock {
    /// The assignment: a sum and a name a line.
    public static func text(_ sums: [(sum: String, name: String)]) -> String {
        "sha512sums=\"\n" + sums.map { "\($0.sum)  \($0.name)\n" }.joined() + "\"\n"
    }

    /// A recipe's text with its last top-level assignment of `sha512sums` replaced, or with one added at its end.
    ///
    /// Throws a `ShellFinding` for text that is no shell.
    public static func replaced(
        in text: String, by sums: [(sum: String, name: String)], file: String
    ) throws(ShellFinding) -> String {
        let source = ShellSource(text, name: file)
        let script = try ShellParser.parse(source, bodies: .skipped)
        var bytes = Array(text.utf8)
        let block = Array(Self.text(sums).utf8)
        for command in script.commands.reversed() {
            guard case .simple(let simple) = command,
                let found = simple.assignments.last(where: { source.text($0.name) == "sha512sums" })
            else { continue }
            bytes.replaceSubrange(Int(found.range.start)..<Int(found.range.end), with: block.dropLast())
            return String(decoding: bytes, as: UTF8.self)
        }
        if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        return String(decoding: bytes + [UInt8(ascii: "\n")] + block, as: UTF8.self)
    }
}
