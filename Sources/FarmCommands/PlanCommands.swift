import ArgumentParser
import Building
import FarmAPI
import FarmServices
import Foundation
import Planning
import Recipes

struct PlanCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Shows what would be built, in which order and why.",
        subcommands: [
            PlanShow.self, PlanWhy.self, PlanWhyBlocked.self, PlanBlocked.self, PlanOrder.self,
            PlanWaves.self,
            PlanGraph.self, PlanRdepends.self, PlanPath.self, PlanDiff.self, PlanEstimateTime.self,
        ])
}

/// What is to be built, for commands that build.
struct PlanOptions: ParsableArguments {
    @OptionGroup var farm: FarmOptions

    @Argument(help: "Names of recipes or packages, for example zlib or community/jq.")
    var names: [String] = []

    @Option(help: "A job set: a file with one name a line.")
    var set: String?

    @Flag(help: "Every recipe of the trees.")
    var all = false

    /// The names that were asked for; an error when there are none.
    func wanted() throws -> [String] {
        var wanted = names
        if let set { wanted += try Farm.names(inSet: set) }
        guard all || !wanted.isEmpty else {
            throw ValidationError("name recipes, or a set with --set FILE, or --all")
        }
        return wanted
    }

    /// The plan over the catalogue's recipes: what nothing stands in the way of, when all are wanted.
    /// With `refused`, names that cannot be planned are told there and left out, as long as there are others.
    func plan(
        _ catalogue: FarmCatalogue, _ farm: Farm, runsChecks: Bool = true,
        refused: ((JobReport) -> Void)? = nil
    ) throws -> BuildPlan {
        let wanted = try wanted()
        var options = Planner.Options()
        options.runsChecks = runsChecks
        let planner = try catalogue.planner(
            hostTools: try farm.hostTools(), buildBase: try farm.buildBase(), stages: try farm.stages(),
            options: options)
        let times = try farm.buildTimes()
        guard all else {
            do throws(PlanningError) { return try planner.plan(wanted, times: times) } catch {
                // With one name there is nothing else to go on with.
                guard let refused, wanted.count > 1 else { throw error }
                let good = wanted.filter { name in
                    do throws(PlanningError) {
                        _ = try planner.distribution.outline([name])
                        return true
                    } catch {
                        let found = planner.located(error)
                        refused(JobReport(identity: name, version: "", result: .failed, reason: "\(found)"))
                        return false
                    }
                }
                // When each could be planned alone it is the whole that cannot.
                guard !good.isEmpty, good.count < wanted.count else { throw error }
                return try planner.plan(good, times: times)
            }
        }
        let obstacles = planner.distribution.obstacles(of: planner.distribution.buildable)
        report(obstacles)
        return try planner.plan(allBut: obstacles, times: times)
    }
}

/// Prints what is wrong with the recipes.
func report(_ catalogue: FarmCatalogue) {
    for finding in catalogue.findings where finding.severity == .error { Output.talk("\(finding)") }
    for fault in catalogue.faults { Output.talk(fault) }
}

/// Says that recipes were left out, when some were.
func report(_ obstacles: Obstacles) {
    guard obstacles.count > 0 else { return }
    let recipes = obstacles.count == 1 ? "1 recipe" : "\(obstacles.count) recipes"
    Output.talk("\(recipes) cannot be built, thus left out; see 'apkfarm plan blocked'")
}

/// For what is planned, for commands that only look.
struct PlanScope: ParsableArguments {
    @OptionGroup var farm: FarmOptions

    @Option(
        help: "The architecture of the packages. One that the machine has too is planned without its tools.")
    var arch = "wasm32"

    @Flag(help: "As for a build without the packages' tests.")
    var noCheck = false

    @Flag(help: "Only by the recipes' own lists, not by what installed packages depend on.")
    var noRuntime = false

    /// The farm and all its recipes, resolved.
    func distribution(trees: [String]? = nil) throws -> (farm: Farm, value: Distribution) {
        var farm = try Farm(farm)
        if let trees { farm = farm.with(aports: trees) }
        var options = Planner.Options()
        options.architecture = arch
        options.runsChecks = !noCheck
        options.followsRuntime = !noRuntime
        options.includesRuntime = !noRuntime
        let catalogue = farm.catalogue(architecture: arch)
        for finding in catalogue.findings where finding.severity == .error { Output.talk("\(finding)") }
        return (
            farm,
            try catalogue.distribution(
                hostTools: try farm.hostTools(), buildBase: try farm.buildBase(), stages: try farm.stages(),
                options: options)
        )
    }
}

/// Which recipes a command is about: all unless some are named.
struct PlanRange: ParsableArguments {
    @Argument(help: "Names of recipes or packages; with what they need. All when none is named.")
    var names: [String] = []

    @Option(help: "A job set: a file with one name a line.")
    var set: String?

    /// The recipes, with everything that they need; all that are built for the architecture when none is named.
    func rows(_ distribution: Distribution) throws -> [Int] {
        var wanted = names
        if let set { wanted += try Farm.names(inSet: set) }
        guard !wanted.isEmpty else { return distribution.buildable }
        return distribution.closure(of: try wanted.map { try distribution.row(named: $0) })
    }
}

extension AsyncParsableCommand {
    /// Runs `body`; an error of planning is said and ends the command with 1.
    func planning(_ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as PlanningError {
            Output.talk("\(error)")
            throw ExitCode(1)
        }
    }
}
