import Building
import Foundation
import Planning
import Recipes
import Toolchains

/// The recipes of a farm, evaluated: what plans are made over.
public struct FarmCatalogue: Sendable {
    /// The recipe trees; an overlay of the same name wins.
    public let tree: RecipeTree
    /// Evaluated recipes, sorted by identity.
    public let recipes: [Recipe]
    /// What is wrong with recipes and trees. Recipes with errors are not among `recipes`.
    public let findings: [Finding]

    /// Reads and evaluates every recipe of the trees.
    /// - Parameters:
    ///   - trees: aports trees, for example Alpine's.
    ///   - overlays: trees whose recipes win.
    ///   - evaluator: how recipes are evaluated.
    public init(trees: [String], overlays: [String], evaluator: some RecipeEvaluating) {
        let tree = RecipeTree(trees: trees, overlays: overlays)
        var recipes: [Recipe] = []
        var findings = tree.findings
        for entry in tree.entries {
            do throws(RecipeError) {
                let recipe = try Self.read(entry, evaluator)
                findings += recipe.findings
                if recipe.errors.isEmpty { recipes.append(recipe) }
            } catch { findings += error.findings }
        }
        self.tree = tree
        self.recipes = recipes.sorted { $0.identity < $1.identity }
        self.findings = findings
    }

    /// Reads and evaluates one recipe.
    public static func read(
        _ entry: RecipeTree.Entry, _ evaluator: some RecipeEvaluating
    ) throws(RecipeError) -> Recipe {
        try read(try entry.open(), evaluator)
    }

    /// Evaluates one recipe's folder.
    public static func read(
        _ folder: RecipeFolder, _ evaluator: some RecipeEvaluating
    ) throws(RecipeError) -> Recipe {
        let environment = RecipeEnvironment()
        let evaluated = try evaluator.evaluate(folder, in: environment)
        return try Recipe(folder: folder, evaluated: evaluated, environment: environment)
    }

    /// A planner over the recipes.
    public func planner(hostTools: HostTools, options: Planner.Options) throws -> Planner {
        try Planner(recipes: recipes, hostTools: hostTools, implicit: ["musl-dev"], options: options)
    }
}
