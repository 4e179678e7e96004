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
    case unknownHostTool(atom: String, place: Place)
    /// The recipe is not for the architecture.
    case wrongArchitecture(
        recipe: String, architecture: String, rule: String, place: Place, neededBy: String?)
    /// The recipe has errors.
    case faultyRecipe(recipe: String, findings: [Finding])
    /// Recipes need each other.
    case cycle([Link])
    /// Two recipes have one name.
    case duplicate(package: String, first: Place, second: Place)

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
        case .unknownHostTool(let atom, let place):
            "\(place): makedepends_build names '\(atom)', which toolchain/host-tools.tsv does not list; add it there"
        case .wrongArchitecture(let recipe, let architecture, let rule, let place, let neededBy):
            "\(place): \(recipe) is not for \(architecture): arch is '\(rule)'"
                + (neededBy.map { "; it is needed by \($0)" } ?? "") + "; overlay its arch if it should be"
        case .faultyRecipe(_, let findings):
            findings.map(\.description).joined(separator: "\n")
        case .cycle(let links):
            Self.text(of: links)
        case .duplicate(let package, let first, let second):
            "\(second): the package '\(package)' is made by \(first) too; remove one of the recipes"
        }
    }

    private static func hint(_ near: [String], _ otherwise: String) -> String {
        near.isEmpty
            ? "; \(otherwise)" : "; did you mean \(near.joined(separator: " or "))? Else \(otherwise)"
    }

    private static func text(of links: [Link]) -> String {
        let chain = (links + links.prefix(1)).map(\.recipe).joined(separator: " → ")
        let reasons = links.map { "\n  \($0.recipe): \($0.field) names '\($0.atom)'" }.joined()
        return
            "recipes need each other: \(chain)\(reasons)\ncut one of these lines, for example by an overlay that"
            + " builds without checkdepends"
    }
}
