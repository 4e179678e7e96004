/// The commands on names and numbers: `basename`, `dirname`, `seq`.
enum Names {
    /// `basename PATH [SUFFIX]`.
    static func base(_ call: CommandCall) throws(ShellFinding) -> CommandResult {
        guard (1...2).contains(call.arguments.count), call.arguments[0].first != .minus else {
            throw wrong(call)
        }
        var path = call.arguments[0]
        while path.count > 1, path.last == .slash { path.removeLast() }
        if path.count > 1, let slash = path.lastIndex(of: .slash) { path.removeFirst(slash + 1) }
        if call.arguments.count == 2, path.count > call.arguments[1].count,
            path.suffix(call.arguments[1].count).elementsEqual(call.arguments[1])
        {
            path.removeLast(call.arguments[1].count)
        }
        return CommandResult(output: path + [.newline])
    }

    /// `dirname PATH`.
    static func folder(_ call: CommandCall) throws(ShellFinding) -> CommandResult {
        guard call.arguments.count == 1, call.arguments[0].first != .minus else { throw wrong(call) }
        var path = call.arguments[0]
        while path.count > 1, path.last == .slash { path.removeLast() }
        guard let slash = path.lastIndex(of: .slash) else { return CommandResult(output: [.dot, .newline]) }
        path.removeSubrange(slash...)
        while path.last == .slash { path.removeLast() }
        return CommandResult(output: (path.isEmpty ? [.slash] : path) + [.newline])
    }

    /// `seq [FIRST [STEP]] LAST`, whole numbers.
    static func sequence(_ call: CommandCall, _ budget: inout ShellBudget) throws(ShellFinding)
        -> CommandResult
    {
        let numbers = call.arguments.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        guard (1...3).contains(numbers.count), numbers.count == call.arguments.count,
            numbers.allSatisfy({ abs($0) < 1 << 40 }), let last = numbers.last
        else { throw wrong(call) }
        let first = numbers.count > 1 ? numbers[0] : 1
        let step = numbers.count > 2 ? numbers[1] : 1
        guard step != 0 else { throw wrong(call) }
        var out: [UInt8] = []
        for number in stride(from: first, through: last, by: step) {
            budget.steps -= 1
            guard budget.steps > 0 else {
                throw call.refusal("'seq' counts too far", cure: "count less", kind: .budget)
            }
            out += Array("\(number)\n".utf8)
        }
        return CommandResult(output: out)
    }

    private static func wrong(_ call: CommandCall) -> ShellFinding {
        call.refusal(
            "'\(String(decoding: call.name, as: UTF8.self))' with these arguments",
            cure: "give it what POSIX says, without options")
    }
}
