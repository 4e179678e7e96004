extension ShellParser {
    /// Parts being collected: literal bytes run from `from` until something else begins.
    struct Parts {
        var list: [WordPart] = []
        var from: Int

        init(_ from: Int) { self.from = from }

        /// Ends the literal bytes before `to`.
        mutating func flush(_ to: Int, _ builds: Bool) {
            if builds && to > from { list.append(.literal(TextRange(from, to))) }
        }
    }

    /// The word that begins here.
    mutating func word() throws(ShellFinding) -> Word {
        let start = at
        var parts = Parts(at)
        if text[at] == .less || text[at] == .greater {
            parts.list = [try process()]
            parts.from = at
        }
        scanning: while true {
            switch text[at] {
            case .space, .tab, .newline, .semicolon, .ampersand, .bar, .open, .close, .less, .greater, 0:
                break scanning
            case .backslash, .quote, .doubleQuote, .dollar, .backquote:
                try quoting(&parts)
            default: at += 1
            }
        }
        parts.flush(at, builds)
        return Word(parts: parts.list, range: TextRange(start, at))
    }

    /// One part that begins with a byte of quoting or expansion, outside double quotes.
    @inline(__always)
    mutating func quoting(_ parts: inout Parts) throws(ShellFinding) {
        let before = at
        let part: WordPart?
        switch text[at] {
        case .backslash:
            guard at + 1 < end else {
                throw fault("a backslash at the end of the text", cure: "remove it")
            }
            at += 2
            part = text[before + 1] == .newline ? nil : .escaped(TextRange(before, at))
        case .quote: part = try singleQuoted()
        case .doubleQuote: part = try doubleQuoted()
        case .backquote: part = try backquoted(isQuoted: false)
        default:
            guard let found = try dollar(isQuoted: false) else {
                at = before + 1
                return
            }
            part = found
        }
        if builds {
            parts.flush(before, true)
            if let part { parts.list.append(part) }
        }
        parts.from = at
    }

    private mutating func singleQuoted() throws(ShellFinding) -> WordPart {
        let start = at
        at += 1
        while text[at] != .quote {
            if at >= end { throw fault("the quote ' is not closed", cure: "close it", at: start) }
            at += 1
        }
        at += 1
        return .singleQuoted(TextRange(start + 1, at - 1))
    }

    private mutating func ansiQuoted() throws(ShellFinding) -> WordPart {
        let start = at
        at += 2
        while text[at] != .quote {
            if at >= end { throw fault("the quote $' is not closed", cure: "close it", at: start) }
            at += text[at] == .backslash && at + 1 < end ? 2 : 1
        }
        at += 1
        return .ansiQuoted(TextRange(start + 2, at - 1))
    }

    mutating func doubleQuoted() throws(ShellFinding) -> WordPart {
        let start = at
        try enter()
        at += 1
        var parts = Parts(at)
        scanning: while true {
            switch text[at] {
            case .doubleQuote: break scanning
            case 0:
                throw fault("the quote \" is not closed", cure: "close it", at: start)
            case .backslash, .dollar, .backquote: try quotedPart(&parts, closingBrace: false)
            default: at += 1
            }
        }
        parts.flush(at, builds)
        at += 1
        leave()
        return .doubleQuoted(parts.list, TextRange(start, at))
    }

    /// A backslash, dollar sign or backquote between double quotes.
    @inline(__always)
    mutating func quotedPart(_ parts: inout Parts, closingBrace: Bool) throws(ShellFinding) {
        let before = at
        let part: WordPart?
        switch text[at] {
        case .backslash:
            switch text[at + 1] {
            case .newline: part = nil
            case .dollar, .backquote, .doubleQuote, .backslash: part = .escaped(TextRange(at, at + 2))
            case .closeBrace where closingBrace: part = .escaped(TextRange(at, at + 2))
            default:
                at += 1
                return
            }
            at += 2
        case .backquote: part = try backquoted(isQuoted: true)
        default:
            guard let found = try dollar(isQuoted: true) else {
                at = before + 1
                return
            }
            part = found
        }
        if builds {
            parts.flush(before, true)
            if let part { parts.list.append(part) }
        }
        parts.from = at
    }

    /// What the dollar sign here begins; nil when it stands for itself.
    mutating func dollar(isQuoted: Bool) throws(ShellFinding) -> WordPart? {
        let start = at
        let next = text[at + 1]
        switch next {
        case .backslash where text[at + 2] == .newline: throw continuedName(at)
        case .openBrace: return try braced(isQuoted: isQuoted)
        case .open:
            if text[at + 2] == .open {
                let before = (pending, hereDocuments)
                if let part = try arithmetic() { return part }
                (pending, hereDocuments) = before
                // Each retreat reads its text again, so that nested ones would take exponential time.
                retreats += 1
                if retreats > Self.mostRetreats {
                    throw fault("too many '$((' that close apart", cure: "write '$( (' instead", at: start)
                }
                at = start
            }
            return try commandSubstitution()
        case .at, .star, .hash, .question, .dollar, .bang, .minus,
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            at += 2
            return .variable(TextRange(start + 1, at), isBraced: false)
        case .quote where !isQuoted: return try ansiQuoted()
        default:
            guard next.beginsName else { return nil }
            at += 2
            while text[at].isInName { at += 1 }
            if text[at] == .backslash, text[at + 1] == .newline, text[at + 2].isInName {
                throw continuedName(at)
            }
            return .variable(TextRange(start + 1, at), isBraced: false)
        }
    }

    /// A shell joins the lines before it reads the name; here a name is a range of the text.
    private func continuedName(_ at: Int) -> ShellFinding {
        fault("an expansion that goes on in the next line", cure: "write the whole name in one line", at: at)
    }

    private mutating func commandSubstitution() throws(ShellFinding) -> WordPart {
        let start = at
        try enter()
        at += 2
        let commands = try substituted()
        guard text[at] == .close else {
            if at >= end { throw fault("the substitution $( is not closed", cure: "add ')'", at: start) }
            throw unexpected("')'")
        }
        at += 1
        leave()
        return builds ? .command(commands, TextRange(start, at)) : .literal(TextRange(start, at))
    }

    /// The commands of a substitution: lines that end in it are not those that here-documents from outside wait for.
    private mutating func substituted() throws(ShellFinding) -> [ShellCommand] {
        let outer = pending
        pending = []
        let commands = try list()
        if let open = pending.first, text[at] == .close {
            throw fault(
                "a here-document that its substitution ends before", cure: "end the line first",
                at: Int(open.delimiter.start))
        }
        pending = outer
        return commands
    }

    private mutating func process() throws(ShellFinding) -> WordPart {
        let start = at
        try enter()
        at += 2
        let wasBuilding = builds
        builds = false
        _ = try substituted()
        builds = wasBuilding
        guard text[at] == .close else { throw unexpected("')'") }
        at += 1
        leave()
        return .process(TextRange(start, at))
    }

    /// `$((expression))`; nil when the parentheses close apart, which makes it a command substitution.
    private mutating func arithmetic() throws(ShellFinding) -> WordPart? {
        let start = at
        try enter()
        defer { leave() }
        at += 3
        var parts = Parts(at)
        var level = 0
        while true {
            switch text[at] {
            case .open:
                level += 1
                at += 1
            case .close:
                if level == 0 {
                    guard text[at + 1] == .close else { return nil }
                    parts.flush(at, builds)
                    at += 2
                    return builds
                        ? .arithmetic(parts.list, TextRange(start, at)) : .literal(TextRange(start, at))
                }
                level -= 1
                at += 1
            case .backslash, .dollar, .backquote: try quotedPart(&parts, closingBrace: false)
            case 0: throw fault("the arithmetic $(( is not closed", cure: "add '))'", at: start)
            default: at += 1
            }
        }
    }

    /// `` `commands` ``.
    mutating func backquoted(isQuoted: Bool) throws(ShellFinding) -> WordPart {
        let start = at
        at += 1
        var inner: [UInt8] = []
        while text[at] != .backquote {
            if at >= end { throw fault("the substitution ` is not closed", cure: "add '`'", at: start) }
            if text[at] == .backslash, at + 1 < end {
                let next = text[at + 1]
                // As ash has it, also between single quotes: the line goes on.
                if next == .newline {
                    at += 2
                    continue
                }
                let isUnescaped =
                    next == .dollar || next == .backquote || next == .backslash
                    || (isQuoted && next == .doubleQuote)
                if builds {
                    if !isUnescaped { inner.append(.backslash) }
                    inner.append(next)
                }
                at += 2
                continue
            }
            if builds { inner.append(text[at]) }
            at += 1
        }
        at += 1
        let range = TextRange(start, at)
        guard builds else { return .literal(range) }
        try enter()
        let place = source.position(of: start)
        let script = try Self.parse(
            ShellSource(
                inner, name: source.name, origin: ShellPosition(line: place.line, column: place.column + 1)),
            bodies: bodies, depth: depth)
        leave()
        return .backquoted(script, range)
    }
}
