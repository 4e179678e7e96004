import ArgumentParser
import Building
import FarmServices
import Foundation
import Planning
import Recipes

struct PlanCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Shows what would be built, in which order and why.",
        subcommands: [PlanShow.self, PlanWhy.self])
}

/// What a plan is made for.
struct PlanOptions: ParsableArguments {
    @OptionGroup var farm: FarmOptions

    @Argument(help: "Names of recipes or packages, for example zlib or community/jq.")
    var names: [String] = []

    @Option(help: "A job set: a file with one name a line.")
    var set: String?

    @Flag(help: "Every recipe of the trees.")
    var all = false

    /// The plan over the catalogue's recipes.
    func plan(_ catalogue: FarmCatalogue, _ farm: Farm, runsChecks: Bool = true) throws -> BuildPlan {
        var wanted = names
        if let set { wanted += try Farm.names(inSet: set) }
        var options = Planner.Options()
        options.runsChecks = runsChecks
        let planner = try catalogue.planner(hostTools: try farm.hostTools(), options: options)
        if all { wanted += planner.buildable }
        guard !wanted.isEmpty else {
            throw ValidationError("name recipes, or a set with --set FILE, or --all")
        }
        return try planner.plan(wanted)
    }
}

/// Prints what is wrong with the recipes; an error ends the command with status 1 when `names` cannot be planned.
func report(_ catalogue: FarmCatalogue) {
    for finding in catalogue.findings where finding.severity == .error { Output.talk("\(finding)") }
}

/// `apkfarm plan show`: the steps with their reasons.
struct PlanShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Prints the steps of a plan with the reason of each.",
        discussion: "Example: apkfarm plan show --set jobs/demo")

    @OptionGroup var options: PlanOptions
    @OptionGroup var output: OutputOptions

    struct Row: Encodable {
        let wave: Int
        let recipe: String
        let version: String
        let reasons: [String]
        let needs: [String]
        let hostTools: [String]
    }

    static func rows(_ plan: BuildPlan) -> [Row] {
        plan.steps.map { step in
            Row(
                wave: step.wave, recipe: step.identity, version: "\(step.recipe.version)",
                reasons: step.reasons.map(\.description), needs: step.needs, hostTools: step.hostTools)
        }
    }

    /// Reasons as people read them: the first three, and how many more there are. JSON has all.
    static func shown(_ reasons: [String]) -> String {
        let first = reasons.prefix(3).joined(separator: "; ")
        return reasons.count > 3 ? "\(first); and \(reasons.count - 3) more" : first
    }

    func run() async throws {
        let farm = try Farm(options.farm)
        let catalogue = farm.catalogue()
        report(catalogue)
        do {
            let rows = Self.rows(try options.plan(catalogue, farm))
            try Output.list(rows, format: output.format, header: ["WAVE", "RECIPE", "VERSION", "REASON"]) {
                ["\($0.wave)", $0.recipe, $0.version, Self.shown($0.reasons)]
            }
        } catch let error as PlanningError {
            Output.talk("\(error)")
            throw ExitCode(1)
        }
    }
}

/// `apkfarm plan why NAME`: what changed since the published packages of a recipe were made.
struct PlanWhy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Says why a recipe would be built: what changed since it was published.",
        discussion: "Example: apkfarm plan why zlib")

    @OptionGroup var options: FarmOptions

    @Argument(help: "The recipe.")
    var name: String

    @Flag(help: "For a build without the packages' tests.")
    var noCheck = false

    func run() async throws {
        let farm = try Farm(options)
        let catalogue = farm.catalogue()
        report(catalogue)
        var plannerOptions = Planner.Options()
        plannerOptions.runsChecks = !noCheck
        let planner = try catalogue.planner(hostTools: try farm.hostTools(), options: plannerOptions)
        let plan = try planner.plan([name])
        var sessionOptions = BuildSession.Options()
        if noCheck { sessionOptions.checks = .skipped }
        let session = try await farm.session(plan, options: sessionOptions, key: nil) { _ in }
        for step in plan.steps {
            let answer = try await session.why(step)
            Output.data("\(step.identity): \(answer)")
        }
    }
}
