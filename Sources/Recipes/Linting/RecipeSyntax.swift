import PosixShell

/// A recipe's text as the shell reads it, flattened into what rules ask for: which commands stand where, which
/// variables are set and read.
struct RecipeSyntax {
    /// A command with words, and where it stands.
    struct Call {
        let command: SimpleCommand
        let source: ShellSource
        /// The function that it stands in; nil at top level.
        let function: String?
        /// What follows it after `||` ends it with success: `|| :`, `|| true`.
        let isForgiven: Bool
        /// Whether it stands in the condition of an `if`, `while` or before `&&` and `||`.
        let isCondition: Bool

        /// The command's name when it is literal.
        var name: String { command.words.first.flatMap { RecipeSyntax.literal($0, source) } ?? "" }
        /// Its arguments; nil for one that is not literal.
        var arguments: [String?] { command.words.dropFirst().map { RecipeSyntax.literal($0, source) } }
    }

    /// An assignment, a reference, or an odd construct.
    struct Mention {
        let name: String
        let source: ShellSource
        let range: TextRange
        let function: String?
        /// Where the value that is assigned stands; nil for what is no assignment.
        var valueRange: TextRange?

        /// The value that is assigned, as written.
        var value: String { valueRange.map { source.text($0) } ?? "" }
    }

    private(set) var calls: [Call] = []
    private(set) var assignments: [Mention] = []
    private(set) var reads: [Mention] = []
    /// Functions, nested ones too.
    private(set) var functions: [Mention] = []
    /// Backquotes, process substitutions and here-strings, by what they are called.
    private(set) var oddities: [Mention] = []
    private var function: String?
    private var isCondition = false
    private var documents: [HereDocument] = []

    /// Reads a parsed recipe.
    init(_ script: ShellScript) {
        documents = script.hereDocuments
        walk(script.commands, script.source)
        for document in documents { walk(document.parts, script.source) }
    }

    /// Whether a word is read anywhere as a variable.
    var readNames: Set<String> { Set(reads.map(\.name)) }

    // MARK: Commands

    private mutating func walk(_ commands: [ShellCommand], _ source: ShellSource) {
        for command in commands { walk(command, source) }
    }

    private mutating func walk(_ command: ShellCommand, _ source: ShellSource, isForgiven: Bool = false) {
        switch command {
        case .simple(let simple): walk(simple, source, isForgiven)
        case .andOr(let first, let links, _):
            let isForgiven = links.last.map { !$0.isAnd && Self.isNothing($0.command, source) } ?? false
            let before = isCondition
            isCondition = isCondition || !isForgiven
            walk(first, source, isForgiven: isForgiven)
            for link in links { walk(link.command, source, isForgiven: isForgiven) }
            isCondition = before
        case .pipeline(let commands, let isNegated, _):
            let before = isCondition
            isCondition = isCondition || isNegated
            for command in commands { walk(command, source, isForgiven: isForgiven) }
            isCondition = before
        case .background(let command, _): walk(command, source)
        case .group(let commands, _), .subshell(let commands, _):
            for command in commands { walk(command, source, isForgiven: isForgiven) }
        case .conditional(let branches, let otherwise, _):
            for branch in branches {
                condition(branch.condition, source)
                walk(branch.body, source)
            }
            walk(otherwise ?? [], source)
        case .loop(let asked, let body, _, _):
            condition(asked, source)
            walk(body, source)
        case .forEach(let loop):
            assign(loop.name, source)
            for word in loop.words ?? [] { walk(word.parts, source) }
            walk(loop.body, source)
        case .choice(let word, let branches, _):
            walk(word.parts, source)
            for branch in branches {
                for pattern in branch.patterns { walk(pattern.parts, source) }
                walk(branch.body, source)
            }
        case .function(let definition): walk(definition, source)
        case .redirected(let command, let redirections):
            walk(command, source, isForgiven: isForgiven)
            for redirection in redirections { walk(redirection, source) }
        }
    }

    private mutating func condition(_ commands: [ShellCommand], _ source: ShellSource) {
        let before = isCondition
        isCondition = true
        walk(commands, source)
        isCondition = before
    }

    private mutating func walk(_ definition: FunctionDefinition, _ source: ShellSource) {
        let name = source.text(definition.name)
        functions.append(Mention(name: name, source: source, range: definition.name, function: function))
        let before = function
        // What a function inside a function does belongs to the outer one.
        function = function ?? name
        if let body = definition.body { walk(body, source) }
        function = before
    }

    private mutating func walk(_ simple: SimpleCommand, _ source: ShellSource, _ isForgiven: Bool) {
        for assignment in simple.assignments {
            assign(assignment.name, source, value: assignment.value.range)
            walk(assignment.value.parts, source)
        }
        for word in simple.words { walk(word.parts, source) }
        for redirection in simple.redirections { walk(redirection, source) }
        guard !simple.words.isEmpty else { return }
        let call = Call(
            command: simple, source: source, function: function, isForgiven: isForgiven,
            isCondition: isCondition)
        calls.append(call)
        declare(call)
    }

    /// `export x=1 y`, `local z`: words that set variables.
    private mutating func declare(_ call: Call) {
        guard ["export", "local", "readonly", "read", "getopts", "unset"].contains(call.name) else { return }
        for word in call.command.words.dropFirst() {
            guard case .literal(let range)? = word.parts.first else { continue }
            let name = call.source.text(range).prefix { $0 != "=" }
            guard !name.isEmpty, !name.hasPrefix("-") else { continue }
            assignments.append(
                Mention(
                    name: String(name), source: call.source, range: range, function: function,
                    valueRange: call.source.text(word.range).contains("=") ? word.range : nil))
            // An exported variable is read by what runs.
            if call.name == "export" {
                reads.append(
                    Mention(name: String(name), source: call.source, range: range, function: function))
            }
        }
    }

    private mutating func walk(_ redirection: Redirection, _ source: ShellSource) {
        if redirection.operation == .hereString { odd("here-string", redirection.range, source) }
        if case .word(let word) = redirection.target { walk(word.parts, source) }
    }

    // MARK: Words

    private mutating func walk(_ parts: [WordPart], _ source: ShellSource) {
        for part in parts {
            switch part {
            case .literal, .escaped, .singleQuoted: break
            case .ansiQuoted(let range): odd("ansi-quote", range, source)
            case .doubleQuoted(let parts, _): walk(parts, source)
            case .variable(let range, _): read(range, source)
            case .parameter(let expansion): walk(expansion, source)
            case .arithmetic(let parts, let range):
                walk(parts, source)
                arithmetic(range, source)
            case .command(let commands, _): walk(commands, source)
            case .backquoted(let script, let range):
                odd("backquote", range, source)
                walk(script.commands, script.source)
            case .process(let range): odd("process-substitution", range, source)
            }
        }
    }

    private mutating func walk(_ expansion: ParameterExpansion, _ source: ShellSource) {
        read(expansion.name, source)
        switch expansion.operation {
        case .length: break
        case .assignDefault(let word):
            assign(expansion.name, source)
            walk(word.parts, source)
        case .defaultValue(let word), .alternative(let word), .failure(let word),
            .removePrefix(let word, _), .removeSuffix(let word, _):
            walk(word.parts, source)
        case .replace(let pattern, let word, _):
            walk(pattern.parts, source)
            walk(word?.parts ?? [], source)
        case .substring(let offset, let length):
            walk(offset.parts, source)
            walk(length?.parts ?? [], source)
        }
    }

    /// Names in `$((…))` are variables without a dollar sign.
    private mutating func arithmetic(_ range: TextRange, _ source: ShellSource) {
        for word in source.text(range).split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") })
        where word.first?.isNumber == false {
            reads.append(Mention(name: String(word), source: source, range: range, function: function))
        }
    }

    private mutating func read(_ range: TextRange, _ source: ShellSource) {
        reads.append(Mention(name: source.text(range), source: source, range: range, function: function))
    }

    private mutating func assign(_ range: TextRange, _ source: ShellSource, value: TextRange? = nil) {
        assignments.append(
            Mention(
                name: source.text(range), source: source, range: range, function: function, valueRange: value)
        )
    }

    private mutating func odd(_ what: String, _ range: TextRange, _ source: ShellSource) {
        oddities.append(Mention(name: what, source: source, range: range, function: function))
    }

    /// Whether a command only succeeds: `:`, `true`, `return 0`.
    private static func isNothing(_ command: ShellCommand, _ source: ShellSource) -> Bool {
        guard case .simple(let simple) = command, simple.assignments.isEmpty else { return false }
        let words = simple.words.map { literal($0, source) ?? "" }
        return words == [":"] || words == ["true"] || words == ["return", "0"]
    }

    /// A word's text when nothing in it is expanded; nil otherwise.
    static func literal(_ word: Word, _ source: ShellSource) -> String? { literal(word.parts, source) }

    private static func literal(_ parts: [WordPart], _ source: ShellSource) -> String? {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let range): text += source.text(range)
            case .escaped(let range): text += source.text(range).dropFirst()
            case .singleQuoted(let range): text += source.text(range).filter { $0 != "'" }
            case .doubleQuoted(let parts, _):
                guard let inner = literal(parts, source) else { return nil }
                text += inner
            default: return nil
            }
        }
        return text
    }
}
