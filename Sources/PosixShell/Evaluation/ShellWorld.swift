/// What a shell finds around itself: commands that are not its own, and files. The evaluator touches nothing but
/// this, and never starts a process.
public protocol ShellWorld: Sendable {
    /// Runs a command that is neither a function nor the shell's own.
    /// - Returns: nil when there is no such command, which becomes an `unsupported` finding.
    func run(_ call: CommandCall, budget: inout ShellBudget) throws(ShellFinding) -> CommandResult?

    /// Whether `command -v` may be asked for this name: false says that there is no such program; nil, that the
    /// answer depends on the machine, which becomes a finding.
    func hasProgram(_ name: [UInt8]) -> Bool?

    /// What lies at a path, links followed; nil when nothing does.
    func kind(of path: [UInt8]) -> ShellFileKind?

    /// The bytes of a file; nil when it does not exist or lies outside of this world.
    func contents(of path: [UInt8]) -> [UInt8]?

    /// Names in the folder where the shell runs, for patterns that are expanded to file names.
    func names() -> [[UInt8]]
}

/// What a path leads to.
public enum ShellFileKind: Sendable, Hashable {
    /// A plain file.
    case file(isEmpty: Bool, isExecutable: Bool)
    /// A folder.
    case folder
}

/// A command that is asked for.
public struct CommandCall: Sendable {
    /// The command's name.
    public let name: [UInt8]
    /// Its arguments.
    public let arguments: [[UInt8]]
    /// Its standard input.
    public let input: [UInt8]
    let source: ShellSource
    let offset: Int

    /// The most bytes that a pure command makes.
    static let largestOutput = ShellBudget().largestValue

    /// Ends a command that makes more than may be, before it has made it.
    func check(size: Int) throws(ShellFinding) {
        guard size > Self.largestOutput else { return }
        throw refusal(
            "its output grows beyond \(Self.largestOutput) bytes", cure: "look for a loop that does not end",
            kind: .budget)
    }

    /// A finding about this call.
    public func refusal(
        _ what: String, cure: String, kind: ShellFinding.Kind = .unsupported
    ) -> ShellFinding {
        ShellFinding(kind, in: source, at: offset, what, cure: cure)
    }
}

/// What a command did.
public struct CommandResult: Sendable {
    /// Its exit status.
    public let status: Int
    /// What it printed.
    public let output: [UInt8]

    /// A result.
    public init(status: Int = 0, output: [UInt8] = []) {
        self.status = status
        self.output = output
    }
}

/// A world without files in which the pure commands run.
public struct EmptyWorld: ShellWorld {
    /// An empty world.
    public init() {}

    /// Runs a pure command.
    public func run(_ call: CommandCall, budget: inout ShellBudget) throws(ShellFinding) -> CommandResult? {
        try PureCommands.run(call, in: self, budget: &budget)
    }

    /// No program; nil for the names of pure commands.
    public func hasProgram(_ name: [UInt8]) -> Bool? { PureCommands.knows(name) ? nil : false }
    /// Nothing.
    public func kind(of path: [UInt8]) -> ShellFileKind? { nil }
    /// Nothing.
    public func contents(of path: [UInt8]) -> [UInt8]? { nil }
    /// Nothing.
    public func names() -> [[UInt8]] { [] }
}
