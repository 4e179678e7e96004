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
    /// Errors that belong to no line, such as a shell that could not run.
    public let failures: [String]

    /// Reads and evaluates every recipe of the trees.
    /// - Parameters:
    ///   - trees: aports trees, for example Alpine's.
    ///   - overlays: trees whose recipes win.
    ///   - evaluator: how recipes are evaluated.
    public init(trees: [String], overlays: [String], evaluator: some RecipeEvaluating) async {
        let tree = RecipeTree(trees: trees, overlays: overlays)
        var recipes: [Recipe] = []
        var findings = tree.findings
        var failures: [String] = []
        await withTaskGroup(of: Result<Recipe, any Error>.self) { group in
            var pending = tree.entries.makeIterator()
            func add() -> Bool {
                guard let entry = pending.next() else { return false }
                group.addTask {
                    do { return .success(try await Self.read(entry, evaluator)) } catch {
                        return .failure(error)
                    }
                }
                return true
            }
            for _ in 0..<4 where !add() { break }
            for await result in group {
                switch result {
                case .success(let recipe):
                    findings += recipe.findings
                    if recipe.errors.isEmpty { recipes.append(recipe) }
                case .failure(let error as RecipeError): findings += error.findings
                case .failure(let error): failures.append("\(error)")
                }
                _ = add()
            }
        }
        self.tree = tree
        self.recipes = recipes.sorted { $0.identity < $1.identity }
        self.findings = findings
        self.failures = failures
    }

    /// Reads and evaluates one recipe.
    public static func read(_ entry: RecipeTree.Entry, _ evaluator: some RecipeEvaluating) async throws
        -> Recipe
    {
        try await read(try entry.open(), evaluator)
    }

    /// Evaluates one recipe's folder.
    public static func read(_ folder: RecipeFolder, _ evaluator: some RecipeEvaluating) async throws -> Recipe
    {
        let environment = RecipeEnvironment()
        let evaluated = try await evaluator.evaluate(folder, in: environment)
        return try Recipe(folder: folder, evaluated: evaluated, environment: environment)
    }

    /// A planner over the recipes.
    public func planner(hostTools: HostTools, options: Planner.Options) throws -> Planner {
        try Planner(recipes: recipes, hostTools: hostTools, implicit: ["musl-dev"], options: options)
    }
}
