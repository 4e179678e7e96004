import ArgumentParser
import Planning

/// `apkfarm plan path A B`: why A needs B.
struct PlanPath: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "path",
        abstract: "Prints the shortest way by which one recipe needs another.",
        discussion: "Example: apkfarm plan path --aports ~/aports community/jq musl")

    @OptionGroup var scope: PlanScope
    @OptionGroup var output: OutputOptions

    @Argument(help: "The recipe that needs.")
    var from: String
    @Argument(help: "The recipe that is needed.")
    var to: String

    func run() async throws {
        try await planning {
            let (_, distribution) = try scope.distribution()
            let (start, end) = (try distribution.row(named: from), try distribution.row(named: to))
            guard let chain = distribution.chain(from: start, to: end) else {
                if output.format == .json { return try Output.json([PlanWhyBlocked.Step]()) }
                Output.talk(
                    "\(distribution.identity(of: start)) does not need \(distribution.identity(of: end))")
                throw ExitCode(1)
            }
            try Output.list(
                PlanWhyBlocked.way(chain), format: output.format, header: ["RECIPE", "LIST", "NAMES"]
            ) { [$0.recipe, $0.list, $0.word] }
        }
    }
}
