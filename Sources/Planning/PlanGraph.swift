import Apk
import Recipes

/// The part of all recipes that a plan reaches, as it grows.
struct PlanGraph {
    /// What a recipe needs built before, and the words that say so: its own, and when they lead there only by what
    /// packages depend on, the last of those.
    private struct Edge {
        let recipe: Int
        let field: String
        let atom: String
        let via: DependencyAtom?

        var words: String { via.map { "\(atom), which depends on \($0)" } ?? atom }
    }

    private let resolver: NeedResolver
    private let implicit: [(name: String, provider: ProviderTable.Provider)]
    private let belowImplicit: Set<Int>
    private(set) var needs: [Int: ResolvedNeeds] = [:]
    private var reasons: [Int: [BuildPlan.Reason]] = [:]

    init(
        resolver: NeedResolver, implicit: [(name: String, provider: ProviderTable.Provider)],
        belowImplicit: Set<Int>
    ) {
        self.resolver = resolver
        self.implicit = implicit
        self.belowImplicit = belowImplicit
    }

    /// Adds a recipe and everything that it needs.
    mutating func add(_ recipe: Int, because reason: BuildPlan.Reason) throws(PlanningError) {
        reasons[recipe, default: []].append(reason)
        var waiting = needs[recipe] == nil ? [recipe] : []
        while let next = waiting.popLast() {
            guard needs[next] == nil else { continue }
            let recipe = resolver.recipes[next]
            let errors = recipe.recipe.errors
            guard errors.isEmpty else {
                throw .faultyRecipe(recipe: recipe.identity, findings: errors)
            }
            let resolved = try resolver.resolve(next)
            needs[next] = resolved
            for need in resolved.build {
                note(
                    .buildNeed(of: recipe.identity, field: need.field, atom: need.atom.description),
                    need.provider.recipe, &waiting)
            }
            for need in resolved.runtime.joined() {
                note(
                    .runtimeNeed(of: recipe.identity, field: need.field, atom: need.atom.description),
                    need.provider.recipe, &waiting)
            }
            for (name, provider) in implicit where !belowImplicit.contains(next) {
                note(.implicit(of: recipe.identity, package: name), provider.recipe, &waiting)
            }
        }
    }

    private mutating func note(_ reason: BuildPlan.Reason, _ recipe: Int, _ waiting: inout [Int]) {
        reasons[recipe, default: []].append(reason)
        if needs[recipe] == nil { waiting.append(recipe) }
    }

    /// The plan, or the cycle that prevents one.
    func ordered() throws(PlanningError) -> BuildPlan {
        let nodes = needs.keys.sorted()
        let number = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, $0) })
        var search = PackageSearch(recipes: resolver.recipes)
        let edges = nodes.map { self.edges(of: $0, &search) }
        let ordering: Ordering
        do throws(Ordering.Cycle) {
            ordering = try Ordering(needs: edges.map { $0.compactMap { number[$0.recipe] } })
        } catch {
            throw cycle(error.nodes, nodes, edges)
        }
        var position = [Int](repeating: 0, count: nodes.count)
        for (index, node) in ordering.order.enumerated() { position[node] = index }
        return BuildPlan(
            steps: ordering.order.map { node in
                let before = edges[node].compactMap { number[$0.recipe] }.sorted {
                    position[$0] < position[$1]
                }
                return step(
                    nodes[node], needs: before.map { resolver.recipes[nodes[$0]].identity },
                    wave: ordering.wave[node], priority: ordering.priority[node])
            })
    }

    /// Everything that must be published before `node` is built: what its build installs and what that depends on.
    private func edges(of node: Int, _ search: inout PackageSearch) -> [Edge] {
        var edges: [Edge] = []
        search.begin(at: node)
        var waiting: [(provider: ProviderTable.Provider, field: String, atom: String, via: DependencyAtom?)] =
            []
        for need in needs[node]?.build ?? [] {
            waiting.append((need.provider, need.field, need.atom.description, nil))
        }
        if !belowImplicit.contains(node) {
            for (name, provider) in implicit {
                waiting.append((provider, "the implicit build root", name, nil))
            }
        }
        var next = 0
        while next < waiting.count {
            let (provider, field, atom, via) = waiting[next]
            next += 1
            guard search.visitsFirst(provider) else { continue }
            if search.reachesFirst(provider.recipe) {
                edges.append(Edge(recipe: provider.recipe, field: field, atom: atom, via: via))
            }
            for need in needs[provider.recipe]?.runtime[provider.package] ?? []
            where !search.hasVisited(need.provider) {
                waiting.append((need.provider, field, atom, need.atom))
            }
        }
        return edges
    }

    private func step(_ node: Int, needs before: [String], wave: Int, priority: Int) -> BuildPlan.Step {
        let resolved = needs[node] ?? ResolvedNeeds()
        var packages = Set(
            resolved.build.map { resolver.recipes[$0.provider.recipe].packages[$0.provider.package] })
        if !belowImplicit.contains(node) {
            for (_, provider) in implicit {
                packages.insert(resolver.recipes[provider.recipe].packages[provider.package])
            }
        }
        let why = reasons[node] ?? []
        var seen: Set<BuildPlan.Reason> = []
        let ordered = (why.filter(\.isRequest) + why.filter { !$0.isRequest }).filter {
            seen.insert($0).inserted
        }
        return BuildPlan.Step(
            recipe: resolver.recipes[node].recipe, reasons: ordered, needs: before,
            hostTools: resolved.hostTools.sorted(), buildPackages: packages.sorted(),
            buildAtoms: resolved.build.map(\.atom) + resolved.conflicts, wave: wave, priority: priority)
    }

    private func cycle(_ cycle: [Int], _ nodes: [Int], _ edges: [[Edge]]) -> PlanningError {
        let links = cycle.indices.map { index in
            let node = cycle[index]
            let next = nodes[cycle[(index + 1) % cycle.count]]
            let edge = edges[node].first { $0.recipe == next }
            return PlanningError.Link(
                recipe: resolver.recipes[nodes[node]].identity, field: edge?.field ?? "",
                atom: edge?.words ?? "")
        }
        return .cycle(links)
    }
}

/// Which packages and recipes one search has met. The tables are made once and serve many searches.
private struct PackageSearch {
    /// By recipe: the number of its main package.
    private var firstPackage: [Int] = []
    /// By package: the last search that visited it.
    private var visited: [Int]
    /// By recipe: the last search that reached it.
    private var reached: [Int]
    private var search = 0

    init(recipes: [RecipeNode]) {
        var count = 0
        for recipe in recipes {
            firstPackage.append(count)
            count += recipe.packages.count
        }
        visited = [Int](repeating: 0, count: count)
        reached = [Int](repeating: 0, count: recipes.count)
    }

    /// Begins a search that has reached nothing but `recipe`.
    mutating func begin(at recipe: Int) {
        search += 1
        reached[recipe] = search
    }

    func hasVisited(_ provider: ProviderTable.Provider) -> Bool {
        visited[firstPackage[provider.recipe] + provider.package] == search
    }

    mutating func visitsFirst(_ provider: ProviderTable.Provider) -> Bool {
        guard !hasVisited(provider) else { return false }
        visited[firstPackage[provider.recipe] + provider.package] = search
        return true
    }

    mutating func reachesFirst(_ recipe: Int) -> Bool {
        guard reached[recipe] != search else { return false }
        reached[recipe] = search
        return true
    }
}

extension BuildPlan.Reason {
    /// Whether somebody asked.
    var isRequest: Bool {
        if case .requested = self { return true }
        return false
    }
}
