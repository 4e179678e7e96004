import ArgumentParser
import Planning

/// `apkfarm plan estimate`: how long it takes.
struct PlanEstimateTime: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate",
        abstract:
            "Says how long a plan takes with so many workers, and which chain no number of them shortens.",
        discussion: """
            Times are those that the job database recorded; a recipe without one is taken to need the median of the others.

            Example: apkfarm plan estimate --set jobs/demo --workers 4
            """)

    @OptionGroup var scope: PlanScope
    @OptionGroup var range: PlanRange
    @OptionGroup var output: OutputOptions

    @Option(help: "Recipes built side by side.")
    var workers = 2

    private struct Step: Encodable {
        let recipe: String
        let seconds: Double
    }

    private struct Answer: Encodable {
        let workers: Int
        let seconds: Double
        let work: Double
        let builds: Int
        let recorded: Int
        let criticalPath: [Step]
    }

    func run() async throws {
        guard workers > 0 else { throw ValidationError("--workers must be 1 or more") }
        try await planning {
            let (farm, distribution) = try scope.distribution()
            var rows = try range.rows(distribution)
            let obstacles = distribution.obstacles(of: rows)
            report(obstacles)
            rows = rows.filter { !obstacles.isBlocked[$0] }
            let times = try farm.buildTimes()
            let estimate = distribution.estimate(of: rows, times: times, workers: workers)
            let answer = Answer(
                workers: workers, seconds: estimate.seconds, work: estimate.work, builds: estimate.count,
                recorded: estimate.known,
                criticalPath: estimate.criticalPath.map { Step(recipe: $0.identity, seconds: $0.seconds) })
            if output.format == .json { return try Output.json(answer) }
            if times.usual == nil { Output.talk("no build is recorded yet: each counts as one second") }
            let chain = answer.criticalPath.reduce(0) { $0 + $1.seconds }
            Output.data(
                "\(answer.builds) builds with \(workers) workers: \(readable(seconds: answer.seconds))"
                    + " (\(readable(seconds: answer.work)) of work, times of \(answer.recorded) recorded)")
            Output.data("the longest chain takes \(readable(seconds: chain)):")
            Output.table(
                ["RECIPE", "TIME"], answer.criticalPath.map { [$0.recipe, readable(seconds: $0.seconds)] })
        }
    }
}
