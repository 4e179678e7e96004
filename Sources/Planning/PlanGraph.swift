import Apk
import Recipes

/// The part of all recipes that a plan reaches, as it grows.
struct PlanGraph {
    /// What `recipe` needs built before, and the words that say so.
    private struct Edge {
        let recipe: Int
        let field: String
        let atom: String
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
            guard recipe.errors.isEmpty else {
                throw .faultyRecipe(recipe: recipe.identity, findings: recipe.errors)
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
        let edges = nodes.map { self.edges(of: $0) }
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
    private func edges(of node: Int) -> [Edge] {
        var edges: [Edge] = []
        var seenRecipes: Set<Int> = [node]
        var seenPackages: Set<ProviderKey> = []
        var waiting: [(provider: ProviderTable.Provider, field: String, atom: String)] = []
        for need in needs[node]?.build ?? [] {
            waiting.append((need.provider, need.field, need.atom.description))
        }
        if !belowImplicit.contains(node) {
            for (name, provider) in implicit { waiting.append((provider, "the implicit build root", name)) }
        }
        var next = 0
        while next < waiting.count {
            let (provider, field, atom) = waiting[next]
            next += 1
            guard seenPackages.insert(ProviderKey(provider)).inserted else { continue }
            if seenRecipes.insert(provider.recipe).inserted {
                edges.append(Edge(recipe: provider.recipe, field: field, atom: atom))
            }
            for need in needs[provider.recipe]?.runtime[provider.package] ?? [] {
                waiting.append((need.provider, field, "\(atom), which depends on \(need.atom)"))
            }
        }
        return edges
    }

    private struct ProviderKey: Hashable {
        let recipe: Int
        let package: Int

        init(_ provider: ProviderTable.Provider) {
            recipe = provider.recipe
            package = provider.package
        }
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
            recipe: resolver.recipes[node], reasons: ordered, needs: before,
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
                atom: edge?.atom ?? "")
        }
        return .cycle(links)
    }
}

extension BuildPlan.Reason {
    /// Whether somebody asked.
    var isRequest: Bool {
        if case .requested = self { return true }
        return false
    }
}
