import Recipes

/// The first of two declared builds of a recipe, with what must be published before.
public struct FirstBuild: Sendable {
    /// The recipe's index in the distribution's table.
    public let row: Int
    /// `main/zlib`.
    public let identity: String
    /// Recipes that are built once, in plan order.
    public let needs: [String]
    /// Recipes of which the first build suffices.
    public let firstBuilds: [String]
}

/// The first of two declared builds: without some lists, so that others can be built that the second one needs.
extension Distribution {
    /// The builds that must be done before a plan's own steps, as the way out of circles that is declared: first builds
    /// and what those need, in the order of `order`.
    func firstBuilds(in order: DistributionOrder) -> [Int] {
        var isNeeded = [Bool](repeating: false, count: graph.count)
        var open = order.steps.filter { $0.stage == 1 }.map(\.row)
        for build in open { isNeeded[build] = true }
        while let node = open.popLast() {
            for target in graph.needs(of: node).map(Int.init) where !isNeeded[target] {
                isNeeded[target] = true
                open.append(target)
            }
        }
        return order.steps.filter { $0.stage != 2 && isNeeded[$0.row] }.map(\.row)
    }

    /// The first builds of a plan's declared stages, each after those that it needs; empty in nearly every plan.
    public func firstBuilds(of outline: PlanOutline) -> [FirstBuild] {
        let rows = outline.bootstrap.compactMap { table.row(of: $0) }
        return rows.filter { !listsLeftOut(of: $0).isEmpty }.map { row in
            let needed = recipesNeeded(byBuild: row)
            let others = rows.filter { $0 != row && needed.contains($0) }
            return FirstBuild(
                row: row, identity: identity(of: row),
                needs: others.filter { listsLeftOut(of: $0).isEmpty }.map(identity(of:)),
                firstBuilds: others.filter { !listsLeftOut(of: $0).isEmpty }.map(identity(of:)))
        }
    }

    /// Recipes whose packages a build installs, directly or with what they depend on.
    private func recipesNeeded(byBuild build: Int) -> Set<Int> {
        var found: Set<Int> = []
        var isSeen: Set<Int> = [build]
        var open = [build]
        while let node = open.popLast() {
            for target in graph.needs(of: node).map(Int.init) where isSeen.insert(target).inserted {
                if graph.isBuild(target) { found.insert(row(ofBuild: target)) } else { open.append(target) }
            }
        }
        return found
    }

    /// The lists that the first build of a recipe goes without; empty for one that is built once.
    func listsLeftOut(of row: Int) -> Set<RecipeTable.Field> { stages.fields[identity(of: row)] ?? [] }

    /// The plan of the first builds of `outline`; nil when it has none.
    func firstStage(
        of outline: PlanOutline, recipes: [String: Recipe]
    ) throws(PlanningError) -> BuildPlan? {
        guard !outline.bootstrap.isEmpty else { return nil }
        let inPlan = Dictionary(
            outline.steps.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
        var steps: [BuildPlan.Step] = []
        for identity in outline.bootstrap {
            guard let row = table.row(of: identity), let step = inPlan[identity] else { continue }
            let needs = recipesNeeded(byBuild: row)
            let left = listsLeftOut(of: row)
            steps.append(
                BuildPlan.Step(
                    recipe: try recipe(identity, recipes), reasons: step.reasons,
                    needs: outline.bootstrap.filter { other in
                        other != identity && table.row(of: other).map(needs.contains) == true
                    },
                    hostTools: hostTools(of: row, leavingOut: left),
                    buildPackages: try buildPackages(of: row, leavingOut: left),
                    buildAtoms: try buildAtoms(of: row, leavingOut: left), wave: step.wave,
                    priority: Int(step.priority.rounded()), isFirstBuild: !left.isEmpty))
        }
        return BuildPlan(steps: steps, bootstrap: [], firstStage: nil)
    }
}
