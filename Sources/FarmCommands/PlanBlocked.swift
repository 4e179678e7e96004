import ArgumentParser
import Planning

/// `apkfarm plan blocked`: what keeps recipes from being built, the worst first.
struct PlanBlocked: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blocked",
        abstract: "Ranks what stands in the way by how many recipes it blocks.",
        discussion: """
            BLOCKS counts the recipes that cannot be built because of it, through however many others; ALONE those that \
            nothing else blocks, which can be built as soon as it is gone.

            Example: apkfarm plan blocked --aports ~/aports --limit 20
            """)

    @OptionGroup var scope: PlanScope
    @OptionGroup var range: PlanRange
    @OptionGroup var output: OutputOptions

    @Option(help: "At most so many causes.")
    var limit: Int?

    @Option(help: "Only causes of one kind: missing, unchosen, version, architecture, tool, fault or cycle.")
    var kind: String?

    private struct Row: Encodable {
        let blocked: Int
        let alone: Int
        let kind: String
        let cause: String
        let metBy: [String]
    }

    func run() async throws {
        try await planning {
            let (_, distribution) = try scope.distribution()
            let rows = try range.rows(distribution)
            let obstacles = distribution.obstacles(of: rows)
            let roots = obstacles.roots.filter { kind == nil || $0.cause.kind == kind }
            let list = roots.prefix(limit ?? .max).map { root in
                Row(
                    blocked: root.blocked, alone: root.alone, kind: root.cause.kind, cause: "\(root.cause)",
                    metBy: root.direct.map(distribution.identity(of:)))
            }
            Output.talk(
                "\(obstacles.count) of \(rows.count) recipes cannot be built; \(obstacles.roots.count) root causes"
            )
            try Output.list(
                list, format: output.format, header: ["BLOCKS", "ALONE", "KIND", "CAUSE", "MET BY"]
            ) {
                let more = $0.metBy.count > 2 ? " and \($0.metBy.count - 2) more" : ""
                return [
                    "\($0.blocked)", "\($0.alone)", $0.kind, $0.cause,
                    $0.metBy.prefix(2).joined(separator: ", ") + more,
                ]
            }
        }
    }
}
