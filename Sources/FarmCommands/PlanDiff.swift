import ArgumentParser
import Planning

/// `apkfarm plan diff OLD NEW`: what another state of the trees means for the plan.
struct PlanDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract:
            "Compares two states of an aports tree: what changed, and how many recipes are to be built again.",
        discussion: "Example: apkfarm plan diff ~/aports-last-week ~/aports")

    @OptionGroup var scope: PlanScope
    @OptionGroup var output: OutputOptions

    @Argument(help: "A recipe tree.")
    var old: String
    @Argument(help: "The tree as it is now.")
    var new: String

    private struct Row: Encodable {
        let change: String
        let recipe: String
        let before: String
        let after: String
        let gained: [String]
        let lost: [String]
        let dependants: Int
    }

    private struct Answer: Encodable {
        let changes: [Row]
        let rebuilds: [String]
    }

    func run() async throws {
        try await planning {
            let before = try scope.distribution(trees: [old]).value
            let after = try scope.distribution(trees: [new]).value
            let difference = PlanDifference(from: before, to: after)
            let rows = difference.changes.map {
                Row(
                    change: $0.kind.rawValue, recipe: $0.recipe, before: $0.before, after: $0.after,
                    gained: $0.gained, lost: $0.lost, dependants: $0.dependants)
            }
            if output.format == .json {
                return try Output.json(Answer(changes: rows, rebuilds: difference.rebuilds))
            }
            Output.talk(
                "\(rows.count) recipes differ; \(difference.rebuilds.count) are to be built again with what needs them"
            )
            Output.table(
                ["CHANGE", "RECIPE", "BEFORE", "AFTER", "DEPENDANTS", "WORDS"],
                rows.map { row in
                    let words = row.gained.map { "+\($0)" } + row.lost.map { "-\($0)" }
                    return [
                        row.change, row.recipe, row.before, row.after, "\(row.dependants)",
                        words.prefix(4).joined(separator: " ") + (words.count > 4 ? " …" : ""),
                    ]
                })
        }
    }
}
