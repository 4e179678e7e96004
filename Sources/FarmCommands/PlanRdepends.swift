import ArgumentParser
import Planning

/// `apkfarm plan rdepends NAME`: who needs a recipe.
struct PlanRdepends: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rdepends",
        abstract: "Lists the recipes that need a recipe, with the words that say so.",
        discussion: """
            Examples:
              apkfarm plan rdepends --aports ~/aports zlib
              apkfarm plan rdepends --aports ~/aports --transitive zlib
            """)

    @OptionGroup var scope: PlanScope
    @OptionGroup var output: OutputOptions

    @Flag(help: "Also those that need it only through others.")
    var transitive = false

    @Argument(help: "The recipe, or a package of it.")
    var name: String

    private struct Row: Encodable {
        let recipe: String
        let words: [String]
    }

    func run() async throws {
        try await planning {
            let (_, distribution) = try scope.distribution()
            let row = try distribution.row(named: name)
            let rows = distribution.dependants(of: row, transitively: transitive).map { other in
                Row(
                    recipe: distribution.identity(of: other),
                    words: distribution.needs(of: other, answeredBy: row).map {
                        "\(distribution.fieldName(of: $0, other)): \(distribution.word(of: $0))"
                    })
            }
            Output.talk("\(rows.count) recipes need \(distribution.identity(of: row))")
            try Output.list(rows, format: output.format, header: ["RECIPE", "BECAUSE OF"]) {
                [$0.recipe, $0.words.isEmpty ? "through others" : $0.words.joined(separator: "; ")]
            }
        }
    }
}
