extension ShellParser {
    /// Commands up to something that closes a list; may be none.
    mutating func list() throws(ShellFinding) -> [ShellCommand] {
        var commands: [ShellCommand] = []
        try skipLines()
        while at < end {
            let byte = text[at]
            if byte == .close || (byte == .semicolon && text[at + 1] == .semicolon) { break }
            if let word = reservedWord(), word.closes { break }
            let start = at
            var command = try andOr()
            skipBlanks()
            switch text[at] {
            case .semicolon where text[at + 1] != .semicolon: at += 1
            case .ampersand:
                at += 1
                if builds { command = .background(command, TextRange(start, at)) }
            case .newline, .close, .semicolon, 0: break
            default:
                guard let word = reservedWord(), word.closes else { throw unexpected() }
            }
            if builds { commands.append(command) }
            try skipLines()
        }
        return commands
    }

    /// At least one command, then the caller's closing word.
    mutating func body(_ expected: String) throws(ShellFinding) -> [ShellCommand] {
        let start = at
        let commands = try list()
        if builds ? commands.isEmpty : isBlank(from: start) {
            throw unexpected("a command before \(expected)")
        }
        return commands
    }

    /// Whether only blanks, newlines and comments stand before here.
    private func isBlank(from start: Int) -> Bool {
        var index = start
        while index < at {
            switch text[index] {
            case .space, .tab, .newline: index += 1
            case .backslash where text[index + 1] == .newline: index += 2
            case .hash: while index < at && text[index] != .newline { index += 1 }
            default: return false
            }
        }
        return true
    }

    mutating func andOr() throws(ShellFinding) -> ShellCommand {
        let start = at
        let first = try pipeline()
        var links: [AndOrLink] = []
        while true {
            skipBlanks()
            let byte = text[at]
            guard (byte == .ampersand || byte == .bar) && text[at + 1] == byte else { break }
            at += 2
            try skipLines()
            let command = try pipeline()
            if builds { links.append(AndOrLink(isAnd: byte == .ampersand, command: command)) }
        }
        return links.isEmpty ? first : .andOr(first, links, TextRange(start, at))
    }

    mutating func pipeline() throws(ShellFinding) -> ShellCommand {
        let start = at
        var isNegated = false
        if text[at] == .bang, reservedWord() == .bang {
            at += 1
            isNegated = true
            skipBlanks()
        }
        let first = try command()
        skipBlanks()
        guard isNegated || (text[at] == .bar && text[at + 1] != .bar) else { return first }
        var commands = [first]
        while text[at] == .bar && text[at + 1] != .bar {
            at += 1
            try skipLines()
            let next = try command()
            if builds { commands.append(next) }
            skipBlanks()
        }
        return !builds ? Self.nothing : .pipeline(commands, isNegated: isNegated, TextRange(start, at))
    }

    mutating func command() throws(ShellFinding) -> ShellCommand {
        skipBlanks()
        if text[at] == .open { return try redirected(try subshell()) }
        guard let word = reservedWord() else { return try simple() }
        switch word {
        case .if: return try redirected(try conditional())
        case .for: return try redirected(try forLoop())
        case .while, .until: return try redirected(try loop(word))
        case .case: return try redirected(try choice())
        case .open: return try redirected(try group())
        case .function: return try functionWithKeyword()
        default: throw unexpected()
        }
    }

    private mutating func redirected(_ command: ShellCommand) throws(ShellFinding) -> ShellCommand {
        var redirections: [Redirection] = []
        while true {
            let before = at
            skipBlanks()
            guard let redirection = try redirection() else {
                at = before
                break
            }
            if builds { redirections.append(redirection) }
        }
        return redirections.isEmpty ? command : .redirected(command, redirections)
    }

    private mutating func group() throws(ShellFinding) -> ShellCommand {
        let start = at
        try enter()
        at += 1
        let commands = try body("'}'")
        try take(.close, "}")
        leave()
        return builds ? .group(commands, TextRange(start, at)) : Self.nothing
    }

    private mutating func subshell() throws(ShellFinding) -> ShellCommand {
        let start = at
        try enter()
        at += 1
        let commands = try body("')'")
        guard text[at] == .close else { throw unexpected("')'") }
        at += 1
        leave()
        return builds ? .subshell(commands, TextRange(start, at)) : Self.nothing
    }

    private mutating func conditional() throws(ShellFinding) -> ShellCommand {
        let start = at
        try enter()
        var branches: [ConditionalBranch] = []
        var otherwise: [ShellCommand]?
        at += 2
        branching: while true {
            let condition = try body("'then'")
            try take(.then, "then")
            let body = try body("'fi'")
            if builds { branches.append(ConditionalBranch(condition: condition, body: body)) }
            switch reservedWord() {
            case .elif: at += 4
            case .else:
                at += 4
                otherwise = try self.body("'fi'")
                break branching
            default: break branching
            }
        }
        try take(.fi, "fi")
        leave()
        return builds ? .conditional(branches, otherwise: otherwise, TextRange(start, at)) : Self.nothing
    }

    private mutating func loop(_ word: ReservedWord) throws(ShellFinding) -> ShellCommand {
        let start = at
        try enter()
        at += word.count
        let condition = try body("'do'")
        let body = try loopBody()
        leave()
        return builds
            ? .loop(condition: condition, body: body, isUntil: word == .until, TextRange(start, at))
            : Self.nothing
    }

    private mutating func loopBody() throws(ShellFinding) -> [ShellCommand] {
        try take(.do, "do")
        let body = try body("'done'")
        try take(.done, "done")
        return body
    }

    private mutating func forLoop() throws(ShellFinding) -> ShellCommand {
        let start = at
        try enter()
        at += 3
        skipBlanks()
        let nameStart = at
        while text[at].isInName { at += 1 }
        let name = TextRange(nameStart, at)
        guard !name.isEmpty, text[nameStart].beginsName, text[at].endsWord else {
            at = nameStart
            throw unexpected("a variable's name")
        }
        try skipLines()
        var words: [Word]?
        if text[at] == UInt8(ascii: "i"), text[at + 1] == UInt8(ascii: "n"), text[at + 2].endsWord {
            at += 2
            words = []
            while true {
                skipBlanks()
                guard !text[at].endsWord else { break }
                let word = try word()
                if builds { words?.append(word) }
            }
            guard text[at] == .semicolon || text[at] == .newline else {
                throw unexpected("';' or a new line")
            }
            if text[at] == .semicolon { at += 1 }
        } else if text[at] == .semicolon {
            at += 1
        }
        try skipLines()
        let body = try loopBody()
        leave()
        return builds
            ? .forEach(ForLoop(name: name, words: words, body: body, range: TextRange(start, at)))
            : Self.nothing
    }

    private mutating func choice() throws(ShellFinding) -> ShellCommand {
        let start = at
        try enter()
        at += 4
        skipBlanks()
        guard !text[at].endsWord else { throw unexpected("a word") }
        let subject = try word()
        try skipLines()
        guard text[at] == UInt8(ascii: "i"), text[at + 1] == UInt8(ascii: "n"), text[at + 2].endsWord else {
            throw unexpected("'in'")
        }
        at += 2
        var branches: [ChoiceBranch] = []
        while true {
            try skipLines()
            if reservedWord() == .esac { break }
            if text[at] == .open { at += 1 }
            var patterns: [Word] = []
            while true {
                skipBlanks()
                guard !text[at].endsWord else { throw unexpected("a pattern") }
                let pattern = try word()
                if builds { patterns.append(pattern) }
                skipBlanks()
                guard text[at] == .bar else { break }
                at += 1
            }
            guard text[at] == .close else { throw unexpected("')'") }
            at += 1
            let body = try list()
            if builds { branches.append(ChoiceBranch(patterns: patterns, body: body)) }
            if text[at] == .semicolon && text[at + 1] == .semicolon {
                at += 2
            } else if reservedWord() != .esac {
                throw unexpected("';;' or 'esac'")
            }
        }
        at += 4
        leave()
        return builds ? .choice(subject, branches, TextRange(start, at)) : Self.nothing
    }

    /// What stands for a command where none is built.
    static let nothing = ShellCommand.simple(
        SimpleCommand(assignments: [], words: [], redirections: [], range: TextRange(0, 0)))
}
