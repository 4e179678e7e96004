public import Recipes

/// Why there is no plan.
public enum PlanningError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One step round a circle: `recipe` needs the next one because its `field` names `atom`.
    public struct Link: Sendable, Hashable {
        /// The recipe: `main/bison`.
        public let recipe: String
        /// The field that names the next one.
        public let field: String
        /// The word in it.
        public let atom: String
    }

    /// Nothing of this name can be built.
    case unknownRequest(name: String, near: [String])
    /// No recipe provides what a recipe names, and it is no host tool.
    case unknownDependency(atom: String, field: String, place: Place, near: [String])
    /// Recipes provide the name, but none in a version that fits.
    case versionMismatch(atom: String, field: String, place: Place, offered: [String])
    /// A tool of the machine that builds is named, but the table does not have it.
    case unknownHostTool(atom: String, field: String, place: Place)
    /// The recipe is not for the architecture.
    case wrongArchitecture(
        recipe: String, architecture: String, rule: String, place: Place, neededBy: String?)
    /// The recipe has errors.
    case faultyRecipe(recipe: String, text: String)
    /// Recipes need each other.
    case cycle(RecipeCycle)
    /// The name is provided without a version only, and apk asks to name one of the providers.
    case unchosen(atom: String, field: String, place: Place, offered: [String])

    /// What, where, and what to do.
    public var description: String {
        switch self {
        case .unknownRequest(let name, let near):
            "no recipe is called '\(name)' or makes a package of that name"
                + Self.hint(near, "see 'apkfarm recipe list'")
        case .unknownDependency(let atom, let field, let place, let near):
            "\(place): \(field) names '\(atom)', which no recipe provides"
                + Self.hint(
                    near, "add a recipe, or a line in toolchain/host-tools.tsv if it is a program of the host"
                )
        case .versionMismatch(let atom, let field, let place, let offered):
            "\(place): \(field) asks for '\(atom)' but there is only \(offered.joined(separator: ", "));"
                + " change the constraint or the version"
        case .unknownHostTool(let atom, let field, let place):
            "\(place): \(field) names the tool '\(atom)', which toolchain/host-tools.tsv does not list; add it there"
        case .wrongArchitecture(let recipe, let architecture, let rule, let place, let neededBy):
            "\(place): \(recipe) is not for \(architecture): arch is '\(rule)'"
                + (neededBy.map { "; it is needed by \($0)" } ?? "") + "; overlay its arch if it should be"
        case .faultyRecipe(_, let text):
            text
        case .cycle(let cycle):
            "recipes need each other: \(cycle)"
        case .unchosen(let atom, let field, let place, let offered):
            "\(place): \(field) names '\(atom)', which \(offered.joined(separator: ", ")) provide without a version;"
                + " name one of them, or give one a provider_priority"
        }
    }

    private static func hint(_ near: [String], _ otherwise: String) -> String {
        near.isEmpty
            ? "; \(otherwise)" : "; did you mean \(near.joined(separator: " or "))? Else \(otherwise)"
    }
}

extension PlanningError {
    /// The recipe that the error's place is in; nil for an error without one.
    public var recipeAtFault: String? {
        switch self {
        case .unknownDependency(_, _, let place, _), .versionMismatch(_, _, let place, _),
            .unknownHostTool(_, _, let place), .unchosen(_, _, let place, _):
            place.file.replacing("/APKBUILD", with: "")
        case .wrongArchitecture(let recipe, _, _, _, _): recipe
        case .unknownRequest, .faultyRecipe, .cycle: nil
        }
    }

    /// The error with the exact place in the recipe that it speaks of. `recipe` gets an identity and may know the recipe.
    public func located(_ recipe: (String) -> Recipe?) -> PlanningError {
        func exact(_ place: Place, _ field: String, _ atom: String?) -> Place {
            guard let found = recipe(place.file.replacing("/APKBUILD", with: "")) else { return place }
            let fields = [field, "makedepends"]
            let set = fields.first { found.evaluated.variables[$0] != nil } ?? field
            return found.place(of: set, word: atom)
        }
        switch self {
        case .unknownDependency(let atom, let field, let place, let near):
            return .unknownDependency(atom: atom, field: field, place: exact(place, field, atom), near: near)
        case .versionMismatch(let atom, let field, let place, let offered):
            return .versionMismatch(
                atom: atom, field: field, place: exact(place, field, atom), offered: offered)
        case .unknownHostTool(let atom, let field, let place):
            return .unknownHostTool(atom: atom, field: field, place: exact(place, field, atom))
        case .unchosen(let atom, let field, let place, let offered):
            return .unchosen(atom: atom, field: field, place: exact(place, field, atom), offered: offered)
        case .wrongArchitecture(let name, let architecture, let rule, let place, let neededBy):
            return .wrongArchitecture(
                recipe: name, architecture: architecture, rule: rule, place: exact(place, "arch", nil),
                neededBy: neededBy)
        case .unknownRequest, .faultyRecipe, .cycle: return self
        }
    }
}
