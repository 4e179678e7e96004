import Recipes

/// Finds which recipes must be published before one can be built: those of the packages that its build installs, and
/// of what these depend on. Its tables are made once and serve many searches.
struct InstallSearch {
    private let distribution: Distribution
    /// By node: the last search that met it.
    private var met: [Int32]
    private var search: Int32 = 0

    init(_ distribution: Distribution) {
        self.distribution = distribution
        met = [Int32](repeating: 0, count: distribution.graph.count)
    }

    /// The recipes that must be published before `row` is built, itself left out, the nearest first.
    mutating func recipes(neededBy row: Int) -> [Int] {
        let graph = distribution.graph
        search += 1
        let start = distribution.lastBuild(of: row)
        met[start] = search
        met[row] = search
        var queue = [start]
        var found: [Int] = []
        var next = 0
        while next < queue.count {
            let node = queue[next]
            next += 1
            for target in graph.needs(of: node).map(Int.init) where met[target] != search {
                met[target] = search
                if graph.isBuild(target) {
                    found.append(distribution.row(ofBuild: target))
                } else {
                    queue.append(target)
                }
            }
        }
        return found
    }
}

/// Says of the steps of a plan which others must be published before.
public struct StepNeeds {
    private let distribution: Distribution
    private var search: InstallSearch
    private var position: [Int]

    init(_ distribution: Distribution, _ outline: PlanOutline) {
        self.distribution = distribution
        search = InstallSearch(distribution)
        position = [Int](repeating: -1, count: distribution.table.rows.count)
        for (index, step) in outline.steps.enumerated() { position[step.row] = index }
    }

    /// The recipes that must be published before a step, in plan order. What stands behind the step in the plan is there
    /// already, by a first build.
    public mutating func recipes(before step: PlanOutline.Step) -> [String] {
        search.recipes(neededBy: step.row).filter { position[$0] >= 0 && position[$0] < position[step.row] }
            .sorted { position[$0] < position[$1] }
            .map(distribution.identity(of:))
    }

    /// The recipes whose declared first build must be published before a step, in plan order: of what it needs and stands
    /// behind it, and its own.
    public mutating func firstBuilds(before step: PlanOutline.Step) -> [String] {
        let staged = distribution.staged
        guard !staged.isEmpty else { return [] }
        let later = search.recipes(neededBy: step.row).filter { position[$0] > position[step.row] }
        return (later + [step.row]).filter(staged.contains)
            .sorted { position[$0] < position[$1] }
            .map(distribution.identity(of:))
    }
}

extension Distribution {
    /// What the steps of a plan need of each other.
    public func needs(in outline: PlanOutline) -> StepNeeds { StepNeeds(self, outline) }
}
