/// Finds circles through builds, each as short as can be, and cuts one edge of each until none is left.
struct CycleSearch {
    /// A way round: nodes of which each needs the next and the last the first.
    struct Cycle {
        let nodes: [Int]
        /// The position of the node whose need of the next one is cut.
        let cut: Int
    }

    private(set) var graph: NeedGraph
    private(set) var cycles: [Cycle] = []
    private(set) var cuts: [(from: Int, to: Int)] = []

    /// - Parameters:
    ///   - graph: the graph.
    ///   - isIncluded: which nodes take part.
    ///   - weight: how much it costs to cut the edge between two nodes; the cheapest of a circle is cut.
    init(_ graph: NeedGraph, where isIncluded: [Bool], weight: (Int, Int) -> Int) {
        self.graph = graph
        var isIncluded = isIncluded
        while true {
            let components = Components(self.graph, where: isIncluded)
            var isLeft = [Bool](repeating: false, count: graph.count)
            var found: [Cycle] = []
            for component in 0..<components.count {
                let nodes = components.nodes(of: component)
                guard nodes.count > 1, nodes.contains(where: { graph.isBuild(Int($0)) }) else { continue }
                guard let nodes = Self.shortest(self.graph, components, component) else { continue }
                for node in components.nodes(of: component) { isLeft[Int(node)] = true }
                let edges = nodes.indices.map { weight(nodes[$0], nodes[($0 + 1) % nodes.count]) }
                let cheapest = edges.indices.min { edges[$0] < edges[$1] } ?? 0
                found.append(Cycle(nodes: nodes, cut: cheapest))
            }
            if found.isEmpty { break }
            var cut: [(from: Int, to: Int)] = []
            for cycle in found {
                cut.append((cycle.nodes[cycle.cut], cycle.nodes[(cycle.cut + 1) % cycle.nodes.count]))
            }
            cycles += found
            cuts += cut
            self.graph = self.graph.without(cut)
            // What was in no circle will be in none.
            isIncluded = isLeft
        }
    }

    /// A circle of a part with as few builds as there are, beginning at its build with the lowest number. Searched in
    /// breadth from each build of the part, at most 500: beyond that the first found is short enough to act on.
    private static func shortest(_ graph: NeedGraph, _ components: Components, _ component: Int) -> [Int]? {
        let builds = components.nodes(of: component).filter { graph.isBuild(Int($0)) }.sorted().prefix(500)
        var best: (builds: Int, nodes: [Int])?
        var cameFrom = [Int: Int]()
        var distance = [Int: Int]()
        for start in builds.map(Int.init) {
            cameFrom.removeAll(keepingCapacity: true)
            distance.removeAll(keepingCapacity: true)
            distance[start] = 0
            // Two queues, so that steps between packages cost nothing and builds cost one.
            var near = [start]
            var far: [Int] = []
            var next = 0
            var end: Int?
            search: while true {
                if next == near.count {
                    if far.isEmpty { break }
                    near = far
                    far = []
                    next = 0
                }
                let node = near[next]
                next += 1
                let steps = distance[node] ?? 0
                if let best, steps + 1 >= best.builds { break }
                for target in graph.needs(of: node).map(Int.init)
                where components.number[target] == Int32(component) {
                    if target == start {
                        end = node
                        break search
                    }
                    guard distance[target] == nil else { continue }
                    cameFrom[target] = node
                    if graph.isBuild(target) {
                        distance[target] = steps + 1
                        far.append(target)
                    } else {
                        distance[target] = steps
                        near.append(target)
                    }
                }
            }
            guard let end else { continue }
            var nodes = [end]
            while let previous = cameFrom[nodes[nodes.count - 1]] { nodes.append(previous) }
            let cycle = Array(nodes.reversed())
            let count = cycle.count { graph.isBuild($0) }
            if best.map({ count < $0.builds }) ?? true { best = (count, cycle) }
            if count == 1 { break }
        }
        return best?.nodes
    }
}
