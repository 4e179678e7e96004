extension ShellParser {
    /// `${…}`.
    mutating func braced(isQuoted: Bool) throws(ShellFinding) -> WordPart {
        let start = at
        try enter()
        defer { leave() }
        at += 2
        if text[at] == .hash, let part = try length(start) { return part }
        let name = try parameterName(start)
        if text[at] == .closeBrace {
            at += 1
            return .variable(name, isBraced: true)
        }
        var hasColon = false
        if text[at] == .colon {
            switch text[at + 1] {
            case .minus, .equals, .question, .plus:
                hasColon = true
                at += 1
            default: return try substring(start, name)
            }
        }
        let sign = text[at]
        let operation: ParameterExpansion.Operation
        at += 1
        switch sign {
        case .minus: operation = .defaultValue(try braceWord(start, isQuoted: isQuoted))
        case .equals: operation = .assignDefault(try braceWord(start, isQuoted: isQuoted))
        case .plus: operation = .alternative(try braceWord(start, isQuoted: isQuoted))
        case .question: operation = .failure(try braceWord(start, isQuoted: isQuoted))
        case .hash, .percent:
            let isLongest = text[at] == sign
            if isLongest { at += 1 }
            let pattern = try braceWord(start, isQuoted: false)
            operation =
                sign == .hash
                ? .removePrefix(pattern, isLongest: isLongest) : .removeSuffix(pattern, isLongest: isLongest)
        case .slash: operation = try replacement(start)
        default: throw badSubstitution(start)
        }
        guard text[at] == .closeBrace else { throw open(start) }
        at += 1
        return expansion(start, name, operation, hasColon)
    }

    private func expansion(
        _ start: Int, _ name: TextRange, _ operation: ParameterExpansion.Operation, _ hasColon: Bool
    ) -> WordPart {
        guard builds else { return .literal(name) }
        return .parameter(
            ParameterExpansion(
                name: name, operation: operation, hasColon: hasColon, range: TextRange(start, at)))
    }

    /// `${#name}`; nil when the `#` is itself the parameter.
    private mutating func length(_ start: Int) throws(ShellFinding) -> WordPart? {
        let mark = at
        at += 1
        let nameStart = at
        switch text[at] {
        case .closeBrace:
            at = mark
            return nil
        case .at, .star, .hash, .question, .minus, .dollar, .bang: at += 1
        default: while text[at].isInName { at += 1 }
        }
        guard at > nameStart, text[at] == .closeBrace else {
            at = mark
            return nil
        }
        at += 1
        return expansion(start, TextRange(nameStart, at - 1), .length, false)
    }

    private mutating func parameterName(_ start: Int) throws(ShellFinding) -> TextRange {
        let nameStart = at
        switch text[at] {
        case .at, .star, .hash, .question, .minus, .dollar, .bang: at += 1
        case UInt8(ascii: "0")...UInt8(ascii: "9"): while text[at].isDigit { at += 1 }
        default:
            guard text[at].beginsName else { throw badSubstitution(start) }
            while text[at].isInName { at += 1 }
        }
        return TextRange(nameStart, at)
    }

    private mutating func substring(_ start: Int, _ name: TextRange) throws(ShellFinding) -> WordPart {
        at += 1
        // ash takes the brace for a part of the number that it looks for.
        if text[at] == .closeBrace { throw badSubstitution(start) }
        let offset = try arithmeticWord(start, stopsAtColon: true)
        var length: Word?
        if text[at] == .colon {
            at += 1
            length = try arithmeticWord(start, stopsAtColon: false)
        }
        at += 1
        return expansion(start, name, .substring(offset: offset, length: length), false)
    }

    private mutating func replacement(_ start: Int) throws(ShellFinding) -> ParameterExpansion.Operation {
        let isEvery = text[at] == .slash
        if isEvery { at += 1 }
        let pattern = try braceWord(start, isQuoted: false, stopsAtSlash: true)
        // busybox ash takes a slash in quotes and in expansions for the end of the pattern, and bash does not.
        for part in pattern.parts {
            switch part {
            case .literal, .escaped, .variable: break
            default: try refuseSlash(part.range)
            }
        }
        guard text[at] == .slash else { return .replace(pattern, with: nil, isEvery: isEvery) }
        at += 1
        return .replace(pattern, with: try braceWord(start, isQuoted: false), isEvery: isEvery)
    }

    private func refuseSlash(_ range: TextRange) throws(ShellFinding) {
        guard let index = source[range].firstIndex(of: .slash) else { return }
        throw ShellFinding(
            .unsupported, in: source, at: Int(range.start) + index,
            "a '/' in quotes or in an expansion in the pattern of ${name/pattern/word}, which shells read differently",
            cure: "write \\/, or assign the pattern to a variable before")
    }

    /// The word after an operator, up to `}` (or `/`), neither taken.
    private mutating func braceWord(
        _ start: Int, isQuoted: Bool, stopsAtSlash: Bool = false
    ) throws(ShellFinding) -> Word {
        let wordStart = at
        var parts = Parts(at)
        scanning: while true {
            switch text[at] {
            case .closeBrace: break scanning
            case .slash where stopsAtSlash: break scanning
            case 0: throw open(start)
            case .doubleQuote:
                try quoting(&parts)
            case .quote where !isQuoted: try quoting(&parts)
            case .backslash, .dollar, .backquote:
                if isQuoted { try quotedPart(&parts, closingBrace: true) } else { try quoting(&parts) }
            default: at += 1
            }
        }
        parts.flush(at, builds)
        return Word(parts: parts.list, range: TextRange(wordStart, at))
    }

    /// An expression inside `${name:…}`, up to `:` or `}`.
    private mutating func arithmeticWord(_ start: Int, stopsAtColon: Bool) throws(ShellFinding) -> Word {
        let wordStart = at
        var parts = Parts(at)
        var level = 0
        scanning: while true {
            switch text[at] {
            case .closeBrace: break scanning
            case .colon where stopsAtColon && level == 0: break scanning
            case 0: throw open(start)
            case .open:
                level += 1
                at += 1
            case .close:
                level -= 1
                at += 1
            case .backslash, .dollar, .backquote: try quotedPart(&parts, closingBrace: true)
            default: at += 1
            }
        }
        parts.flush(at, builds)
        return Word(parts: parts.list, range: TextRange(wordStart, at))
    }

    private func open(_ start: Int) -> ShellFinding {
        fault("the expansion ${ is not closed", cure: "add '}'", at: start)
    }

    private func badSubstitution(_ start: Int) -> ShellFinding {
        fault(
            "'\(source.text(TextRange(start, min(at + 1, end))))' begins no expansion that the recipes' shell knows",
            cure:
                "use ${name}, ${name:-word}, ${name#pattern}, ${name%pattern}, ${name/pattern/word}, ${name:0:1}",
            at: start)
    }
}
