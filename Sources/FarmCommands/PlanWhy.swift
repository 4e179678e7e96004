import ArgumentParser
import Building
import FarmServices
import Jobs
import Planning
import Recipes

/// `apkfarm plan why NAME`: why a recipe is built, what each of its needs means, and what changed since its packages
/// were published.
struct PlanWhy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract:
            "Says what a recipe needs and by which rule, who needs it, and what changed since it was published.",
        discussion: "Example: apkfarm plan why zlib")

    @OptionGroup var scope: PlanScope
    @OptionGroup var output: OutputOptions

    @Argument(help: "The recipe, or a package of it.")
    var name: String

    private struct Need: Encodable {
        let list: String
        let word: String
        let side: String
        let rule: String
        let answer: String
    }

    private struct Answer: Encodable {
        let recipe: String
        let version: String
        let needs: [Need]
        let neededBy: [String]
        let published: [String]
    }

    func run() async throws {
        try await planning {
            let (farm, distribution) = try scope.distribution()
            let row = try distribution.row(named: name)
            let answer = Answer(
                recipe: distribution.identity(of: row), version: distribution.version(of: row),
                needs: needs(distribution, row),
                neededBy: distribution.dependants(of: row, transitively: false).map(
                    distribution.identity(of:)),
                published: try await published(farm, distribution, row))
            if output.format == .json { return try Output.json(answer) }
            Output.data("\(answer.recipe) \(answer.version)")
            Output.table(
                ["LIST", "NEEDS", "SIDE", "ANSWERED BY", "RULE"],
                answer.needs.map { [$0.list, $0.word, $0.side, $0.answer, $0.rule] })
            Output.data("needed by \(Self.shown(answer.neededBy))")
            for line in answer.published { Output.data(line) }
        }
    }

    private func needs(_ distribution: Distribution, _ row: Int) -> [Need] {
        distribution.table.needs(of: row).compactMap { need in
            guard distribution.table.needs[need].field != .provides else { return nil }
            let side = distribution.side(of: need)
            let (name, rule) =
                switch side {
                case .host(let rule): ("host", "\(rule)")
                case .target(let rule): ("target", "\(rule)")
                }
            return Need(
                list: distribution.fieldName(of: need, row), word: distribution.word(of: need), side: name,
                rule: rule, answer: Self.answer(distribution, need))
        }
    }

    static func answer(_ distribution: Distribution, _ need: Int) -> String {
        let answer = distribution.answers[need]
        func package() -> String {
            let package = Int(answer.value)
            return "\(distribution.name(ofPackage: package)) of "
                + distribution.identity(of: distribution.recipe(ofPackage: package))
        }
        switch answer.kind {
        case .package: return package()
        case .own: return "the recipe itself"
        case .conflict: return "nothing: it excludes"
        case .hostTool:
            let name = distribution.word(of: need).prefix { !"<>=~".contains($0) }
            let packages = distribution.hostTools[String(name)]?.debianPackages ?? []
            return packages.isEmpty ? "the toolchain" : "Debian's \(packages.joined(separator: ", "))"
        case .knownAfterBuild: return "known after build"
        case .missing, .unchosen, .wrongVersion, .wrongArchitecture, .unlistedTool:
            return "NOTHING: \(distribution.cause(of: need))"
        }
    }

    private static func shown(_ recipes: [String]) -> String {
        guard !recipes.isEmpty else { return "no recipe" }
        let more = recipes.count > 8 ? " and \(recipes.count - 8) more" : ""
        return recipes.prefix(8).joined(separator: ", ") + more
    }

    /// What a build would find changed, for the recipe and all it needs; nothing but a word when it was never published.
    private func published(_ farm: Farm, _ distribution: Distribution, _ row: Int) async throws -> [String] {
        let table = distribution.table
        let repository = farm.folders.repository(table.texts[table.rows[row].repository])
        let pkgname = table.texts[table.rows[row].name]
        guard Provenance.read(repository: repository, pkgname: pkgname) != nil else {
            return ["never published"]
        }
        var options = Planner.Options()
        options.runsChecks = !scope.noCheck
        let planner = try farm.catalogue().planner(
            hostTools: try farm.hostTools(), buildBase: try farm.buildBase(), stages: try farm.stages(),
            options: options)
        let plan = try planner.plan([distribution.identity(of: row)])
        var sessionOptions = BuildSession.Options()
        if scope.noCheck { sessionOptions.checks = .skipped }
        // A build may run meanwhile: its jobs are left alone.
        let store: any JobStore = try farm.readableJobStore() ?? InMemoryJobStore()
        let session = try await farm.session(plan, options: sessionOptions, key: nil, store: store) { _ in }
        return try await session.preview().map { "\($0.identity): \($0.line)" }
    }
}
