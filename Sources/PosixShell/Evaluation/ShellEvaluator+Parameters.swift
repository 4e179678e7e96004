extension ShellEvaluator {
    /// What an expansion comes to: bytes, or a word that is expanded in its place.
    enum Expanded {
        case value([UInt8])
        case word(Word)
    }

    /// A parameter's value; nil when it is unset.
    mutating func value(of name: TextRange, isQuoted: Bool) throws(ShellFinding) -> [UInt8]? {
        if let index = variables.find(script.source[name]) { return variables.entries[index].value }
        return try special(name, isQuoted: isQuoted)
    }

    /// The value of a parameter that is no variable.
    mutating func special(_ name: TextRange, isQuoted: Bool) throws(ShellFinding) -> [UInt8]? {
        let bytes = script.source[name]
        let first = bytes[0]
        if first.isDigit {
            var number = 0
            for byte in bytes.prefix(6) { number = number * 10 + Int(byte - UInt8(ascii: "0")) }
            guard number > 0 else { throw unknown(parameter: name) }
            return number <= positional.count ? positional[number - 1] : nil
        }
        switch first {
        case .hash: return Array(String(positional.count).utf8)
        case .question: return Array(String(status).utf8)
        case .at, .star:
            guard !positional.isEmpty else { return nil }
            var separator: [UInt8] = [.space]
            if first == .star, let ifs = variables["IFS"] { separator = Array(ifs.prefix(1)) }
            try charge(positional.reduce(0) { $0 + $1.count })
            return Array(positional.joined(separator: separator))
        case .dollar, .bang, .minus: throw unknown(parameter: name)
        default: return nil
        }
    }

    private func unknown(parameter name: TextRange) -> ShellFinding {
        finding(
            .unsupported, at: name,
            "$\(script.source.text(name)) differs from run to run and is not known here",
            cure: "do not use it at top level")
    }

    /// `${name…}` with an operation.
    mutating func evaluate(
        _ expansion: ParameterExpansion, isQuoted: Bool
    ) throws(ShellFinding) -> Expanded {
        let value = try value(of: expansion.name, isQuoted: isQuoted)
        if let value { try charge(value.count) }
        let isPresent = value.map { !(expansion.hasColon && $0.isEmpty) } ?? false
        switch expansion.operation {
        case .length:
            if isList(expansion.name) { throw unsupportedList(expansion) }
            if let value, isUnknown(value) { return .value([0]) }
            return .value(Array(String(value?.count ?? 0).utf8))
        case .defaultValue(let word): return isPresent ? .value(value ?? []) : .word(word)
        case .alternative(let word): return isPresent ? .word(word) : .value([])
        case .assignDefault(let word):
            if isPresent { return .value(value ?? []) }
            let bytes = script.source[expansion.name]
            guard bytes[0].beginsName else { throw unsupportedList(expansion) }
            var made: [UInt8] = []
            try append(word.parts, to: &made, .plain, isQuoted: isQuoted)
            try assign(bytes, made, at: expansion.name)
            return .value(made)
        case .failure(let word):
            if isPresent { return .value(value ?? []) }
            let message = String(decoding: try string(word).prefix(200), as: UTF8.self)
            throw finding(
                .failure, at: expansion.range,
                "\(script.source.text(expansion.name)): \(message.isEmpty ? "it is not set" : message)",
                cure: "set it before")
        default: break
        }
        if let value, isUnknown(value) { return .value([0]) }
        if case .replace(_, with: nil, _) = expansion.operation, slashFollows(expansion.range, isQuoted) {
            throw finding(
                .unsupported, at: expansion.range,
                "'\(script.source.text(expansion.range))' without a second '/' and with one later in its word: busybox"
                    + " ash takes that for its end", cure: "write ${name/pattern/}")
        }
        // With one parameter there is nothing that shells read differently.
        if isList(expansion.name), positional.count > 1 { throw unsupportedList(expansion) }
        return .value(try changed(value ?? [], expansion))
    }

    /// Whether a slash stands in the rest of a word.
    private func slashFollows(_ range: TextRange, _ isQuoted: Bool) -> Bool {
        var isQuoted = isQuoted
        for byte in script.source[TextRange(Int(range.end), script.source.count)] {
            switch byte {
            case .slash: return true
            case .doubleQuote: isQuoted.toggle()
            case .space, .tab, .newline, .semicolon, .ampersand, .bar, .close, .less, .greater:
                if !isQuoted { return false }
            default: break
            }
        }
        return false
    }

    private func isList(_ name: TextRange) -> Bool {
        let bytes = script.source[name]
        return bytes.count == 1 && (bytes[0] == .at || bytes[0] == .star)
    }

    private func unsupportedList(_ expansion: ParameterExpansion) -> ShellFinding {
        finding(
            .unsupported, at: expansion.range,
            "'\(script.source.text(expansion.range))', which shells read differently",
            cure: "go through the parameters in a loop")
    }

    /// The operations that change a value.
    private mutating func changed(
        _ value: [UInt8], _ expansion: ParameterExpansion
    ) throws(ShellFinding) -> [UInt8] {
        switch expansion.operation {
        case .removePrefix(let word, let isLongest):
            let pattern = try pattern(word)
            return try removingPrefix(value, pattern, isLongest: isLongest)
        case .removeSuffix(let word, let isLongest):
            let pattern = try pattern(word)
            return try removingSuffix(value, pattern, isLongest: isLongest)
        case .replace(let word, let replacement, let isEvery):
            let pattern = try pattern(word)
            let replacement = try replacement.map { (word) throws(ShellFinding) in try string(word) } ?? []
            return try replacing(pattern, in: value, with: replacement, isEvery: isEvery)
        case .substring(let offset, let length):
            return try substring(value, offset, length, at: expansion.range)
        default: return value
        }
    }

    private mutating func removingPrefix(
        _ value: [UInt8], _ pattern: [UInt8], isLongest: Bool
    ) throws(ShellFinding) -> [UInt8] {
        if let literal = Pattern.literal(pattern) {
            return value.starts(with: literal) ? Array(value.dropFirst(literal.count)) : value
        }
        let ends = 0...value.count
        for end in isLongest ? AnySequence(ends.reversed()) : AnySequence(ends) {
            if try matches(pattern, value[..<end]) { return Array(value[end...]) }
        }
        return value
    }

    private mutating func removingSuffix(
        _ value: [UInt8], _ pattern: [UInt8], isLongest: Bool
    ) throws(ShellFinding) -> [UInt8] {
        if let literal = Pattern.literal(pattern) {
            guard value.count >= literal.count, value.suffix(literal.count).elementsEqual(literal) else {
                return value
            }
            return Array(value.dropLast(literal.count))
        }
        let starts = 0...value.count
        for start in isLongest ? AnySequence(starts) : AnySequence(starts.reversed()) {
            if try matches(pattern, value[start...]) { return Array(value[..<start]) }
        }
        return value
    }

    /// `${name/pattern/word}`: the first, longest match; every match for `//`.
    private mutating func replacing(
        _ pattern: [UInt8], in value: [UInt8], with replacement: [UInt8], isEvery: Bool
    ) throws(ShellFinding) -> [UInt8] {
        guard !pattern.isEmpty else { return value }
        var out: [UInt8] = []
        out.reserveCapacity(value.count)
        var at = 0
        let literal = Pattern.literal(pattern)
        scanning: while at < value.count {
            var end: Int?
            if let literal {
                if value[at] == literal[0], value[at...].starts(with: literal) { end = at + literal.count }
            } else {
                for candidate in (at...value.count).reversed() where candidate > at {
                    if try matches(pattern, value[at..<candidate]) {
                        end = candidate
                        break
                    }
                }
            }
            guard let end else {
                out.append(value[at])
                at += 1
                continue
            }
            out.append(contentsOf: replacement)
            try charge(replacement.count)
            try check(size: out.count)
            at = end
            if !isEvery { break scanning }
        }
        out.append(contentsOf: value[at...])
        return out
    }

    private mutating func substring(
        _ value: [UInt8], _ offset: Word, _ length: Word?, at range: TextRange
    ) throws(ShellFinding) -> [UInt8] {
        var start = try number(offset, at: range)
        if start < 0 { start = max(start, -value.count - 1) + value.count }
        // Beyond either end there is nothing, as in bash and ash.
        guard start >= 0, start <= value.count else { return [] }
        guard let length else { return Array(value[start...]) }
        let count = try number(length, at: range)
        let end = count < 0 ? value.count + max(count, -value.count) : start + min(count, value.count - start)
        return end > start ? Array(value[start..<end]) : []
    }

    private mutating func number(_ word: Word, at range: TextRange) throws(ShellFinding) -> Int {
        try arithmetic(try text(word.parts), at: range)
    }
}
