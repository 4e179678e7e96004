import Recipes

/// An order in which recipes can be built, each after everything it needs, with the circles that were cut for it.
public struct DistributionOrder: Sendable {
    /// One build.
    public struct Step: Sendable, Hashable {
        /// The recipe's index in the table.
        public let row: Int
        /// 1 for the first of two declared builds, 2 for the second, 0 for a recipe that is built once.
        public let stage: Int
        /// How many builds must end one after the other before it can start.
        public let wave: Int
        /// The length of the longest chain of builds that begins here, or its seconds where times are known.
        public let priority: Double
        /// The position in the order of the build that keeps it waiting longest; nil when it waits for none.
        public let waitsFor: Int?
    }

    /// The builds in order: of those that could stand next, the one with the heaviest chain behind it comes first.
    public let steps: [Step]
    /// Circles, each as short as can be, with the link that was cut so that there is an order.
    public let cycles: [RecipeCycle]

    /// The number of waves.
    public var waves: Int { (steps.map(\.wave).max() ?? -1) + 1 }
}

extension Distribution {
    /// An order of some recipes.
    /// - Parameters:
    ///   - rows: the recipes that take part; what they need and is not among them is taken to be there.
    ///   - seconds: by recipe, how long it takes to build; nil when each takes as long.
    public func order(of rows: [Int], seconds: [Double]? = nil) -> DistributionOrder {
        let isIncluded = nodes(of: rows)
        let search = CycleSearch(graph, where: isIncluded, weight: costOfCutting)
        let weight = seconds.map { seconds in (0..<graph.recipes).map { seconds[row(ofBuild: $0)] } }
        let ordering = Ordering(search.graph, where: isIncluded, weight: weight)
        let isStaged = Set(staged)
        var position = [Int](repeating: -1, count: graph.recipes)
        for (index, build) in ordering.order.enumerated() { position[build] = index }
        let steps = ordering.order.map { build in
            let row = row(ofBuild: build)
            let slowest = ordering.slowest[build]
            return DistributionOrder.Step(
                row: row, stage: build >= table.rows.count ? 2 : isStaged.contains(row) ? 1 : 0,
                wave: ordering.wave[build], priority: ordering.priority[build],
                waitsFor: slowest < 0 ? nil : position[slowest])
        }
        return DistributionOrder(steps: steps, cycles: search.cycles.map(named))
    }

    /// The recipes that `rows` need in order to be built and installed, themselves included, sorted.
    public func closure(of rows: [Int]) -> [Int] {
        RecipeClosure(table: table, answers: answers, options: options, own: implicit.own)
            .rows(from: rows, implicit: implicit.everywhere.map(recipe(ofPackage:)))
            .sorted()
    }

    /// Which nodes belong to some recipes.
    func nodes(of rows: [Int]) -> [Bool] {
        var isIncluded = [Bool](repeating: false, count: graph.count)
        for row in rows {
            isIncluded[row] = true
            for package in table.packages(of: row) { isIncluded[graph.recipes + package] = true }
        }
        for (index, row) in staged.enumerated() where isIncluded[row] {
            isIncluded[table.rows.count + index] = true
        }
        return isIncluded
    }
}
