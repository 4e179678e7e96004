import PosixShell

/// Where blanks matter in a text, and how deep its commands stand.
struct SourceLayout {
    /// Ranges whose bytes are values: quotes, expansions, here-documents. A quote's own first byte is not inside.
    private var opaque: [Range<Int>] = []
    /// Bodies of compound commands and functions.
    private var blocks: [Range<Int>] = []
    /// Commands that may go over several lines.
    private var commands: [Range<Int>] = []
    private var names: [Range<Int>] = []
    private let bytes: [UInt8]

    /// The layout of a parsed text, whose bytes are `bytes`.
    init(_ script: ShellScript, bytes: [UInt8]) {
        self.bytes = bytes
        for document in script.hereDocuments { opaque.append(Self.range(document.range)) }
        walk(script.commands)
        opaque.sort { $0.lowerBound < $1.lowerBound }
        commands.sort { $0.lowerBound < $1.lowerBound }
        blocks.sort { $0.lowerBound < $1.lowerBound }
    }

    /// Whether the byte at `offset` belongs to a value.
    func isOpaque(_ offset: Int) -> Bool {
        opaque.contains { $0.contains(offset) }
    }

    /// How many bodies the byte at `offset` stands in, and one more for the further lines of a command.
    func depth(at offset: Int) -> Int {
        let around = blocks.filter { $0.contains(offset) }
        let block = around.map(\.lowerBound).max() ?? -1
        let lineStart = self.lineStart(offset)
        let goesOn = commands.contains {
            $0.contains(offset) && $0.lowerBound < lineStart && $0.lowerBound >= block
        }
        return around.count + (goesOn && !continues(lineStart) ? 1 : 0)
    }

    /// Whether the line before the one at `start` ends with a backslash.
    func continues(_ start: Int) -> Bool {
        guard start >= 2 else { return false }
        return bytes[start - 2] == UInt8(ascii: "\\") && bytes[start - 1] == UInt8(ascii: "\n")
    }

    /// The name of the function that is defined in a range of a line.
    func functionName(startingIn range: Range<Int>) -> Range<Int>? {
        names.first { range.contains($0.lowerBound) }
    }

    private func lineStart(_ offset: Int) -> Int {
        bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    }

    private static func range(_ range: TextRange) -> Range<Int> { Int(range.start)..<Int(range.end) }

    // MARK: Walking

    private mutating func walk(_ list: [ShellCommand]) {
        for command in list { walk(command) }
    }

    private mutating func block(_ list: [ShellCommand]) {
        guard let first = list.first, let last = list.last else { return }
        blocks.append(Int(first.range.start)..<Int(last.range.end))
        walk(list)
    }

    private mutating func walk(_ command: ShellCommand) {
        switch command {
        case .simple(let simple):
            commands.append(Self.range(simple.range))
            for assignment in simple.assignments { walk(assignment.value.parts) }
            for word in simple.words { walk(word.parts) }
            for redirection in simple.redirections { walk(redirection) }
        case .andOr(let first, let links, let range):
            commands.append(Self.range(range))
            walk(first)
            for link in links { walk(link.command) }
        case .pipeline(let list, _, let range):
            commands.append(Self.range(range))
            walk(list)
        case .background(let command, _): walk(command)
        case .group(let list, let range), .subshell(let list, let range):
            if range.count > 2 { blocks.append(Int(range.start) + 1..<Int(range.end) - 1) }
            walk(list)
        case .conditional(let branches, let otherwise, _):
            for branch in branches {
                walk(branch.condition)
                block(branch.body)
            }
            block(otherwise ?? [])
        case .loop(let condition, let body, _, _):
            walk(condition)
            block(body)
        case .forEach(let loop):
            for word in loop.words ?? [] { walk(word.parts) }
            block(loop.body)
        case .choice(let word, let branches, _):
            walk(word.parts)
            for branch in branches {
                for pattern in branch.patterns { walk(pattern.parts) }
                block(branch.body)
            }
        case .function(let definition):
            names.append(Self.range(definition.name))
            if let body = definition.body { walk(body) }
        case .redirected(let command, let redirections):
            walk(command)
            for redirection in redirections { walk(redirection) }
        }
    }

    private mutating func walk(_ redirection: Redirection) {
        if case .word(let word) = redirection.target { walk(word.parts) }
    }

    private mutating func walk(_ parts: [WordPart]) {
        for part in parts {
            switch part {
            case .literal, .escaped, .variable: break
            case .command(let list, _): walk(list)
            case .singleQuoted(let range), .ansiQuoted(let range):
                // The ranges of these leave the quotes out.
                opaque.append(Int(range.start)..<Int(range.end) + 1)
            case .doubleQuoted, .parameter, .arithmetic, .backquoted, .process:
                opaque.append(Int(part.range.start) + 1..<Int(part.range.end))
            }
        }
    }
}
