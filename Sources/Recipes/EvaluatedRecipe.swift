/// What a recipe is after its top level was run: raw, before abuild's defaults.
public struct EvaluatedRecipe: Sendable, Hashable, Codable {
    /// Variables by name. Unset and empty differ: an unset variable is absent.
    public var variables: [String: String]
    /// Names of the functions that are defined: phases, split functions and others.
    public var functions: Set<String>

    /// An evaluated recipe of these variables and functions.
    public init(variables: [String: String], functions: Set<String>) {
        self.variables = variables
        self.functions = functions
    }
}

/// Runs the top level of a recipe. It is the seam between reading recipes and whatever runs shell: a real shell
/// in a sandbox, or an evaluator of our own.
public protocol RecipeEvaluating: Sendable {
    /// The variables and functions of the recipe in `folder`, seen with `environment` and nothing else.
    /// Throws when the recipe does not run to its end, naming the recipe's file and line where it is known.
    func evaluate(_ folder: RecipeFolder, in environment: RecipeEnvironment) async throws -> EvaluatedRecipe
}
