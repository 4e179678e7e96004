import Building
import Foundation
import Planning
import Recipes
import Toolchains

/// The recipes of a farm: what planning asks of all of them, remembered between runs, and each one itself on demand.
public struct FarmCatalogue: Sendable {
    /// What is known of every recipe, one row each.
    public let table: RecipeTable
    /// What is wrong with the trees themselves; only found when they are searched anew.
    public let findings: [Finding]
    private let trees: [String]
    private let overlays: [String]
    private let environment: RecipeEnvironment
    private let evaluator: any RecipeEvaluating

    /// Reads what changed of the trees since the last time.
    /// - Parameters:
    ///   - trees: aports trees, for example Alpine's.
    ///   - overlays: trees whose recipes win.
    ///   - evaluator: how recipes are evaluated.
    ///   - reading: names the program that reads; what another one remembered counts for nothing.
    ///   - cache: the folder that keeps what was read; nil to remember nothing.
    public init(
        trees: [String], overlays: [String], architecture: String = "wasm32",
        evaluator: some RecipeEvaluating, reading: String, cache: String?
    ) {
        self.trees = trees
        self.overlays = overlays
        self.evaluator = evaluator
        environment = RecipeEnvironment(architecture: architecture)
        var tree = CachedTree(
            trees: trees, overlays: overlays, environment: environment, reading: reading, cache: cache)
        for entry in tree.stale {
            do throws(RecipeError) {
                tree.add(.recipe(try Self.read(try entry.open(), evaluator, in: environment)))
            } catch {
                tree.add(
                    .fault((error.findings.first { $0.severity == .error } ?? error.findings[0]).description))
            }
        }
        findings = tree.findings
        table = tree.finish()
    }

    /// What is wrong with recipes, one text each: those recipes cannot be built.
    public var faults: [String] { table.rows.filter { $0.fault != 0 }.map { table.texts[$0.fault] } }

    /// Reads and evaluates one recipe.
    public static func read(
        _ entry: RecipeTree.Entry, _ evaluator: some RecipeEvaluating
    ) throws(RecipeError) -> Recipe {
        try read(try entry.open(), evaluator)
    }

    /// Evaluates one recipe's folder.
    public static func read(
        _ folder: RecipeFolder, _ evaluator: some RecipeEvaluating,
        in environment: RecipeEnvironment = RecipeEnvironment()
    ) throws(RecipeError) -> Recipe {
        let evaluated = try evaluator.evaluate(folder, in: environment)
        return try Recipe(folder: folder, evaluated: evaluated, environment: environment)
    }

    /// The recipes of these identities, `main/zlib`, read and evaluated; throws ``RecipeError`` for the first that
    /// cannot be understood.
    public func recipes(_ identities: [String]) throws(RecipeError) -> [String: Recipe] {
        let tree = RecipeTree(trees: trees, overlays: overlays)
        var recipes: [String: Recipe] = [:]
        for identity in identities {
            guard let entry = tree[identity] else { continue }
            recipes[identity] = try Self.read(try entry.open(), evaluator, in: environment)
        }
        return recipes
    }

    /// The folders of these identities as they are now, with their overlays applied; throws ``RecipeError`` for the first
    /// that cannot be read.
    public func folders(_ identities: [String]) throws(RecipeError) -> [String: RecipeFolder] {
        let tree = RecipeTree(trees: trees, overlays: overlays)
        var folders: [String: RecipeFolder] = [:]
        for identity in identities { folders[identity] = try tree[identity]?.open() }
        return folders
    }

    /// The recipes with what each needs answered.
    public func distribution(
        hostTools: HostTools, buildBase: BuildBase, stages: BootstrapStages = BootstrapStages(),
        options: Planner.Options
    ) throws -> Distribution {
        try Distribution(
            table, hostTools: hostTools, implicit: options.isCross ? ["musl-dev"] : [],
            buildBase: options.isCross ? buildBase : BuildBase(), stages: stages, options: options)
    }

    /// A planner over the recipes, which are read when a plan holds them.
    public func planner(
        hostTools: HostTools, buildBase: BuildBase, stages: BootstrapStages = BootstrapStages(),
        options: Planner.Options
    ) throws -> Planner {
        Planner(
            try distribution(hostTools: hostTools, buildBase: buildBase, stages: stages, options: options)
        ) {
            (identities) throws(PlanningError) in
            do { return try recipes(identities) } catch {
                throw .faultyRecipe(recipe: "", text: "\(error)")
            }
        }
    }
}
