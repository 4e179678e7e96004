/// What a recipe is after its top level was run: raw, before abuild's defaults.
public struct EvaluatedRecipe: Sendable, Hashable, Codable {
    /// Variables by name. Unset and empty differ: an unset variable is absent.
    public var variables: [String: String]
    /// Names of the functions that are defined: phases, split functions and others.
    public var functions: Set<String>
    /// What split functions set, in the order of `subpackages`; empty when nobody asked.
    public var splits: [SplitFields]
    /// Whether files beside the recipe were looked at: then it is to be read again when one of them changes.
    public var looksAtFiles = false

    /// An evaluated recipe of these variables and functions.
    public init(variables: [String: String], functions: Set<String>, splits: [SplitFields] = []) {
        self.variables = variables
        self.functions = functions
        self.splits = splits
    }

    private enum CodingKeys: String, CodingKey { case variables, functions, splits }

    /// Reads the form that ``encode(to:)`` writes; `splits` may be missing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        variables = try container.decode([String: String].self, forKey: .variables)
        functions = try container.decode(Set<String>.self, forKey: .functions)
        splits = try container.decodeIfPresent([SplitFields].self, forKey: .splits) ?? []
    }
}

/// Runs the top level of a recipe: the seam between reading recipes and what runs shell. ``RecipeEvaluator`` is the
/// one that the farm uses.
public protocol RecipeEvaluating: Sendable {
    /// The variables and functions of the recipe in `folder`, seen with `environment` and nothing else.
    /// Throws ``RecipeError`` when the recipe does not run to its end, with the file, line and column.
    func evaluate(_ folder: RecipeFolder, in environment: RecipeEnvironment) throws(RecipeError)
        -> EvaluatedRecipe
}
