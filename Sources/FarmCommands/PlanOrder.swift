import ArgumentParser
import Planning

/// `apkfarm plan order`: everything in an order in which it can be built.
struct PlanOrder: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order",
        abstract:
            "Prints recipes in an order in which each stands after what it needs, and the circles that were cut.",
        discussion: """
            Circles are printed to standard error, each as short as can be, with the link to cut. Recipes that something \
            else blocks stand in the order too, unless --buildable leaves them out.

            Examples:
              apkfarm plan order --aports ~/aports
              apkfarm plan order --aports ~/aports --arch x86_64 --no-runtime
            """)

    @OptionGroup var scope: PlanScope
    @OptionGroup var range: PlanRange
    @OptionGroup var output: OutputOptions

    @Flag(help: "Only recipes that nothing stands in the way of.")
    var buildable = false

    private struct Step: Encodable {
        let recipe: String
        let version: String
        let wave: Int
        let stage: Int
        let chain: Int
    }

    private struct Answer: Encodable {
        let order: [Step]
        let cycles: [Cycle]
    }

    struct Cycle: Encodable {
        let links: [PlanWhyBlocked.Step]
        let cut: Int
        let remedy: String

        init(_ cycle: RecipeCycle) {
            links = cycle.links.map { PlanWhyBlocked.Step(recipe: $0.recipe, list: $0.field, word: $0.atom) }
            cut = cycle.cut
            remedy = cycle.remedy
        }
    }

    func run() async throws {
        try await planning {
            let (_, distribution) = try scope.distribution()
            var rows = try range.rows(distribution)
            if buildable {
                let obstacles = distribution.obstacles(of: rows)
                report(obstacles)
                rows = rows.filter { !obstacles.isBlocked[$0] }
            }
            let order = distribution.order(of: rows)
            let steps = order.steps.map { step in
                Step(
                    recipe: distribution.identity(of: step.row), version: distribution.version(of: step.row),
                    wave: step.wave, stage: step.stage, chain: Int(step.priority))
            }
            if output.format == .json {
                return try Output.json(Answer(order: steps, cycles: order.cycles.map(Cycle.init)))
            }
            Output.talk(
                "\(steps.count) builds in \(order.waves) waves, \(order.cycles.count) circles")
            for cycle in order.cycles { Output.talk("circle: \(cycle)") }
            Output.table(
                ["WAVE", "CHAIN", "RECIPE", "VERSION"],
                steps.map { step in
                    let stage =
                        step.stage == 1 ? " (first, without tests)" : step.stage == 2 ? " (again)" : ""
                    return ["\(step.wave)", "\(step.chain)", step.recipe + stage, step.version]
                })
        }
    }
}
