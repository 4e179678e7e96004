import ArgumentParser
import Planning

/// `apkfarm plan waves`: how many recipes can be built side by side.
struct PlanWaves: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waves",
        abstract: "Prints which recipes can be built side by side, wave after wave.",
        discussion: "Example: apkfarm plan waves --aports ~/aports --arch x86_64")

    @OptionGroup var scope: PlanScope
    @OptionGroup var range: PlanRange
    @OptionGroup var output: OutputOptions

    private struct Row: Encodable {
        let wave: Int
        let count: Int
        let recipes: [String]
    }

    func run() async throws {
        try await planning {
            let (_, distribution) = try scope.distribution()
            let order = distribution.order(of: try range.rows(distribution))
            var waves = [[String]](repeating: [], count: order.waves)
            for step in order.steps { waves[step.wave].append(distribution.identity(of: step.row)) }
            let rows = waves.enumerated().map { Row(wave: $0, count: $1.count, recipes: $1) }
            try Output.list(
                rows, format: output.format, header: ["WAVE", "RECIPES", "THOSE THAT MOST WAIT FOR"]
            ) {
                ["\($0.wave)", "\($0.count)", $0.recipes.prefix(5).joined(separator: " ")]
            }
        }
    }
}
