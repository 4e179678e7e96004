import Recipes

/// Who must be there before whom. Nodes are numbers: 0..<recipes is building a recipe, recipes..<count is installing a
/// package. Building needs packages installed; installing a package needs its recipe built and the packages installed
/// that it depends on.
///
/// Packages that depend on each other are no circle: they are installed together. Only a circle through a build is one.
struct NeedGraph: Sendable {
    /// How many nodes are builds.
    let recipes: Int
    /// By node, one more at the end: where its needs begin in `targets`.
    private(set) var starts: [UInt32]
    /// Needs of all nodes.
    private(set) var targets: [UInt32]

    var count: Int { starts.count - 1 }

    func needs(of node: Int) -> ArraySlice<UInt32> { targets[Int(starts[node])..<Int(starts[node + 1])] }

    func isBuild(_ node: Int) -> Bool { node < recipes }

    /// The graph of these edges, each once, in the order in which they are given.
    init(recipes: Int, nodes: Int, edges: [(from: UInt32, to: UInt32)]) {
        self.recipes = recipes
        var starts = [UInt32](repeating: 0, count: nodes + 1)
        for edge in edges { starts[Int(edge.from) + 1] += 1 }
        for index in 1...nodes { starts[index] += starts[index - 1] }
        var targets = [UInt32](repeating: 0, count: edges.count)
        var next = starts
        for edge in edges {
            targets[Int(next[Int(edge.from)])] = edge.to
            next[Int(edge.from)] += 1
        }
        self.starts = starts
        self.targets = targets
    }

    /// The graph with every edge turned round.
    func reversed() -> NeedGraph {
        var edges: [(from: UInt32, to: UInt32)] = []
        edges.reserveCapacity(targets.count)
        for node in 0..<count {
            for target in needs(of: node) { edges.append((target, UInt32(node))) }
        }
        return NeedGraph(recipes: recipes, nodes: count, edges: edges)
    }

    /// The graph without some edges, given by node and need.
    func without(_ cut: [(from: Int, to: Int)]) -> NeedGraph {
        guard !cut.isEmpty else { return self }
        let cut = Set(cut.map { UInt64($0.from) << 32 | UInt64($0.to) })
        var edges: [(from: UInt32, to: UInt32)] = []
        edges.reserveCapacity(targets.count)
        for node in 0..<count {
            for target in needs(of: node) where !cut.contains(UInt64(node) << 32 | UInt64(target)) {
                edges.append((UInt32(node), target))
            }
        }
        return NeedGraph(recipes: recipes, nodes: count, edges: edges)
    }
}

/// The strongly connected parts of a graph: in each, everything needs everything. Found by Tarjan's algorithm without
/// recursion; a part comes after all parts that it needs.
struct Components: Sendable {
    /// By node: the number of its part; -1 for a node that was left out.
    private(set) var number: [Int32]
    /// Nodes by part.
    private(set) var members: [Int32]
    /// By part, one more at the end: where its members begin.
    private(set) var starts: [Int32] = [0]

    var count: Int { starts.count - 1 }

    func nodes(of component: Int) -> ArraySlice<Int32> {
        members[Int(starts[component])..<Int(starts[component + 1])]
    }

    init(_ graph: NeedGraph, where isIncluded: [Bool]) {
        let count = graph.count
        number = [Int32](repeating: -1, count: count)
        members = []
        members.reserveCapacity(count)
        var index = [Int32](repeating: -1, count: count)
        var low = [Int32](repeating: 0, count: count)
        var next = [UInt32](repeating: 0, count: count)
        var stack: [Int32] = []
        var path: [Int32] = []
        var counter: Int32 = 0
        for root in 0..<count where isIncluded[root] && index[root] < 0 {
            path.append(Int32(root))
            while let top = path.last {
                let node = Int(top)
                if index[node] < 0 {
                    index[node] = counter
                    low[node] = counter
                    counter += 1
                    next[node] = graph.starts[node]
                    stack.append(top)
                }
                var descended = false
                let end = graph.starts[node + 1]
                while next[node] < end {
                    let target = Int(graph.targets[Int(next[node])])
                    if !isIncluded[target] {
                        next[node] += 1
                    } else if index[target] < 0 {
                        path.append(Int32(target))
                        descended = true
                        break
                    } else {
                        if number[target] < 0 { low[node] = min(low[node], low[target]) }
                        next[node] += 1
                    }
                }
                if descended { continue }
                path.removeLast()
                if low[node] == index[node] {
                    let component = Int32(starts.count - 1)
                    while let member = stack.popLast() {
                        number[Int(member)] = component
                        members.append(member)
                        if member == top { break }
                    }
                    starts.append(Int32(members.count))
                }
            }
        }
    }
}
