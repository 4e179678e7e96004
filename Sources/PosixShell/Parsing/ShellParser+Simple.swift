extension ShellParser {
    mutating func simple() throws(ShellFinding) -> ShellCommand {
        let start = at
        var stop = at
        var assignments: [Assignment] = []
        var words: [Word] = []
        var redirections: [Redirection] = []
        var wordCount = 0
        var isFirst = true
        var isTest = false
        scanning: while true {
            skipBlanks()
            let byte = text[at]
            switch byte {
            case .less, .greater:
                if text[at + 1] == .open && !isTest { break }
                guard let redirection = try redirection() else { break scanning }
                if builds { redirections.append(redirection) }
                isFirst = false
                stop = at
                continue
            case .ampersand where text[at + 1] == .greater:
                guard let redirection = try redirection() else { break scanning }
                if builds { redirections.append(redirection) }
                isFirst = false
                stop = at
                continue
            case .ampersand, .bar:
                guard isTest, text[at + 1] == byte else { break scanning }
                if builds { words.append(operatorWord(2)) }
                at += 2
                continue
            case .open:
                throw unexpected()
            case .newline, .semicolon, .close, 0: break scanning
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if let redirection = try redirection() {
                    if builds { redirections.append(redirection) }
                    isFirst = false
                    stop = at
                    continue
                }
            default: break
            }
            if wordCount == 0, byte.beginsName, let name = assignedName() {
                at = Int(name.end) + 1
                let value = text[at].endsWord ? Word(parts: [], range: TextRange(at, at)) : try word()
                if text[at] == .open {
                    throw fault(
                        "an array",
                        cure: "use a list of words in one variable: the recipes' shell has no arrays")
                }
                if builds { assignments.append(Assignment(name: name, value: value)) }
                isFirst = false
                stop = at
                continue
            }
            let wordStart = at
            let word = try word()
            stop = at
            wordCount += 1
            if isFirst, wordCount == 1, text[at] == .open || text[at] == .space || text[at] == .tab,
                let definition = try function(named: TextRange(wordStart, at))
            {
                return definition
            }
            // ash takes the word for it wherever it stands: `echo [[ a && b` has one command of four words.
            if isBracket(.openBracket, wordStart) { isTest = true }
            if isTest, isBracket(.closeBracket, wordStart) { isTest = false }
            if builds { words.append(word) }
        }
        guard stop > start else { throw unexpected("a command") }
        guard builds else { return Self.nothing }
        return .simple(
            SimpleCommand(
                assignments: assignments, words: words, redirections: redirections,
                range: TextRange(start, stop)))
    }

    private func operatorWord(_ count: Int) -> Word {
        let range = TextRange(at, at + count)
        return Word(parts: [.literal(range)], range: range)
    }

    private func isBracket(_ byte: UInt8, _ start: Int) -> Bool {
        at == start + 2 && text[start] == byte && text[start + 1] == byte
    }

    /// The name in `name=`, if that stands here.
    private func assignedName() -> TextRange? {
        var index = at + 1
        while text[index].isInName { index += 1 }
        return text[index] == .equals ? TextRange(at, index) : nil
    }

    // MARK: Functions

    /// The rest of `name() body`; nil when the word just read is not followed by `(`.
    private mutating func function(named name: TextRange) throws(ShellFinding) -> ShellCommand? {
        let before = at
        skipBlanks()
        guard text[at] == .open else {
            at = before
            return nil
        }
        at += 1
        skipBlanks()
        guard text[at] == .close else {
            at = before
            skipBlanks()
            throw unexpected()
        }
        at += 1
        for byte in source[name] where !Self.mayNameFunction(byte) {
            throw fault(
                "'\(source.text(name))' cannot be a function's name", cure: "use letters, digits and '_'",
                at: Int(name.start))
        }
        return try functionBody(named: name, from: Int(name.start))
    }

    /// `function name body` and `function name() body`, as ash has them.
    mutating func functionWithKeyword() throws(ShellFinding) -> ShellCommand {
        let start = at
        at += 8
        skipBlanks()
        let nameStart = at
        while Self.mayNameFunction(text[at]) { at += 1 }
        let name = TextRange(nameStart, at)
        guard !name.isEmpty else { throw unexpected("a function's name") }
        skipBlanks()
        if text[at] == .open {
            at += 1
            skipBlanks()
            guard text[at] == .close else { throw unexpected("')'") }
            at += 1
        }
        return try functionBody(named: name, from: start)
    }

    private mutating func functionBody(named name: TextRange, from start: Int) throws(ShellFinding)
        -> ShellCommand
    {
        try skipLines()
        let bodyStart = at
        let wasBuilding = builds
        if bodies == .skipped { builds = false }
        functionDepth += 1
        let word = reservedWord()
        guard text[at] == .open || (word != nil && word != .function) else { throw unexpected("'{'") }
        let body = try command()
        functionDepth -= 1
        builds = wasBuilding
        guard builds else { return Self.nothing }
        let definition = FunctionDefinition(
            name: name, range: TextRange(start, at), bodyRange: TextRange(bodyStart, at),
            body: bodies == .skipped ? nil : body)
        if functionDepth == 0 { functions.append(definition) }
        return .function(definition)
    }

    /// busybox ash takes names of variables only, bash takes more.
    private static func mayNameFunction(_ byte: UInt8) -> Bool { byte.isInName }
}
