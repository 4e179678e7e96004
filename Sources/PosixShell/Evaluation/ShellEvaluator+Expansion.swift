extension ShellEvaluator {
    /// How bytes are written when a word becomes one string.
    enum Form {
        /// Quotes removed.
        case plain
        /// As a pattern, in which quoted bytes stand for themselves.
        case pattern
    }

    /// A word as one string, without splitting.
    mutating func string(_ word: Word) throws(ShellFinding) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(word.range.count)
        try append(word.parts, to: &out, .plain, isQuoted: false)
        return out
    }

    /// The value of an assignment: one string, in which `~` stands for HOME at the beginning and after colons.
    mutating func assignedString(_ word: Word) throws(ShellFinding) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(word.range.count)
        for (index, part) in word.parts.enumerated() {
            if case .literal(let range) = part, script.source[range].contains(.tilde) {
                try appendTilde(range, isFirst: index == 0, afterColons: true, to: &out)
            } else {
                try append(part, to: &out, .plain, isQuoted: false)
            }
        }
        return out
    }

    /// A word as a pattern.
    mutating func pattern(_ word: Word) throws(ShellFinding) -> [UInt8] {
        var out: [UInt8] = []
        try append(word.parts, to: &out, .pattern, isQuoted: false)
        return out
    }

    /// The lines of a here-document.
    mutating func text(_ parts: [WordPart]) throws(ShellFinding) -> [UInt8] {
        var out: [UInt8] = []
        try append(parts, to: &out, .plain, isQuoted: true)
        return out
    }

    mutating func append(
        _ parts: [WordPart], to out: inout [UInt8], _ form: Form, isQuoted: Bool
    ) throws(ShellFinding) {
        for part in parts { try append(part, to: &out, form, isQuoted: isQuoted) }
    }

    private mutating func append(
        _ part: WordPart, to out: inout [UInt8], _ form: Form, isQuoted: Bool
    ) throws(ShellFinding) {
        switch part {
        case .literal(let range): write(script.source[range], to: &out, form, isQuoted: isQuoted)
        case .escaped(let range):
            write(
                script.source[TextRange(Int(range.start) + 1, Int(range.end))], to: &out, form, isQuoted: true
            )
        case .singleQuoted(let range): write(script.source[range], to: &out, form, isQuoted: true)
        case .ansiQuoted(let range):
            if let escape = AnsiQuoting.doubtful(script.source[range]) {
                throw finding(
                    .unsupported, at: range, "'\(escape)' in $'…', which shells read differently",
                    cure: "write \\xHH or \\NNN up to \\377")
            }
            write(AnsiQuoting.decode(script.source[range]), to: &out, form, isQuoted: true)
        case .doubleQuoted(let parts, _): try append(parts, to: &out, form, isQuoted: true)
        case .variable(let name, _):
            if let index = variables.find(script.source[name]) {
                if let value = variables.entries[index].value {
                    write(value, to: &out, form, isQuoted: isQuoted)
                    try charge(value.count)
                }
            } else if let value = try special(name, isQuoted: isQuoted) {
                write(value, to: &out, form, isQuoted: isQuoted)
            }
            try check(size: out.count)
        case .parameter(let expansion):
            switch try evaluate(expansion, isQuoted: isQuoted) {
            case .value(let value): write(value, to: &out, form, isQuoted: isQuoted)
            case .word(let word): try append(word.parts, to: &out, form, isQuoted: isQuoted)
            }
            try check(size: out.count)
        case .arithmetic, .command, .backquoted, .process:
            write(try substituted(part), to: &out, form, isQuoted: isQuoted)
            try check(size: out.count)
        }
    }

    @inline(__always)
    private func write(
        _ bytes: some Collection<UInt8>, to out: inout [UInt8], _ form: Form, isQuoted: Bool
    ) {
        if form == .pattern && isQuoted {
            Pattern.appendQuoted(bytes, to: &out)
        } else {
            out.append(contentsOf: bytes)
        }
    }

    /// The result of `$((…))`, `$(…)` or `` `…` ``.
    private mutating func substituted(_ part: WordPart) throws(ShellFinding) -> [UInt8] {
        switch part {
        case .arithmetic(let parts, let range):
            let expression = try text(parts)
            if isUnknown(expression) { return [0] }
            let value = try arithmetic(expression, at: range)
            return Array(String(value).utf8)
        case .command(let commands, _):
            return try substitute { (shell) throws(ShellFinding) in _ = try shell.run(commands) }
        case .backquoted(let script, _):
            return try substitute { (shell) throws(ShellFinding) in try shell.run(script) }
        default:
            throw finding(
                .unsupported, at: part.range, "a process substitution",
                cure: "the recipes' shell has none at top level; use a phase")
        }
    }

    private mutating func substitute(
        _ body: (inout ShellEvaluator) throws(ShellFinding) -> Void
    ) throws(ShellFinding) -> [UInt8] {
        let place = offset
        status = 0
        var printed = try capture(inSubshell: true, body)
        offset = place
        substitutionStatus = status
        while printed.last == .newline { printed.removeLast() }
        if unknowns == .refused { printed.removeAll { $0 == 0 } }
        return printed
    }

    // MARK: Fields

    /// Words as fields: expanded, split, and matched against file names.
    mutating func fields(_ words: [Word]) throws(ShellFinding) -> [[UInt8]] {
        if words.count == 1, case .literal(let range)? = words[0].parts.first, words[0].parts.count == 1,
            !script.source[range].contains(where: { $0.isActiveInPattern || $0 == .tilde })
        {
            return [Array(script.source[range])]
        }
        var builder = FieldBuilder(separators: variables["IFS"])
        for word in words {
            try append(word, to: &builder)
            builder.endWord()
        }
        return try fileNames(builder)
    }

    /// Fields of a command such as `export`, whose arguments are assignments.
    mutating func declarationFields(_ words: [Word]) throws(ShellFinding) -> [[UInt8]] {
        var fields: [[UInt8]] = []
        for word in words {
            guard case .literal(let range)? = word.parts.first, let equals = assignedName(range) else {
                fields += try self.fields([word])
                continue
            }
            var field = Array(script.source[TextRange(Int(range.start), equals + 1)])
            let rest = TextRange(equals + 1, Int(range.end))
            var parts = Array(word.parts.dropFirst())
            if !rest.isEmpty { parts.insert(.literal(rest), at: 0) }
            field += try assignedString(Word(parts: parts, range: word.range))
            fields.append(field)
        }
        return fields
    }

    /// Whether a command takes assignments as arguments.
    func declares(_ word: Word) -> Bool {
        guard word.parts.count == 1, case .literal(let range) = word.parts[0], range.count >= 5,
            range.count <= 8
        else { return false }
        let name = script.source[range]
        return ShellBuiltin.declarations.contains { $0.elementsEqual(name) }
    }

    /// The offset of the equals sign in `name=`.
    private func assignedName(_ range: TextRange) -> Int? {
        let bytes = script.source[range]
        guard let first = bytes.first, first.beginsName, let equals = bytes.firstIndex(of: .equals),
            bytes[..<equals].allSatisfy(\.isInName)
        else { return nil }
        return Int(range.start) + equals
    }

    private mutating func append(_ word: Word, to builder: inout FieldBuilder) throws(ShellFinding) {
        for (index, part) in word.parts.enumerated() {
            if index == 0, case .literal(let range) = part, script.source[range].first == .tilde {
                var out: [UInt8] = []
                try appendTilde(range, isFirst: true, afterColons: false, to: &out)
                builder.append(quoted: out)
            } else {
                try append(part, to: &builder, splitsLiterals: false)
            }
        }
    }

    private mutating func append(
        _ part: WordPart, to builder: inout FieldBuilder, splitsLiterals: Bool
    ) throws(ShellFinding) {
        switch part {
        case .literal(let range):
            if splitsLiterals {
                builder.append(splitting: script.source[range])
            } else {
                builder.append(literal: script.source[range])
            }
        case .escaped, .singleQuoted, .ansiQuoted:
            var out: [UInt8] = []
            try append(part, to: &out, .plain, isQuoted: true)
            builder.append(quoted: out)
        case .doubleQuoted(let parts, _): try append(quoted: parts, to: &builder)
        case .variable(let name, _):
            let bytes = script.source[name]
            if bytes.count == 1, bytes[0] == .at || bytes[0] == .star {
                for (index, value) in positional.enumerated() {
                    if index > 0 { builder.endWord() }
                    try step()
                    try append(splitting: value, to: &builder)
                }
            } else if let value = try value(of: name, isQuoted: false) {
                try append(splitting: value, to: &builder)
            }
        case .parameter(let expansion):
            switch try evaluate(expansion, isQuoted: false) {
            case .value(let value): try append(splitting: value, to: &builder)
            case .word(let word):
                for part in word.parts { try append(part, to: &builder, splitsLiterals: true) }
            }
        case .arithmetic, .command, .backquoted, .process:
            try append(splitting: try substituted(part), to: &builder)
        }
        try check(size: builder.size)
    }

    /// Appends what is split. A field takes as much memory as 64 bytes of a value, and so costs a step before it is made.
    private mutating func append(
        splitting value: [UInt8], to builder: inout FieldBuilder
    ) throws(ShellFinding) {
        if value.count >= 64 {
            budget.steps -= value.count { $0 == .space || $0 == .newline || $0 == .tab }
            try charge(value.count)
        }
        builder.append(splitting: value)
    }

    /// What stands between double quotes; `"$@"` makes a field of each parameter.
    private mutating func append(quoted parts: [WordPart], to builder: inout FieldBuilder)
        throws(ShellFinding)
    {
        var isAllNothing = !parts.isEmpty
        for part in parts {
            if case .variable(let name, _) = part, script.source[name].elementsEqual(CollectionOfOne(.at)) {
                for (index, value) in positional.enumerated() {
                    if index > 0 { builder.endField() }
                    try step()
                    try charge(value.count)
                    builder.append(quoted: value)
                }
                if !positional.isEmpty { isAllNothing = false }
                continue
            }
            isAllNothing = false
            var out: [UInt8] = []
            try append(part, to: &out, .plain, isQuoted: true)
            builder.append(quoted: out)
        }
        if !isAllNothing { builder.append(quoted: EmptyCollection()) }
    }

    /// Whether a field with an active character can be another's pattern: a `[` without its `]`, as the command's name
    /// is, stands for itself.
    private static func canMatchOthers(_ field: [UInt8]) -> Bool {
        field.contains(UInt8(ascii: "*")) || field.contains(UInt8(ascii: "?"))
            || field.contains(UInt8(ascii: "[")) && field.contains(UInt8(ascii: "]"))
    }

    /// Replaces fields with active patterns by the file names that they match.
    private mutating func fileNames(_ builder: FieldBuilder) throws(ShellFinding) -> [[UInt8]] {
        guard !builder.patterns.isEmpty else { return builder.fields }
        if unknowns == .marked {
            var fields = builder.fields
            for (field, pattern) in builder.patterns
            where Pattern.literal(pattern) == nil && Self.canMatchOthers(fields[field]) {
                fields[field] = [0]
            }
            return fields
        }
        var fields: [[UInt8]] = []
        var next = 0
        for (index, field) in builder.fields.enumerated() {
            guard next < builder.patterns.count, builder.patterns[next].field == index else {
                fields.append(field)
                continue
            }
            fields += try fileNames(builder.patterns[next].pattern, field)
            next += 1
        }
        return fields
    }

    private mutating func fileNames(_ pattern: [UInt8], _ field: [UInt8]) throws(ShellFinding) -> [[UInt8]] {
        guard Pattern.literal(pattern) == nil else { return [field] }
        if let slash = field.firstIndex(of: .slash) {
            let folder = Array(field[..<slash])
            if slash > 0, !folder.contains(where: \.isActiveInPattern), world.kind(of: folder) == nil {
                return [field]
            }
            throw finding(
                .unsupported, at: TextRange(offset, offset),
                "the pattern '\(String(decoding: field.prefix(60), as: UTF8.self))' is not matched against folders here",
                cure: "quote it, or name the files")
        }
        var names: [[UInt8]] = []
        for name in world.names() where name.first != .dot || pattern.first == .dot {
            if try matches(pattern, name[...]) { names.append(name) }
        }
        return names.isEmpty ? [field] : names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    // MARK: Tilde

    /// Appends a literal in which `~` stands for HOME, as long as HOME is set; `~name` is refused.
    private mutating func appendTilde(
        _ range: TextRange, isFirst: Bool, afterColons: Bool, to out: inout [UInt8]
    ) throws(ShellFinding) {
        let bytes = script.source[range]
        var mayBegin = isFirst
        for (index, byte) in bytes.enumerated() {
            guard byte == .tilde, mayBegin else {
                out.append(byte)
                mayBegin = afterColons && byte == .colon
                continue
            }
            mayBegin = false
            if index + 1 < bytes.count, bytes[index + 1] != .slash, bytes[index + 1] != .colon {
                throw finding(
                    .unsupported, at: range, "'~' with the name of a user", cure: "write the folder out")
            }
            if let home = variables["HOME"] { out.append(contentsOf: home) } else { out.append(byte) }
        }
    }
}
