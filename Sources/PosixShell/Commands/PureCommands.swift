/// Programs whose output depends on their arguments and input only, as busybox has them. They run inside the
/// evaluator; options that are not listed at each are findings.
public enum PureCommands {
    typealias Body =
        @Sendable (CommandCall, any ShellWorld, inout ShellBudget) throws(ShellFinding) -> CommandResult

    private static let table: [String: Body] = [
        "basename": { (call, _, _) throws(ShellFinding) in try Names.base(call) },
        "cat": { (call, world, _) throws(ShellFinding) in try Lines.cat(call, world) },
        "cut": { (call, world, _) throws(ShellFinding) in try Lines.cut(call, world) },
        "dirname": { (call, _, _) throws(ShellFinding) in try Names.folder(call) },
        "head": { (call, world, _) throws(ShellFinding) in try Lines.ends(call, world, isHead: true) },
        "sed": { (call, world, budget) throws(ShellFinding) in try StreamEditor.run(call, world, &budget) },
        "seq": { (call, _, budget) throws(ShellFinding) in try Names.sequence(call, &budget) },
        "sort": { (call, world, _) throws(ShellFinding) in try Lines.sort(call, world) },
        "tail": { (call, world, _) throws(ShellFinding) in try Lines.ends(call, world, isHead: false) },
        "tr": { (call, _, _) throws(ShellFinding) in try Translation.run(call) },
        "uniq": { (call, world, _) throws(ShellFinding) in try Lines.uniq(call, world) },
        "wc": { (call, _, _) throws(ShellFinding) in try Lines.count(call) },
    ]

    /// Whether a command of this name is among them.
    public static func knows(_ name: [UInt8]) -> Bool { table[String(decoding: name, as: UTF8.self)] != nil }

    /// The names of all of them, sorted.
    public static var names: [String] { table.keys.sorted() }

    /// Runs a command; nil when it is none of these.
    public static func run(
        _ call: CommandCall, in world: any ShellWorld, budget: inout ShellBudget
    ) throws(ShellFinding) -> CommandResult? {
        guard let body = table[String(decoding: call.name, as: UTF8.self)] else { return nil }
        let size = call.arguments.reduce(call.input.count) { $0 + $1.count }
        budget.steps -= 100 + size / 4
        return try body(call, world, &budget)
    }
}
