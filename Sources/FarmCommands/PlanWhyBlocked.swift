import ArgumentParser
import Planning

/// `apkfarm plan why-blocked NAME`: the ways from a recipe to what keeps it from being built.
struct PlanWhyBlocked: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why-blocked",
        abstract: "Says which missing links keep a recipe from being built, and by which way it needs each.",
        discussion: "Example: apkfarm plan why-blocked --aports ~/aports community/firefox")

    @OptionGroup var scope: PlanScope
    @OptionGroup var output: OutputOptions

    @Option(help: "At most so many causes, the nearest first.")
    var limit: Int?

    @Argument(help: "The recipe, or a package of it.")
    var name: String

    struct Step: Encodable {
        let recipe: String
        let list: String
        let word: String
    }

    private struct Row: Encodable {
        let cause: String
        let kind: String
        let blocks: Int
        let way: [Step]
        let end: String
    }

    func run() async throws {
        try await planning {
            let (_, distribution) = try scope.distribution()
            let row = try distribution.row(named: name)
            let obstacles = distribution.obstacles(of: distribution.buildable)
            let chains = distribution.chains(from: row, in: obstacles, most: limit ?? .max)
            let blocks = Dictionary(
                obstacles.roots.map { ($0.cause, $0.blocked) }, uniquingKeysWith: { first, _ in first })
            let rows = chains.compactMap { chain in
                chain.cause.map { cause in
                    Row(
                        cause: "\(cause)", kind: cause.kind, blocks: blocks[cause] ?? 0, way: Self.way(chain),
                        end: chain.end)
                }
            }
            if output.format == .json { return try Output.json(rows) }
            guard !rows.isEmpty else {
                return Output.data("\(distribution.identity(of: row)): nothing stands in its way")
            }
            Output.data("\(distribution.identity(of: row)) cannot be built: \(rows.count) causes")
            for row in rows {
                Output.data("")
                Output.data("\(row.cause) (it blocks \(row.blocks) recipes)")
                for step in row.way { Output.data("  \(step.recipe): \(step.list) names '\(step.word)'") }
            }
        }
    }

    /// The steps of a way, the word that nothing answers last.
    static func way(_ chain: Distribution.Chain) -> [Step] {
        var steps = chain.links.map { Step(recipe: $0.recipe, list: $0.field, word: $0.atom) }
        if let need = chain.need { steps.append(Step(recipe: chain.end, list: need.field, word: need.atom)) }
        return steps
    }
}
