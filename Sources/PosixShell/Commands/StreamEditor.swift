/// `sed [-n] [-E|-r] [-e] 's/pattern/text/[g][p][i][N]'`, and `N p`, `N d`, `$ p`, `/pattern/ d` and the like with one
/// address or two line numbers. Files are not edited.
enum StreamEditor {
    private enum Address {
        case line(Int)
        case last
        case pattern(RegularExpression)
    }

    private enum Action {
        case substitute(RegularExpression, [UInt8], isEvery: Bool, nth: Int, prints: Bool)
        case delete, print, quit
    }

    private struct Instruction {
        var from: Address?
        var to: Address?
        var isNegated = false
        var action = Action.print
    }

    static func run(_ call: CommandCall, _ world: any ShellWorld, _ budget: inout ShellBudget)
        throws(ShellFinding)
        -> CommandResult
    {
        var isQuiet = false
        var isExtended = false
        var scripts: [[UInt8]] = []
        var rest = call.arguments[...]
        while let option = rest.first, option.count > 1, option[0] == .minus {
            rest = rest.dropFirst()
            switch String(decoding: option, as: UTF8.self) {
            case "-n": isQuiet = true
            case "-E", "-r": isExtended = true
            case "-e":
                guard let script = rest.popFirst() else { throw fault(call, "an option without its script") }
                scripts.append(script)
            default: throw call.refusal("this option of 'sed'", cure: "use -n, -E and -e only")
            }
        }
        if scripts.isEmpty {
            guard let script = rest.popFirst() else { throw fault(call, "no script") }
            scripts = [script]
        }
        let input = try Lines.input(call, rest, world)
        var instructions: [Instruction] = []
        for script in scripts {
            var parser = Parser(bytes: script, isExtended: isExtended, call: call)
            instructions += try parser.instructions()
        }
        return CommandResult(output: try edit(input, instructions, isQuiet, call, &budget))
    }

    private static func edit(
        _ input: [UInt8], _ instructions: [Instruction], _ isQuiet: Bool, _ call: CommandCall,
        _ budget: inout ShellBudget
    ) throws(ShellFinding) -> [UInt8] {
        var out: [UInt8] = []
        let lines = Lines.split(input)
        var active = [Bool](repeating: false, count: instructions.count)
        var isOpen = false
        lines: for (number, original) in lines.enumerated() {
            var line = Array(original)
            let isUnended = number == lines.count - 1 && input.last != .newline
            // A last line without end keeps having none, but for `p`, and but for what is printed after it.
            func emit(_ out: inout [UInt8], isEnded: Bool = false) {
                if isOpen { out.append(.newline) }
                out += line
                isOpen = isUnended && !isEnded
                if !isOpen { out.append(.newline) }
            }
            for (index, instruction) in instructions.enumerated() {
                let isChosen = try chosen(
                    instruction, line, number + 1, number == lines.count - 1, &active[index], call, &budget)
                guard isChosen != instruction.isNegated else { continue }
                switch instruction.action {
                case .delete: continue lines
                case .print: emit(&out, isEnded: true)
                case .quit:
                    if !isQuiet { emit(&out) }
                    return out
                case .substitute(let pattern, let text, let isEvery, let nth, let prints):
                    if let made = try substitute(line, pattern, text, isEvery, nth, call, &budget) {
                        line = made
                        if prints { emit(&out) }
                    }
                }
            }
            if !isQuiet { emit(&out) }
        }
        return out
    }

    private static func chosen(
        _ instruction: Instruction, _ line: [UInt8], _ number: Int, _ isLast: Bool, _ isActive: inout Bool,
        _ call: CommandCall, _ budget: inout ShellBudget
    ) throws(ShellFinding) -> Bool {
        func holds(_ address: Address, _ budget: inout ShellBudget) throws(ShellFinding) -> Bool {
            switch address {
            case .line(let wanted): return wanted == number
            case .last: return isLast
            case .pattern(let pattern): return try match(pattern, line, 0, call, &budget) != nil
            }
        }
        guard let from = instruction.from else { return true }
        guard let to = instruction.to else { return try holds(from, &budget) }
        if isActive {
            if case .line(let last) = to {
                isActive = number < last
                return number <= last
            }
            if try holds(to, &budget) { isActive = false }
            return true
        }
        guard try holds(from, &budget) else { return false }
        isActive = true
        if case .line(let last) = to, last <= number { isActive = false }
        return true
    }

    private static func match(
        _ pattern: RegularExpression, _ line: [UInt8], _ start: Int, _ call: CommandCall,
        _ budget: inout ShellBudget
    ) throws(ShellFinding) -> RegularExpression.Match? {
        do { return try pattern.match(line, from: start, steps: &budget.steps) } catch {
            throw call.refusal("the pattern needs \(error.what)", cure: "write a simpler one", kind: .budget)
        }
    }

    private static func substitute(
        _ line: [UInt8], _ pattern: RegularExpression, _ text: [UInt8], _ isEvery: Bool, _ nth: Int,
        _ call: CommandCall, _ budget: inout ShellBudget
    ) throws(ShellFinding) -> [UInt8]? {
        var out: [UInt8] = []
        var at = 0
        var count = 0
        var hasChanged = false
        var lastEnd = -1
        while at <= line.count, let found = try match(pattern, line, at, call, &budget) {
            out += line[at..<found.range.lowerBound]
            let isEmptyAfterMatch = found.range.isEmpty && found.range.lowerBound == lastEnd
            if !isEmptyAfterMatch {
                count += 1
                if count >= nth {
                    hasChanged = true
                    try append(text, found, line, to: &out, call)
                } else {
                    out += line[found.range]
                }
            }
            at = found.range.upperBound
            lastEnd = at
            if found.range.isEmpty {
                if at < line.count { out.append(line[at]) }
                at += 1
            }
            if hasChanged && !isEvery { break }
            budget.steps -= 1 + out.count >> 6
        }
        if at < line.count { out += line[at...] }
        return hasChanged ? out : nil
    }

    /// Appends the replacement: `&` and `\1` stand for what matched.
    private static func append(
        _ text: [UInt8], _ found: RegularExpression.Match, _ line: [UInt8], to out: inout [UInt8],
        _ call: CommandCall
    ) throws(ShellFinding) {
        var at = 0
        while at < text.count {
            try call.check(size: out.count)
            let byte = text[at]
            at += 1
            if byte == .ampersand {
                out += line[found.range]
            } else if byte == .backslash, at < text.count {
                let next = text[at]
                at += 1
                if next.isDigit {
                    let number = Int(next - 48)
                    if number == 0 {
                        out += line[found.range]
                    } else if number < found.groups.count, let group = found.groups[number] {
                        out += line[group]
                    }
                } else {
                    switch next {
                    case UInt8(ascii: "n"): out.append(.newline)
                    case UInt8(ascii: "t"): out.append(.tab)
                    case UInt8(ascii: "r"): out.append(UInt8(ascii: "\r"))
                    default: out.append(next)
                    }
                }
            } else {
                out.append(byte)
            }
        }
    }

    static func fault(_ call: CommandCall, _ what: String) -> ShellFinding {
        call.refusal(
            "'sed' with \(what)", cure: "use s/pattern/text/, p, d and q with line numbers or a pattern")
    }

    // MARK: Scripts

    private struct Parser {
        let bytes: [UInt8]
        let isExtended: Bool
        let call: CommandCall
        var at = 0

        mutating func instructions() throws(ShellFinding) -> [Instruction] {
            var found: [Instruction] = []
            while true {
                while at < bytes.count, [.space, .tab, .newline, .semicolon].contains(bytes[at]) { at += 1 }
                guard at < bytes.count else { return found }
                found.append(try instruction())
            }
        }

        private mutating func instruction() throws(ShellFinding) -> Instruction {
            var instruction = Instruction()
            instruction.from = try address()
            if instruction.from != nil, at < bytes.count, bytes[at] == UInt8(ascii: ",") {
                at += 1
                guard let to = try address() else { throw fault(call, "a range without end") }
                instruction.to = to
            }
            while at < bytes.count, bytes[at] == .space { at += 1 }
            if at < bytes.count, bytes[at] == .bang {
                instruction.isNegated = true
                at += 1
            }
            guard at < bytes.count else { throw fault(call, "an address without command") }
            at += 1
            switch bytes[at - 1] {
            case UInt8(ascii: "p"): instruction.action = .print
            case UInt8(ascii: "d"): instruction.action = .delete
            case UInt8(ascii: "q"): instruction.action = .quit
            case UInt8(ascii: "s"): instruction.action = try substitution()
            default: throw fault(call, "this command")
            }
            return instruction
        }

        private mutating func address() throws(ShellFinding) -> Address? {
            guard at < bytes.count else { return nil }
            if bytes[at] == .dollar {
                at += 1
                return .last
            }
            if bytes[at].isDigit {
                var value = 0
                while at < bytes.count, bytes[at].isDigit, value < 1 << 30 {
                    value = value * 10 + Int(bytes[at] - 48)
                    at += 1
                }
                guard value > 0 else { throw fault(call, "line 0") }
                return .line(value)
            }
            guard bytes[at] == .slash else { return nil }
            at += 1
            return .pattern(try expression(try delimited(.slash, isPattern: true), ignoresCase: false))
        }

        private func expression(_ pattern: [UInt8], ignoresCase: Bool) throws(ShellFinding)
            -> RegularExpression
        {
            guard !pattern.isEmpty else { throw fault(call, "an empty pattern") }
            do {
                return try RegularExpression(pattern, isExtended: isExtended, ignoresCase: ignoresCase)
            } catch {
                throw fault(call, error.what)
            }
        }

        /// Text up to a delimiter; `\` before the delimiter makes it a byte of the text.
        private mutating func delimited(_ delimiter: UInt8, isPattern: Bool) throws(ShellFinding) -> [UInt8] {
            var text: [UInt8] = []
            var isInBracket = false
            while at < bytes.count {
                let byte = bytes[at]
                at += 1
                if byte == .backslash, at < bytes.count, !isInBracket {
                    if bytes[at] != delimiter { text.append(.backslash) }
                    text.append(bytes[at])
                    at += 1
                    continue
                }
                if isPattern, byte == .openBracket, !isInBracket {
                    isInBracket = true
                    text.append(byte)
                    // A bracket directly after belongs to the set.
                    if at < bytes.count, bytes[at] == UInt8(ascii: "^") {
                        text.append(bytes[at])
                        at += 1
                    }
                    if at < bytes.count, bytes[at] == .closeBracket {
                        text.append(bytes[at])
                        at += 1
                    }
                    continue
                }
                if isInBracket, byte == .closeBracket { isInBracket = false }
                if byte == delimiter && !isInBracket { return text }
                text.append(byte)
            }
            throw fault(call, "an open pattern")
        }

        private mutating func substitution() throws(ShellFinding) -> Action {
            guard at < bytes.count, bytes[at] != .backslash, bytes[at] != .newline else {
                throw fault(call, "no delimiter")
            }
            let delimiter = bytes[at]
            at += 1
            let pattern = try delimited(delimiter, isPattern: true)
            let text = try delimited(delimiter, isPattern: false)
            var isEvery = false
            var prints = false
            var ignoresCase = false
            var nth = 1
            flags: while at < bytes.count {
                switch bytes[at] {
                // busybox lets the later of a number and `g` win.
                case UInt8(ascii: "g"): (isEvery, nth) = (true, 1)
                case UInt8(ascii: "p"): prints = true
                case UInt8(ascii: "i"), UInt8(ascii: "I"): ignoresCase = true
                case UInt8(ascii: "1")...UInt8(ascii: "9"): (isEvery, nth) = (false, Int(bytes[at] - 48))
                case .space, .semicolon, .newline: break flags
                default: throw fault(call, "this flag")
                }
                at += 1
            }
            let expression = try expression(pattern, ignoresCase: ignoresCase)
            return .substitute(expression, text, isEvery: isEvery, nth: nth, prints: prints)
        }
    }
}
