/// How much an evaluation may do. Every command and each turn of a loop is a step; producing or looking at 64 bytes
/// is another, so that time and memory have one limit, which is the same on every machine.
public struct ShellBudget: Sendable {
    /// Steps that are left.
    public internal(set) var steps: Int
    /// The largest value of a variable, and the largest output of a command substitution, in bytes.
    public let largestValue: Int
    /// How deep functions, `eval` and compound commands may nest while running.
    public let deepest: Int

    /// A budget. The default is a hundred times what the most laborious of Alpine's recipes takes, and is used up
    /// in less than a second.
    public init(steps: Int = 2_000_000, largestValue: Int = 8 << 20, deepest: Int = 100) {
        self.steps = steps
        self.largestValue = largestValue
        self.deepest = deepest
    }
}
