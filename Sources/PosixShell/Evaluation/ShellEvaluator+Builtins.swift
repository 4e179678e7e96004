extension ShellEvaluator {
    mutating func run(_ builtin: ShellBuiltin, _ arguments: [[UInt8]]) throws(ShellFinding) -> Flow {
        let previous = status
        status = 0
        switch builtin {
        case .colon, .true: break
        case .false: status = 1
        case .breaking, .continuing: return try leave(builtin, arguments)
        case .returning:
            status = try number(arguments.first, or: substitutionStatus ?? previous)
            guard uncertainty == 0 else {
                // Perhaps it returned: what follows in this function is as uncertain.
                uncertainty += 1
                return .next
            }
            return .returning
        case .exit:
            throw finding(
                .failure, at: TextRange(offset, offset), "it ends with 'exit'",
                cure: "let it run to its end; abuild reads what stands after it")
        case .eval: return try eval(arguments)
        case .dot, .source: return try source(arguments)
        case .export, .readonly: try declare(builtin, arguments)
        case .local: try makeLocal(arguments)
        case .unset: try unset(arguments)
        case .set: try set(arguments)
        case .shift: try shift(arguments)
        case .echo: try write(Echo.output(arguments))
        case .printf:
            let call = CommandCall(
                name: Array("printf".utf8), arguments: arguments, input: [], source: script.source,
                offset: offset)
            try write(try Printf.output(call))
        case .test, .bracket, .doubleBracket: try test(builtin, arguments)
        case .command: return try command(arguments)
        case .read: try read(arguments)
        default: throw unknown(Array(builtin.rawValue.utf8))
        }
        return .next
    }

    private func number(_ argument: [UInt8]?, or other: Int) throws(ShellFinding) -> Int {
        guard let argument else { return other }
        guard let number = Int(String(decoding: argument, as: UTF8.self)), number >= 0 else {
            throw finding(
                .failure, at: TextRange(offset, offset),
                "'\(String(decoding: argument.prefix(40), as: UTF8.self))' is no number",
                cure: "write a number")
        }
        return number
    }

    private mutating func leave(
        _ builtin: ShellBuiltin, _ arguments: [[UInt8]]
    ) throws(ShellFinding) -> Flow {
        let wanted = try number(arguments.first, or: 1)
        guard wanted > 0 else {
            throw finding(
                .failure, at: TextRange(offset, offset), "'\(builtin.rawValue) 0' leaves no loop",
                cure: "write a number from 1")
        }
        let count = min(wanted, loops)
        guard count > 0 else { return .next }
        return builtin == .breaking ? .leaving(loops: count) : .continuing(loops: count)
    }

    // MARK: Texts

    private mutating func eval(_ arguments: [[UInt8]]) throws(ShellFinding) -> Flow {
        let text = Array(arguments.joined(separator: [.space]))
        return try run(text: text, name: script.source.name, origin: script.source.position(of: offset))
    }

    private mutating func source(_ arguments: [[UInt8]]) throws(ShellFinding) -> Flow {
        guard let path = arguments.first, path.contains(.slash), let contents = world.contents(of: path)
        else {
            let path = String(decoding: (arguments.first ?? []).prefix(80), as: UTF8.self)
            throw finding(
                .unsupported, at: TextRange(offset, offset), "the file '\(path)' is not read here",
                cure: "read files of the recipe's own folder only, as \"$startdir/name\"")
        }
        let before = positional
        if arguments.count > 1 { positional = Array(arguments.dropFirst()) }
        let flow = try run(
            text: contents, name: String(decoding: path, as: UTF8.self),
            origin: ShellPosition(line: 1, column: 1))
        if arguments.count > 1 { positional = before }
        if case .returning = flow { return .next }
        return flow
    }

    // MARK: Variables

    /// Splits `name=value`; the value is nil without an equals sign.
    private func parts(_ argument: [UInt8]) throws(ShellFinding) -> (name: [UInt8], value: [UInt8]?) {
        let equals = argument.firstIndex(of: .equals)
        let name = Array(argument[..<(equals ?? argument.endIndex)])
        guard let first = name.first, first.beginsName, name.allSatisfy(\.isInName) else {
            throw finding(
                .failure, at: TextRange(offset, offset),
                "'\(String(decoding: name.prefix(40), as: UTF8.self))' is no name of a variable",
                cure: "use letters, digits and '_'")
        }
        return (name, equals.map { Array(argument[($0 + 1)...]) })
    }

    private mutating func declare(_ builtin: ShellBuiltin, _ arguments: [[UInt8]]) throws(ShellFinding) {
        guard let first = arguments.first, first.first != .minus else {
            throw finding(
                .unsupported, at: TextRange(offset, offset), "'\(builtin.rawValue)' with options or alone",
                cure: "name the variables")
        }
        for argument in arguments {
            let (name, value) = try parts(argument)
            if let value {
                try name.withUnsafeBufferPointer { (bytes) throws(ShellFinding) in
                    try assign(bytes, value, at: TextRange(offset, offset))
                }
            }
            let index = variables.index(of: name)
            variables.update(index) {
                if builtin == .export { $0.isExported = true } else { $0.isReadOnly = true }
            }
        }
    }

    private mutating func makeLocal(_ arguments: [[UInt8]]) throws(ShellFinding) {
        guard !locals.isEmpty else {
            throw finding(
                .failure, at: TextRange(offset, offset), "'local' outside of a function", cure: "leave it out"
            )
        }
        for argument in arguments {
            let (name, value) = try parts(argument)
            let index = variables.index(of: name)
            if !locals[locals.count - 1].contains(where: { $0.index == index }) {
                locals[locals.count - 1].append((index, variables.entries[index]))
                if value == nil { variables.set(index, nil) }
            }
            if let value {
                try name.withUnsafeBufferPointer { (bytes) throws(ShellFinding) in
                    try assign(bytes, value, at: TextRange(offset, offset))
                }
            }
        }
    }

    private mutating func unset(_ arguments: [[UInt8]]) throws(ShellFinding) {
        let isUncertain = uncertainty > 0
        var isFunction = false
        for argument in arguments {
            if argument.first == .minus {
                isFunction = argument == [.minus, UInt8(ascii: "f")]
                guard isFunction || argument == [.minus, UInt8(ascii: "v")] else { throw unknown(argument) }
                continue
            }
            if isFunction {
                functions[ShellName(argument)] = nil
                prelude.table[ShellName(argument)] = nil
                continue
            }
            let (name, _) = try parts(argument)
            guard let index = variables.find(name) else { continue }
            if variables.entries[index].isReadOnly {
                throw finding(
                    .failure, at: TextRange(offset, offset),
                    "'\(String(decoding: name, as: UTF8.self))' is read-only", cure: "do not unset it")
            }
            variables.update(index) {
                $0.value = isUncertain ? [0] : nil
                $0.isExported = false
            }
        }
    }

    private mutating func set(_ arguments: [[UInt8]]) throws(ShellFinding) {
        guard let first = arguments.first, first.first != .plus,
            first.first != .minus || first == [.minus, .minus]
        else {
            throw finding(
                .unsupported, at: TextRange(offset, offset), "'set' with options of the shell",
                cure: "leave them to abuild")
        }
        positional = first == [.minus, .minus] ? Array(arguments.dropFirst()) : arguments
    }

    private mutating func shift(_ arguments: [[UInt8]]) throws(ShellFinding) {
        let count = try number(arguments.first, or: 1)
        guard count <= positional.count else {
            throw finding(
                .failure, at: TextRange(offset, offset),
                "'shift' by \(count) with \(positional.count) parameters", cure: "ask $# before")
        }
        positional.removeFirst(count)
    }

    // MARK: Others

    private mutating func command(_ arguments: [[UInt8]]) throws(ShellFinding) -> Flow {
        guard arguments.first == [.minus, UInt8(ascii: "v")] else {
            guard let name = arguments.first, name.first != .minus else {
                throw unknown(Array("command".utf8))
            }
            let rest = Array(arguments.dropFirst())
            if let builtin = ShellBuiltin.named(name) { return try run(builtin, rest) }
            let call = CommandCall(
                name: name, arguments: rest, input: input, source: script.source, offset: offset)
            guard let result = try world.run(call, budget: &budget) else { throw unknown(name) }
            status = result.status
            try write(result.output)
            return .next
        }
        // ash asks for the first name only.
        for name in arguments.dropFirst().prefix(1) {
            if function(named: name) != nil || ShellBuiltin.named(name) != nil {
                try write(name + [.newline])
                status = 0
                continue
            }
            switch world.hasProgram(name) {
            case false?: status = 127
            case true?: try write(name + [.newline])
            case nil: throw unknown(Array("command -v ".utf8) + name)
            }
        }
        return .next
    }

    /// `read [-r] name…` from a here-document, a pipe or a file.
    private mutating func read(_ arguments: [[UInt8]]) throws(ShellFinding) {
        var names = arguments[...]
        var isRaw = false
        while let option = names.first, option.first == .minus {
            guard option == [.minus, UInt8(ascii: "r")] else { throw unknown(Array("read ".utf8) + option) }
            isRaw = true
            names = names.dropFirst()
        }
        var line: [UInt8] = []
        var isEnded = false
        while inputPosition < input.count {
            let byte = input[inputPosition]
            inputPosition += 1
            if byte == .newline {
                isEnded = true
                break
            }
            if byte == .backslash, !isRaw {
                throw finding(
                    .unsupported, at: TextRange(offset, offset), "'read' of a line with a backslash",
                    cure: "use read -r")
            }
            line.append(byte)
        }
        try charge(line.count)
        let separators = variables["IFS"] ?? [.space, .tab, .newline]
        guard separators.allSatisfy({ $0 == .space || $0 == .tab || $0 == .newline }) || names.count < 2
        else {
            throw finding(
                .unsupported, at: TextRange(offset, offset), "'read' of several names with an own IFS",
                cure: "read one name and cut it")
        }
        var rest = line[...]
        func trim() { rest = rest.drop { separators.contains($0) && ($0 == .space || $0 == .tab) } }
        for (index, name) in names.enumerated() {
            trim()
            var value: ArraySlice<UInt8>
            if index == names.count - 1 {
                value = rest
                while let last = value.last, last == .space || last == .tab, separators.contains(last) {
                    value.removeLast()
                }
                rest = []
            } else {
                value = rest.prefix { !separators.contains($0) }
                rest = rest[value.endIndex...]
            }
            let (name, _) = try parts(name)
            try name.withUnsafeBufferPointer { (bytes) throws(ShellFinding) in
                try assign(bytes, Array(value), at: TextRange(offset, offset))
            }
        }
        status = isEnded ? 0 : 1
    }
}
