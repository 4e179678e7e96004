import Apk
public import Recipes

/// Makes plans over a set of recipes. Pure: the same recipes and requests give the same plan.
///
/// A build installs what makedepends and checkdepends name, and what those packages depend on in turn; all of that
/// must be published before. What a recipe's packages depend on once installed belongs into the plan too, or nobody
/// could install them, but need not be built before.
public struct Planner: Sendable {
    /// What to plan for.
    public struct Options: Sendable, Hashable {
        /// The architecture of the packages.
        public var architecture = "wasm32"
        /// Whether tests are run, and so checkdepends installed.
        public var runsChecks = true
        /// Whether what packages depend on when installed is planned too.
        public var includesRuntime = true

        /// Packages for wasm32, with tests, that can be installed.
        public init() {}
    }

    private let resolver: NeedResolver
    private let implicit: [(name: String, provider: ProviderTable.Provider)]
    /// Recipes that are built without the implicit packages, since those need them.
    private let belowImplicit: Set<Int>

    /// A planner over `recipes`. `implicit` are packages of every build root, except where building or installing
    /// them needs it: there they cannot be yet. Names among `implicit` that no recipe makes are an error.
    public init(
        recipes: [Recipe], hostTools: HostTools = HostTools(), implicit: [String] = ["musl-dev"],
        options: Options = Options()
    ) throws(PlanningError) {
        let recipes = recipes.sorted { $0.identity.utf8.lexicographicallyPrecedes($1.identity.utf8) }
        let table = try ProviderTable(recipes)
        resolver = NeedResolver(recipes: recipes, table: table, hostTools: hostTools, options: options)
        var found: [(name: String, provider: ProviderTable.Provider)] = []
        for name in implicit { found.append((name, try Self.provider(of: name, resolver))) }
        self.implicit = found
        var below = PlanGraph(resolver: resolver, implicit: [], belowImplicit: [])
        for (_, provider) in found { try below.add(provider.recipe, because: .requested(as: "")) }
        belowImplicit = Set(below.needs.keys)
    }

    /// The plan for these names: of recipes (`zlib`, `main/zlib`), of packages (`zlib-dev`), or what they provide.
    public func plan(_ requested: [String]) throws(PlanningError) -> BuildPlan {
        var graph = PlanGraph(resolver: resolver, implicit: implicit, belowImplicit: belowImplicit)
        for name in requested {
            try graph.add(try Self.provider(of: name, resolver).recipe, because: .requested(as: name))
        }
        return try graph.ordered()
    }

    /// The identities of all recipes that are built for the architecture, sorted: `main/zlib`.
    public var buildable: [String] {
        resolver.recipes.filter { $0.arch.allows(resolver.options.architecture) }.map(\.identity)
    }

    private static func provider(
        of name: String, _ resolver: NeedResolver
    ) throws(PlanningError) -> ProviderTable.Provider {
        let parts = name.split(separator: "/", maxSplits: 1)
        let isIdentity = parts.count == 2 && !name.hasPrefix("/")
        var candidates: [ProviderTable.Provider] = []
        do {
            let package = try PackageName(parsing: isIdentity ? String(parts[1]) : name)
            candidates = resolver.table.candidates(for: package)
        } catch {
            throw .unknownRequest(name: name, near: [])
        }
        if isIdentity {
            candidates = candidates.filter { resolver.recipes[$0.recipe].repository == parts[0] }
        }
        guard let provider = candidates.first else {
            throw .unknownRequest(name: name, near: resolver.table.near(String(parts.last ?? "")))
        }
        guard resolver.recipes[provider.recipe].arch.allows(resolver.options.architecture) else {
            throw resolver.wrongArchitecture(provider.recipe, neededBy: nil)
        }
        return provider
    }
}
