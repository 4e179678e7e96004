/// Parses shell text into a ``ShellScript``.
///
/// The grammar is POSIX's (XCU 2.10) with what busybox ash adds to it. Recursive descent over bytes, in one pass and
/// with a limit on nesting. Where nothing is to be built (the bodies of functions, when they are skipped) the same
/// code runs without building, so that both ways agree on where things end.
public struct ShellParser {
    /// What becomes of the bodies of functions.
    public enum Bodies: Sendable {
        /// They are parsed into the tree.
        case parsed
        /// Only their range is found. Faults inside `${…}` words are found when the body is parsed.
        case skipped
    }

    /// The deepest nesting that is accepted: more than any of Alpine's recipes has, and little enough for the stack of
    /// a thread of a task pool.
    public static let deepestNesting = 40

    let source: ShellSource
    let text: UnsafePointer<UInt8>
    let end: Int
    let bodies: Bodies
    var at: Int
    /// Whether trees are built; false inside skipped bodies.
    var builds = true
    var depth = 0
    var functionDepth = 0
    var retreats = 0
    static let mostRetreats = 16
    var pending: [PendingHereDocument] = []
    var hereDocuments: [HereDocument] = []
    var functions: [FunctionDefinition] = []

    /// A here-document whose lines come after the next newline.
    struct PendingHereDocument {
        let index: Int
        let delimiter: TextRange
        let word: [UInt8]
        let isQuoted: Bool
        let stripsTabs: Bool
    }

    init(_ source: ShellSource, bodies: Bodies, at offset: Int = 0, depth: Int = 0) {
        self.source = source
        text = UnsafePointer(source.base)
        end = source.count
        self.bodies = bodies
        at = offset
        self.depth = depth
    }

    /// Parses a whole text.
    ///
    /// Throws a finding of the kind `syntax` for a text that busybox ash would refuse, for NUL bytes, for nesting
    /// deeper than ``deepestNesting``, and for here-documents without an end.
    public static func parse(_ source: ShellSource, bodies: Bodies = .parsed) throws(ShellFinding)
        -> ShellScript
    {
        try parse(source, bodies: bodies, depth: 0)
    }

    static func parse(_ source: ShellSource, bodies: Bodies, depth: Int) throws(ShellFinding) -> ShellScript {
        var parser = ShellParser(source, bodies: bodies, depth: depth)
        for index in 0..<source.count where source.base[index] == 0 {
            throw parser.fault("a NUL byte", cure: "remove it", at: index)
        }
        let commands = try parser.list()
        if parser.at < parser.end { throw parser.unexpected() }
        try parser.finishHereDocuments()
        return ShellScript(
            source: source, commands: commands, hereDocuments: parser.hereDocuments,
            functions: parser.functions)
    }

    /// Parses the body of a function that was skipped.
    public static func parseBody(
        of definition: FunctionDefinition, in source: ShellSource
    ) throws(ShellFinding) -> ShellScript {
        var parser = ShellParser(source, bodies: .parsed, at: Int(definition.bodyRange.start))
        parser.functionDepth = 1
        let command = try parser.command()
        try parser.finishHereDocuments()
        return ShellScript(
            source: source, commands: [command], hereDocuments: parser.hereDocuments,
            functions: parser.functions)
    }

    // MARK: Scanning

    /// Skips spaces, tabs, continued lines and a comment.
    mutating func skipBlanks() {
        while true {
            switch text[at] {
            case .space, .tab: at += 1
            case .backslash where text[at + 1] == .newline: at += 2
            case .hash:
                while at < end && text[at] != .newline { at += 1 }
                return
            default: return
            }
        }
    }

    /// Skips blanks and newlines; reads the here-documents that begin after a newline.
    mutating func skipLines() throws(ShellFinding) {
        while true {
            skipBlanks()
            guard text[at] == .newline else { return }
            at += 1
            if !pending.isEmpty { try readHereDocuments() }
        }
    }

    mutating func enter() throws(ShellFinding) {
        depth += 1
        if depth > Self.deepestNesting {
            throw fault(
                "nested deeper than \(Self.deepestNesting) levels",
                cure: "split it into functions or take the nesting out")
        }
    }

    mutating func leave() { depth -= 1 }

    func fault(_ what: String, cure: String, at offset: Int? = nil) -> ShellFinding {
        ShellFinding(.syntax, in: source, at: offset ?? at, what, cure: cure)
    }

    func unexpected(_ expected: String? = nil) -> ShellFinding {
        let found: String
        if at >= end {
            found = "the text ends"
        } else if text[at] == .newline {
            found = "the line ends"
        } else {
            var stop = at
            if text[at].endsWord {
                stop = at + 1
                if text[stop] == text[at] && text[at] != .open && text[at] != .close { stop += 1 }
            } else {
                while stop < end && stop - at < 30 && !text[stop].endsWord { stop += 1 }
            }
            found = "unexpected '\(source.text(TextRange(at, stop)))'"
        }
        guard let expected else {
            return fault(found, cure: "look for a missing quote, 'fi', 'done', 'esac' or '}' before it")
        }
        return fault("\(found) where \(expected) is expected", cure: "add \(expected)")
    }
}
