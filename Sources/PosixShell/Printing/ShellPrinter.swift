/// Prints a tree as shell text. Parsing that text gives the same tree again, apart from where things stand.
///
/// The layout is one command a line with tabs for nesting; words are printed as they were written.
public struct ShellPrinter {
    private var script: ShellScript
    private var out: [UInt8] = []
    private var level = 0
    /// Here-documents whose lines come after the line that is being printed.
    private var pending: [(script: ShellScript, document: HereDocument)] = []

    private init(_ script: ShellScript) { self.script = script }

    /// The text of a script, as bytes: words may hold any.
    public static func print(_ script: ShellScript) -> [UInt8] {
        var printer = ShellPrinter(script)
        printer.lines(script.commands)
        return printer.out
    }

    // MARK: Layout

    private mutating func write(_ text: StaticString) {
        out.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func write(_ range: TextRange) { out.append(contentsOf: script.source[range]) }

    private mutating func indent() {
        for _ in 0..<level { out.append(.tab) }
    }

    /// Ends a line, and writes the here-documents that begin after it.
    private mutating func newline() {
        out.append(.newline)
        let due = pending
        pending = []
        for (owner, document) in due {
            let before = script
            script = owner
            write(document.range)
            let line = owner.source[document.delimiter]
            out.append(contentsOf: Self.unquoted(line))
            out.append(.newline)
            script = before
        }
    }

    /// A here-document's delimiter as its last line has it.
    private static func unquoted(_ word: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        var quote: UInt8 = 0
        var at = 0
        while at < word.count {
            let byte = word[at]
            at += 1
            if byte == quote {
                quote = 0
            } else if quote == 0 && (byte == .quote || byte == .doubleQuote) {
                quote = byte
            } else if byte == .backslash && quote != .quote && at < word.count {
                out.append(word[at])
                at += 1
            } else {
                out.append(byte)
            }
        }
        return out
    }

    /// Commands, each on lines of its own.
    private mutating func lines(_ commands: [ShellCommand]) {
        for command in commands {
            indent()
            write(command)
            newline()
        }
    }

    private mutating func block(_ commands: [ShellCommand]) {
        newline()
        level += 1
        lines(commands)
        level -= 1
        indent()
    }

    // MARK: Commands

    private mutating func write(_ command: ShellCommand) {
        switch command {
        case .simple(let simple): write(simple)
        case .andOr(let first, let links, _):
            write(first)
            for link in links {
                write(link.isAnd ? " && " : " || ")
                write(link.command)
            }
        case .pipeline(let commands, let isNegated, _):
            if isNegated { write("! ") }
            for (index, command) in commands.enumerated() {
                if index > 0 { write(" | ") }
                write(command)
            }
        case .background(let command, _):
            write(command)
            write(" &")
        case .group(let commands, _):
            write("{")
            block(commands)
            write("}")
        case .subshell(let commands, _):
            write("(")
            block(commands)
            write(")")
        case .conditional(let branches, let otherwise, _): write(branches, otherwise)
        case .loop(let condition, let body, let isUntil, _):
            write(isUntil ? "until" : "while")
            block(condition)
            write("do")
            block(body)
            write("done")
        case .forEach(let loop):
            write("for ")
            write(loop.name)
            if let words = loop.words {
                write(" in")
                for word in words {
                    write(" ")
                    write(word)
                }
            }
            newline()
            indent()
            write("do")
            block(loop.body)
            write("done")
        case .choice(let subject, let branches, _): write(subject, branches)
        case .function(let definition):
            write(definition.name)
            write("() ")
            if let body = definition.body { write(body) } else { write(definition.bodyRange) }
        case .redirected(let command, let redirections):
            write(command)
            for redirection in redirections { write(redirection) }
        }
    }

    private mutating func write(_ branches: [ConditionalBranch], _ otherwise: [ShellCommand]?) {
        for (index, branch) in branches.enumerated() {
            write(index == 0 ? "if" : "elif")
            block(branch.condition)
            write("then")
            block(branch.body)
        }
        if let otherwise {
            write("else")
            block(otherwise)
        }
        write("fi")
    }

    private mutating func write(_ subject: Word, _ branches: [ChoiceBranch]) {
        write("case ")
        write(subject)
        write(" in")
        newline()
        for branch in branches {
            indent()
            // The parenthesis keeps a pattern 'esac' from ending the command.
            write("(")
            for (index, pattern) in branch.patterns.enumerated() {
                if index > 0 { write(" | ") }
                write(pattern)
            }
            write(")")
            block(branch.body)
            write(";;")
            newline()
        }
        indent()
        write("esac")
    }

    private mutating func write(_ simple: SimpleCommand) {
        var isFirst = true
        func space(_ printer: inout ShellPrinter) {
            if !isFirst { printer.write(" ") }
            isFirst = false
        }
        for assignment in simple.assignments {
            space(&self)
            write(assignment.name)
            write("=")
            write(assignment.value)
        }
        // After a redirection a word such as 'then' is no reserved word, and so must not come before it.
        let leads = simple.assignments.isEmpty ? simple.words.first.map(isReserved) ?? false : false
        func writeRedirections(_ printer: inout ShellPrinter) {
            for redirection in simple.redirections {
                space(&printer)
                printer.write(redirection, leadingSpace: false)
            }
        }
        if leads { writeRedirections(&self) }
        for word in simple.words {
            space(&self)
            write(word)
        }
        if !leads { writeRedirections(&self) }
    }

    /// Whether a word would be a reserved one where a command begins.
    private func isReserved(_ word: Word) -> Bool {
        let bytes = script.source[word.range]
        return ReservedWord.spellings.contains { bytes.elementsEqual($0.utf8) }
    }

    private mutating func write(_ redirection: Redirection, leadingSpace: Bool = true) {
        if leadingSpace { write(" ") }
        if let descriptor = redirection.descriptor { out.append(contentsOf: String(descriptor).utf8) }
        out.append(contentsOf: redirection.operation.rawValue.utf8)
        switch redirection.target {
        case .word(let word):
            write(" ")
            write(word)
        case .hereDocument(let index):
            let document = script.hereDocuments[index]
            write(document.delimiter)
            pending.append((script, document))
        }
    }

    // MARK: Words

    /// A word as it was written, and the here-documents in it whose lines come after it.
    private mutating func write(_ word: Word) {
        write(word.range)
        for document in script.hereDocuments
        where document.delimiter.start >= word.range.start && document.delimiter.end <= word.range.end
            && document.range.start >= word.range.end
        {
            pending.append((script, document))
        }
    }
}
