import Apk
import Recipes

/// Which recipe makes a package that answers to a name: by its own name, a subpackage's, or what `provides` says.
struct ProviderTable: Sendable {
    /// One package that answers to a name.
    struct Provider: Sendable, Hashable {
        /// The recipe's number.
        let recipe: Int
        /// The package; 0 is the main one, 1 the first subpackage.
        let package: Int
        /// The version that it has or is provided with; nil fits every constraint.
        let version: PackageVersion?
        /// Whether the name is the package's own.
        let isOwnName: Bool
        /// `provider_priority`.
        let priority: Int
    }

    private var providers: [PackageName: [Provider]] = [:]

    /// The table of these recipes; throws the first two that make a package of one name in one repository.
    init(_ recipes: [Recipe]) throws(PlanningError) {
        providers.reserveCapacity(recipes.count * 3)
        for (index, recipe) in recipes.enumerated() {
            let priority = Int(recipe.evaluated.variables["provider_priority"] ?? "") ?? 0
            for (package, name) in recipe.packages.enumerated() {
                if package == 0 { try Self.checkUnique(recipe, name, providers[name] ?? [], recipes) }
                providers[name, default: []].append(
                    Provider(
                        recipe: index, package: package, version: recipe.version, isOwnName: true,
                        priority: priority))
            }
            for atom in recipe.provides where !atom.isConflict {
                providers[atom.name, default: []].append(
                    Provider(
                        recipe: index, package: 0, version: atom.version, isOwnName: false, priority: priority
                    ))
            }
        }
    }

    /// Everything that answers to `name`, the best first: a package of that name before one that provides it, then
    /// by provider_priority, version, and order of the recipes.
    func candidates(for name: PackageName) -> [Provider] {
        (providers[name] ?? []).sorted { left, right in
            if left.isOwnName != right.isOwnName { return left.isOwnName }
            if left.priority != right.priority { return left.priority > right.priority }
            if let a = left.version, let b = right.version, a != b { return a > b }
            return (left.recipe, left.package) < (right.recipe, right.package)
        }
    }

    /// Names like `name`, nearest first, at most three.
    func near(_ name: String) -> [String] {
        NearNames.of(name, among: providers.keys.map(\.description))
    }

    private static func checkUnique(
        _ recipe: Recipe, _ name: PackageName, _ others: [Provider], _ recipes: [Recipe]
    ) throws(PlanningError) {
        for other in others where other.isOwnName && other.package == 0 {
            throw .duplicate(
                package: name.description, first: recipes[other.recipe].place(of: "pkgname"),
                second: recipe.place(of: "pkgname"))
        }
    }
}

/// Names that somebody may have meant.
enum NearNames {
    /// Up to three of `names` that differ from `name` by few letters, or by an ending such as -dev; nearest first.
    static func of(_ name: String, among names: [String]) -> [String] {
        let wanted = Array(name.utf8)
        let limit = max(1, wanted.count / 4)
        var found: [(distance: Int, name: String)] = []
        for other in names where other != name {
            let bytes = Array(other.utf8)
            if let distance = distance(wanted, bytes, limit: limit) {
                found.append((distance, other))
            } else if other.hasPrefix(name + "-") || name.hasPrefix(other + "-") {
                found.append((limit + 1, other))
            }
        }
        return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// The number of letters to insert, remove or replace; nil when it is more than `limit`.
    private static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int? {
        guard abs(left.count - right.count) <= limit else { return nil }
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let current = row[j + 1]
                row[j + 1] = min(previous + (a == b ? 0 : 1), min(row[j], current) + 1)
                previous = current
            }
        }
        return row[right.count] <= limit ? row[right.count] : nil
    }
}
