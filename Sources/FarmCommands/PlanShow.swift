import ArgumentParser
import FarmServices
import Planning

/// `apkfarm plan show`: the steps with their reasons.
struct PlanShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Prints the steps of a plan with the reason of each.",
        discussion: """
            Examples:
              apkfarm plan show --set jobs/demo
              apkfarm plan show --aports ~/aports main/lzo
              apkfarm plan show --aports ~/aports --all | less
            """)

    @OptionGroup var options: PlanOptions
    @OptionGroup var output: OutputOptions

    struct Row: Encodable {
        let wave: Int
        let recipe: String
        let version: String
        let reasons: [String]
        let hostTools: [String]
        let needs: [String]
    }

    /// Reasons as people read them: the first three, and how many more there are. JSON has all.
    static func shown(_ reasons: [String]) -> String {
        let first = reasons.prefix(3).joined(separator: "; ")
        return reasons.count > 3 ? "\(first); and \(reasons.count - 3) more" : first
    }

    func run() async throws {
        let wanted = try options.wanted()
        let farm = try Farm(options.farm)
        let catalogue = farm.catalogue()
        if !options.all { report(catalogue) }
        let planner = try catalogue.planner(
            hostTools: try farm.hostTools(), buildBase: try farm.buildBase(), stages: try farm.stages(),
            options: Planner.Options())
        do {
            let distribution = planner.distribution
            let outline = try outline(distribution, wanted, try farm.buildTimes())
            for identity in outline.bootstrap { Output.talk("first, without tests: \(identity)") }
            var needs = distribution.needs(in: outline)
            let rows = outline.steps.map { step in
                Row(
                    wave: step.wave, recipe: step.identity, version: step.version,
                    reasons: step.reasons.map(\.description), hostTools: step.hostTools,
                    needs: output.format == .json ? needs.recipes(before: step) : [])
            }
            try Output.list(rows, format: output.format, header: ["WAVE", "RECIPE", "VERSION", "REASON"]) {
                ["\($0.wave)", $0.recipe, $0.version, Self.shown($0.reasons)]
            }
        } catch let error as PlanningError {
            Output.talk("\(planner.located(error))")
            throw ExitCode(1)
        }
    }

    private func outline(
        _ distribution: Distribution, _ wanted: [String], _ times: BuildTimes
    ) throws(PlanningError) -> PlanOutline {
        guard options.all else { return try distribution.outline(wanted, times: times) }
        let obstacles = distribution.obstacles(of: distribution.buildable)
        report(obstacles)
        return distribution.outline(ofAll: obstacles, times: times)
    }
}
