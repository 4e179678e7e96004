/// Running where commands and files are not known yet, as for the functions that split built files into packages.
///
/// What depends on the unknown carries a zero byte, which no text can hold: a variable whose value has one is not
/// known. Where a condition is unknown each of its branches runs as one that is perhaps reached, and what it sets is
/// not known afterwards.
extension ShellEvaluator {
    /// What becomes of commands and files that are not known.
    public enum Unknowns: Sendable {
        /// They are findings.
        case refused
        /// They succeed, and what depends on them is marked.
        case marked
    }

    /// Whether a value depends on something that is not known.
    public func isUnknown(_ value: [UInt8]) -> Bool { unknowns == .marked && value.contains(0) }

    /// Runs commands that are perhaps not reached.
    @discardableResult
    mutating func perhaps(_ commands: [ShellCommand]) throws(ShellFinding) -> Flow {
        let before = (uncertainty, positional)
        uncertainty += 1
        _ = try run(commands)
        // More than one further is left by a perhaps taken `return`, and lasts until the function ends.
        uncertainty = uncertainty > before.0 + 1 ? before.0 + 1 : before.0
        isStatusUnknown = false
        status = 0
        return .next
    }

    /// Notes an unknown output and status.
    mutating func writeUnknown() throws(ShellFinding) {
        status = 0
        isStatusUnknown = true
        try write([0])
    }

    /// A simple command that cannot be run: what it assigns is not known.
    mutating func unknown(_ simple: SimpleCommand) throws(ShellFinding) -> Flow {
        for assignment in simple.assignments where simple.words.isEmpty {
            variables.set(variables.index(of: script.source[assignment.name]), [0])
        }
        try writeUnknown()
        return .next
    }

    /// Whether what a command does depends on the unknown; then it has been dealt with.
    mutating func isUnknown(_ builtin: ShellBuiltin?, _ arguments: [[UInt8]]) throws(ShellFinding) -> Bool {
        let hasUnknown = arguments.contains { $0.contains(0) }
        switch builtin {
        case .test, .bracket, .doubleBracket:
            guard hasUnknown || arguments.contains(where: { Self.fileTests.contains($0) }) else {
                return false
            }
            status = 0
            isStatusUnknown = true
            return true
        case .read:
            guard input.contains(0) else { return false }
            for name in arguments where name.first != .minus { variables.set(variables.index(of: name), [0]) }
            status = 0
            isStatusUnknown = true
            return true
        case .command, .cd, .pwd, .wait, .umask, .hash, .type:
            try writeUnknown()
            return true
        case nil:
            guard hasUnknown || input.contains(0) else { return false }
            try writeUnknown()
            return true
        default: return false
        }
    }

    private static let fileTests = Set("defrswxhLbcpSugkOG".utf8.map { [UInt8.minus, $0] })
}
