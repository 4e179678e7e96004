/// Runs shell text in an environment of its own: no process, no file, no clock; commands and files come from a
/// ``ShellWorld``.
///
/// What it does is what busybox ash does. Where it would have to guess it throws a finding of the kind `unsupported`.
public struct ShellEvaluator {
    /// The variables.
    public var variables: VariableTable
    /// The positional parameters, from `$1`.
    public var positional: [[UInt8]] = []
    /// The status of the last command.
    public internal(set) var status = 0
    /// What is left of the budget.
    public var budget: ShellBudget
    /// What went to standard output.
    public internal(set) var output: [UInt8] = []

    /// What becomes of commands and files that are not known here.
    public var unknowns = Unknowns.refused
    /// Functions that it has where its own text defines none of their names.
    public var prelude = ShellFunctions.none

    let world: any ShellWorld
    /// Whether the last status depends on what is not known.
    var isStatusUnknown = false
    /// Above 0 where it is not known whether what runs is reached at all.
    var uncertainty = 0
    var functions: [ShellName: ShellFunction] = [:]
    var script: ShellScript
    var sink = Sink.output
    var input: [UInt8] = []
    var inputPosition = 0
    var depth = 0
    var loops = 0
    /// The variables that each running function has made local, with what they were before.
    var locals: [[(index: Int, before: ShellVariable)]] = []
    /// Where the command that runs stands.
    var offset = 0
    /// The status of the last command substitution in the command that runs.
    var substitutionStatus: Int?

    /// Where standard output goes.
    enum Sink {
        case output, nowhere
    }

    /// What a command leaves to be done.
    enum Flow {
        case next
        case leaving(loops: Int)
        case continuing(loops: Int)
        case returning
    }

    /// A shell with these variables.
    /// - Parameters:
    ///   - variables: all that it sees; IFS has its default unless it is among them.
    ///   - world: commands and files.
    ///   - budget: how much it may do.
    public init(variables: VariableTable, world: any ShellWorld, budget: ShellBudget = ShellBudget()) {
        self.variables = variables
        self.world = world
        self.budget = budget
        script = Self.nothing
        if variables["IFS"] == nil { self.variables["IFS"] = [.space, .tab, .newline] }
    }

    private static let nothing = ShellScript(
        source: ShellSource("", name: "shell"), commands: [], hereDocuments: [], functions: [])

    /// Runs a text to its end, or to a `return` outside of functions.
    public mutating func run(_ script: ShellScript) throws(ShellFinding) {
        let before = self.script
        defer { self.script = before }
        self.script = script
        _ = try run(script.commands)
    }

    /// The names of the functions that its text has defined.
    public var functionNames: [[UInt8]] { functions.keys.map(\.bytes) }

    /// The function of a name: its text's own, else the prelude's.
    func function(named name: [UInt8]) -> ShellFunction? {
        let key = ShellName(name)
        return functions[key] ?? prelude.table[key]
    }

    /// Calls a function. Returns false when there is none of this name.
    public mutating func call(_ name: String, _ arguments: [[UInt8]] = []) throws(ShellFinding) -> Bool {
        guard let function = function(named: Array(name.utf8)) else { return false }
        _ = try call(function, named: Array(name.utf8), arguments)
        return true
    }

    // MARK: Commands

    mutating func run(_ commands: [ShellCommand]) throws(ShellFinding) -> Flow {
        for command in commands {
            let flow = try run(command)
            guard case .next = flow else { return flow }
        }
        return .next
    }

    mutating func run(_ command: ShellCommand) throws(ShellFinding) -> Flow {
        switch command {
        case .simple(let simple): return try run(simple)
        case .function(let definition):
            try step()
            let name = Array(script.source[definition.name])
            functions[ShellName(name)] = ShellFunction(source: script.source, definition: definition)
            status = 0
            return .next
        default: break
        }
        try enter(command.range)
        defer { depth -= 1 }
        switch command {
        case .andOr(let first, let links, _): return try run(first, links)
        case .pipeline(let commands, let isNegated, _):
            let flow = try pipeline(commands)
            if isNegated { status = status == 0 ? 1 : 0 }
            return flow
        case .group(let commands, _): return try run(commands)
        case .subshell(let commands, _):
            try subshell { (shell) throws(ShellFinding) in _ = try shell.run(commands) }
            return .next
        case .conditional(let branches, let otherwise, _):
            var isUndecided = false
            for branch in branches {
                let flow = try run(branch.condition)
                guard case .next = flow else { return flow }
                if isStatusUnknown {
                    try perhaps(branch.body)
                    isUndecided = true
                } else if status == 0 {
                    if isUndecided { return try perhaps(branch.body) }
                    return try run(branch.body)
                }
            }
            if isUndecided {
                try perhaps(otherwise ?? [])
                return .next
            }
            status = 0
            return try otherwise.map { (commands) throws(ShellFinding) in try run(commands) } ?? .next
        case .loop(let condition, let body, let isUntil, _):
            return try loop(condition, body, isUntil: isUntil)
        case .forEach(let loop): return try run(loop)
        case .choice(let subject, let branches, _): return try choose(subject, branches)
        case .redirected(let command, let redirections):
            return try redirected(redirections) { (shell) throws(ShellFinding) in try shell.run(command) }
        case .background(_, let range):
            throw finding(
                .unsupported, at: range, "a command in the background",
                cure: "run it in the foreground, or in a function that builds")
        case .simple, .function: return .next
        }
    }

    private mutating func run(_ first: ShellCommand, _ links: [AndOrLink]) throws(ShellFinding) -> Flow {
        var flow = try run(first)
        for link in links {
            guard case .next = flow else { return flow }
            if isStatusUnknown {
                try perhaps([link.command])
                isStatusUnknown = true
            } else if (status == 0) == link.isAnd {
                flow = try run(link.command)
            }
        }
        return flow
    }

    private mutating func loop(
        _ condition: [ShellCommand], _ body: [ShellCommand], isUntil: Bool
    ) throws(ShellFinding) -> Flow {
        loops += 1
        defer { loops -= 1 }
        var last = 0
        while true {
            try step()
            var flow = try run(condition)
            if case .next = flow {
                if isStatusUnknown { return try perhaps(body) }
                guard (status == 0) != isUntil else { break }
                flow = try run(body)
                last = status
            }
            if let left = left(flow) { return left }
        }
        status = last
        return .next
    }

    /// What a loop does about a flow: nil to go on, otherwise to leave with what remains of it.
    private func left(_ flow: Flow) -> Flow? {
        switch flow {
        case .next, .continuing(loops: 1): nil
        case .leaving(loops: 1): .next
        case .leaving(let loops): .leaving(loops: loops - 1)
        case .continuing(let loops): .continuing(loops: loops - 1)
        case .returning: .returning
        }
    }

    private mutating func run(_ loop: ForLoop) throws(ShellFinding) -> Flow {
        var values: [[UInt8]]
        if let words = loop.words { values = try fields(words) } else { values = positional }
        loops += 1
        defer { loops -= 1 }
        let source = script.source
        status = 0
        for value in values {
            try step()
            try assign(source[loop.name], value, at: loop.name)
            if isUnknown(value) {
                try perhaps(loop.body)
                continue
            }
            if let left = left(try run(loop.body)) { return left }
        }
        return .next
    }

    private mutating func choose(_ subject: Word, _ branches: [ChoiceBranch]) throws(ShellFinding) -> Flow {
        let value = try string(subject)
        if isUnknown(value) {
            for branch in branches { try perhaps(branch.body) }
            return .next
        }
        for branch in branches {
            for word in branch.patterns {
                let pattern = try pattern(word)
                if try matches(pattern, value[...]) {
                    status = 0
                    return try run(branch.body)
                }
            }
        }
        status = 0
        return .next
    }

    /// Matches, and charges for the work that the pattern may make.
    mutating func matches(_ pattern: [UInt8], _ text: ArraySlice<UInt8>) throws(ShellFinding) -> Bool {
        try charge(64 + text.count * pattern.count)
        return Pattern.matches(pattern, text)
    }

    private mutating func pipeline(_ commands: [ShellCommand]) throws(ShellFinding) -> Flow {
        if commands.count == 1 { return try run(commands[0]) }
        let before = (input, inputPosition)
        defer { (input, inputPosition) = before }
        for (index, command) in commands.enumerated() {
            let isLast = index == commands.count - 1
            let printed = try capture(inSubshell: true, keepsOutput: isLast) { (shell) throws(ShellFinding) in
                _ = try shell.run(command)
            }
            if !isLast { (input, inputPosition) = (printed, 0) }
        }
        return .next
    }

    // MARK: Subshells

    /// Runs something whose changes to the shell are undone.
    mutating func subshell(
        _ body: (inout ShellEvaluator) throws(ShellFinding) -> Void
    ) throws(ShellFinding) {
        let before = (variables, positional, functions, prelude, locals, loops, script)
        defer { (variables, positional, functions, prelude, locals, loops, script) = before }
        loops = 0
        try body(&self)
    }

    /// Runs something and returns what it printed, or leaves that in the output.
    mutating func capture(
        inSubshell: Bool, keepsOutput: Bool = false,
        _ body: (inout ShellEvaluator) throws(ShellFinding) -> Void
    ) throws(ShellFinding) -> [UInt8] {
        if keepsOutput {
            try subshell(body)
            return []
        }
        let before = (output, sink)
        defer { (output, sink) = before }
        output = []
        sink = .output
        try subshell(body)
        return output
    }

    // MARK: Functions and texts

    mutating func call(
        _ function: ShellFunction, named name: [UInt8], _ arguments: [[UInt8]]
    ) throws(ShellFinding) -> Flow {
        try enter(TextRange(offset, offset))
        defer { depth -= 1 }
        var function = function
        let body: ShellScript
        if let parsed = function.parsed {
            body = parsed
        } else {
            body = try ShellParser.parseBody(of: function.definition, in: function.source)
            function.parsed = body
            functions[ShellName(name)] = function
        }
        let before = (positional, script, loops, uncertainty)
        defer {
            for (index, variable) in (locals.popLast() ?? []).reversed() {
                variables.update(index) { $0 = variable }
            }
            (positional, script, loops, uncertainty) = before
        }
        positional = arguments
        script = body
        loops = 0
        locals.append([])
        _ = try run(body.commands)
        return .next
    }

    /// Parses and runs a text, as `eval` and `.` do.
    mutating func run(text: [UInt8], name: String, origin: ShellPosition) throws(ShellFinding) -> Flow {
        try enter(TextRange(offset, offset))
        defer { depth -= 1 }
        // A tree takes up to a hundred times the memory of its text.
        try charge(text.count * 64)
        let before = script
        defer { script = before }
        script = try ShellParser.parse(
            ShellSource(text, name: name, origin: origin), bodies: .skipped, depth: depth / 8)
        status = 0
        return try run(script.commands)
    }

    // MARK: Budget and findings

    @inline(__always)
    mutating func step() throws(ShellFinding) {
        budget.steps -= 1
        if budget.steps < 0 { throw exhausted() }
    }

    /// Charges for bytes that were made or looked at.
    @inline(__always)
    mutating func charge(_ bytes: Int) throws(ShellFinding) {
        guard bytes >= 64 else { return }
        budget.steps -= bytes >> 6
        if budget.steps < 0 { throw exhausted() }
    }

    private mutating func enter(_ range: TextRange) throws(ShellFinding) {
        try step()
        depth += 1
        if depth > budget.deepest {
            throw finding(
                .budget, at: range, "functions and commands nest deeper than \(budget.deepest) levels",
                cure: "look for a function that calls itself")
        }
    }

    private func exhausted() -> ShellFinding {
        finding(
            .budget, at: TextRange(offset, offset), "the evaluation takes more steps than it may",
            cure: "look for a loop that does not end, or move the work into a phase")
    }

    func finding(_ kind: ShellFinding.Kind, at range: TextRange, _ what: String, cure: String) -> ShellFinding
    {
        ShellFinding(kind, in: script.source, at: Int(range.start), what, cure: cure)
    }
}
