extension ShellEvaluator {
    mutating func run(_ simple: SimpleCommand) throws(ShellFinding) -> Flow {
        isStatusUnknown = false
        guard unknowns == .marked else { return try known(simple) }
        do { return try known(simple) } catch {
            guard error.kind != .budget else { throw error }
            return try unknown(simple)
        }
    }

    private mutating func known(_ simple: SimpleCommand) throws(ShellFinding) -> Flow {
        try step()
        offset = Int(simple.range.start)
        substitutionStatus = nil
        guard !simple.words.isEmpty else { return try assignments(simple) }
        let isDeclaration = declares(simple.words[0])
        let words = isDeclaration ? try declarationFields(simple.words) : try fields(simple.words)
        guard let name = words.first else {
            // All words expanded to nothing: an empty command, with the status of its substitutions.
            return try assignments(simple)
        }
        if simple.assignments.isEmpty && simple.redirections.isEmpty {
            return try dispatch(name, Array(words.dropFirst()))
        }
        return try redirected(simple.redirections) { (shell) throws(ShellFinding) in
            try shell.dispatch(name, Array(words.dropFirst()), with: simple.assignments)
        }
    }

    /// `name=value` alone.
    private mutating func assignments(_ simple: SimpleCommand) throws(ShellFinding) -> Flow {
        for assignment in simple.assignments { try assign(assignment) }
        if !simple.redirections.isEmpty {
            _ = try redirected(simple.redirections) { (_) throws(ShellFinding) in Flow.next }
        }
        status = substitutionStatus ?? 0
        return .next
    }

    private mutating func assign(_ assignment: Assignment) throws(ShellFinding) {
        let value = try assignedString(assignment.value)
        try assign(script.source[assignment.name], value, at: assignment.name)
    }

    /// Sets a variable.
    mutating func assign(
        _ name: UnsafeBufferPointer<UInt8>, _ value: [UInt8], at range: TextRange
    ) throws(ShellFinding) {
        let index = variables.index(of: name)
        if variables.entries[index].isReadOnly {
            throw finding(
                .failure, at: range, "'\(String(decoding: name, as: UTF8.self))' is read-only",
                cure: "do not set it again")
        }
        variables.set(index, uncertainty > 0 ? value + [0] : value)
    }

    // MARK: Running by name

    private mutating func dispatch(
        _ name: [UInt8], _ arguments: [[UInt8]], with assignments: [Assignment] = []
    ) throws(ShellFinding) -> Flow {
        let builtin = ShellBuiltin.named(name)
        if let builtin, builtin.isSpecial {
            for assignment in assignments { try assign(assignment) }
            return try run(builtin, arguments)
        }
        guard !assignments.isEmpty else { return try dispatchPlain(name, arguments, builtin) }
        var before: [(Int, ShellVariable)] = []
        for assignment in assignments {
            let index = variables.index(of: script.source[assignment.name])
            before.append((index, variables.entries[index]))
            try assign(assignment)
            variables.update(index) { $0.isExported = true }
        }
        defer { for (index, variable) in before.reversed() { variables.update(index) { $0 = variable } } }
        return try dispatchPlain(name, arguments, builtin)
    }

    private mutating func dispatchPlain(
        _ name: [UInt8], _ arguments: [[UInt8]], _ builtin: ShellBuiltin?
    ) throws(ShellFinding) -> Flow {
        if let function = function(named: name) {
            return try call(function, named: name, arguments)
        }
        if unknowns == .marked, try isUnknown(builtin, arguments) { return .next }
        if let builtin { return try run(builtin, arguments) }
        let call = CommandCall(
            name: name, arguments: arguments,
            input: inputPosition == 0 ? input : Array(input[inputPosition...]), source: script.source,
            offset: offset)
        if let result = try world.run(call, budget: &budget) {
            status = result.status
            try write(result.output)
            return .next
        }
        if unknowns == .marked {
            try writeUnknown()
            return .next
        }
        throw unknown(name)
    }

    func unknown(_ name: [UInt8]) -> ShellFinding {
        let text = String(decoding: name.prefix(60), as: UTF8.self)
        return finding(
            .unsupported, at: TextRange(offset, offset), "the command '\(text)' is not run here",
            cure: text.contains("=")
                ? "write name=\"$name…\": the recipes' shell has no '+=' and no arrays"
                : "move it into a phase such as prepare() or build()")
    }

    /// Prints.
    mutating func write(_ bytes: [UInt8]) throws(ShellFinding) {
        guard sink == .output, !bytes.isEmpty else { return }
        try charge(bytes.count)
        output.append(contentsOf: bytes)
        try check(size: output.count)
    }

    func check(size: Int) throws(ShellFinding) {
        guard size > budget.largestValue else { return }
        throw finding(
            .budget, at: TextRange(offset, offset), "a value grows beyond \(budget.largestValue) bytes",
            cure: "look for a loop that does not end")
    }

    // MARK: Redirections

    /// Runs something with redirections. Reading comes from the world; writing is allowed to /dev/null only.
    mutating func redirected(
        _ redirections: [Redirection], _ body: (inout ShellEvaluator) throws(ShellFinding) -> Flow
    ) throws(ShellFinding) -> Flow {
        guard !redirections.isEmpty else { return try body(&self) }
        let before = (sink, input, inputPosition)
        defer { (sink, input, inputPosition) = before }
        for redirection in redirections { try apply(redirection) }
        return try body(&self)
    }

    private mutating func apply(_ redirection: Redirection) throws(ShellFinding) {
        switch redirection.target {
        case .hereDocument(let index):
            let document = script.hereDocuments[index]
            input = document.isQuoted ? raw(document.parts) : try text(document.parts)
            inputPosition = 0
        case .word(let word):
            let name = try string(word)
            let descriptor = redirection.descriptor ?? (redirection.operation.rawValue.hasPrefix("<") ? 0 : 1)
            switch redirection.operation {
            case .input where descriptor == 0:
                if unknowns == .marked && name != Self.null {
                    input = [0]
                    inputPosition = 0
                    break
                }
                guard let contents = name == Self.null ? [] : world.contents(of: name) else {
                    throw finding(
                        .unsupported, at: redirection.range,
                        "the file '\(String(decoding: name, as: UTF8.self))' is not read here",
                        cure: "read files of the recipe's own folder only")
                }
                try charge(contents.count)
                input = contents
                inputPosition = 0
            case .output, .append, .clobber, .outputAndErrors:
                guard name == Self.null || unknowns == .marked, descriptor == 1 || descriptor == 2 else {
                    throw writes(redirection)
                }
                if descriptor == 1 || redirection.operation == .outputAndErrors { sink = .nowhere }
            case .duplicateOutput:
                switch (descriptor, name) {
                case (2, [UInt8(ascii: "1")]), (2, [UInt8(ascii: "2")]), (1, [UInt8(ascii: "1")]): break
                case (1, [UInt8(ascii: "2")]): sink = .nowhere
                default: throw writes(redirection)
                }
            default: throw writes(redirection)
            }
        }
    }

    private static let null = Array("/dev/null".utf8)

    private func writes(_ redirection: Redirection) -> ShellFinding {
        finding(
            .unsupported, at: redirection.range,
            "the redirection '\(script.source.text(redirection.range))' is not done here",
            cure: "move it into a phase such as prepare()")
    }

    private func raw(_ parts: [WordPart]) -> [UInt8] {
        parts.flatMap { Array(script.source[$0.range]) }
    }
}
