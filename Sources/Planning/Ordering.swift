/// An order of builds in which each stands after everything it needs.
struct Ordering {
    /// Builds in order.
    private(set) var order: [Int] = []
    /// By build: how many builds must end one after the other before it can start.
    private(set) var wave: [Int]
    /// By build: what the longest chain of builds weighs that begins here, itself counted.
    private(set) var priority: [Double]
    /// By build: the one that keeps it waiting longest; -1 for none.
    private(set) var slowest: [Int]
    /// The parts of the graph, what they need and who needs them; by part, its build or -1.
    private let edges: NeedGraph
    private let reversed: NeedGraph
    private let build: [Int]

    /// Orders the builds that take part in a graph without circles through builds.
    ///
    /// Of the builds that could stand next the one with the heaviest chain behind it comes first, and of equals the
    /// one with the lower number.
    /// - Parameter weight: by build, how long it takes; nil when each takes as long.
    init(_ graph: NeedGraph, where isIncluded: [Bool], weight: [Double]? = nil) {
        let components = Components(graph, where: isIncluded)
        // A part is one build, or packages that are installed together.
        let edges = Self.condensed(graph, components)
        var build = [Int](repeating: -1, count: components.count)
        for component in 0..<components.count {
            for node in components.nodes(of: component) where graph.isBuild(Int(node)) {
                build[component] = Int(node)
            }
        }
        wave = [Int](repeating: 0, count: graph.recipes)
        priority = [Double](repeating: 0, count: graph.recipes)
        slowest = [Int](repeating: -1, count: graph.recipes)
        let reversed = edges.reversed()
        self.edges = edges
        self.reversed = reversed
        self.build = build

        // Parts come after those that they need.
        var ended = [(wave: Int, time: Double, build: Int)](repeating: (0, 0, -1), count: components.count)
        for component in 0..<components.count {
            var start = ended[component]
            for need in edges.needs(of: component).map({ ended[Int($0)] }) {
                start.wave = max(start.wave, need.wave)
                if need.time > start.time { (start.time, start.build) = (need.time, need.build) }
            }
            let own = build[component]
            if own >= 0 {
                wave[own] = start.wave
                slowest[own] = start.build
                start = (start.wave + 1, start.time + (weight?[own] ?? 1), own)
            }
            ended[component] = start
        }
        var chain = [Double](repeating: 0, count: components.count)
        for component in stride(from: components.count - 1, through: 0, by: -1) {
            var behind = 0.0
            for next in reversed.needs(of: component) { behind = max(behind, chain[Int(next)]) }
            let own = build[component] < 0 ? 0 : weight?[build[component]] ?? 1
            chain[component] = behind + own
            if build[component] >= 0 { priority[build[component]] = chain[component] }
        }
        var queue = ReadyBuilds(self)
        order.reserveCapacity(components.count)
        while let node = queue.take() {
            order.append(node)
            queue.ended(node)
        }
    }

    /// The builds that can start, the most urgent first, as others end.
    struct ReadyBuilds {
        private let ordering: Ordering
        private var missing: [Int]
        private var ready: Heap
        private var part: [Int]

        init(_ ordering: Ordering) {
            self.ordering = ordering
            missing = (0..<ordering.edges.count).map { ordering.edges.needs(of: $0).count }
            ready = Heap { [priority = ordering.priority] in (priority[$0], $1) > (priority[$1], $0) }
            part = [Int](repeating: -1, count: ordering.priority.count)
            for (component, build) in ordering.build.enumerated() where build >= 0 { part[build] = component }
            settle(ordering.build.indices.filter { missing[$0] == 0 })
        }

        /// The next build; nil when all that are left wait.
        mutating func take() -> Int? { ready.removeFirst() }

        /// A build ended.
        mutating func ended(_ build: Int) { settle(free(part[build])) }

        private mutating func settle(_ components: [Int]) {
            var met = components
            while let component = met.popLast() {
                if ordering.build[component] >= 0 {
                    ready.insert(ordering.build[component])
                } else {
                    met += free(component)
                }
            }
        }

        private mutating func free(_ component: Int) -> [Int] {
            var freed: [Int] = []
            for next in ordering.reversed.needs(of: component) {
                missing[Int(next)] -= 1
                if missing[Int(next)] == 0 { freed.append(Int(next)) }
            }
            return freed
        }
    }

    /// The graph of the parts: an edge from each to those that it needs, each once.
    private static func condensed(_ graph: NeedGraph, _ components: Components) -> NeedGraph {
        var edges: [(from: UInt32, to: UInt32)] = []
        edges.reserveCapacity(graph.targets.count)
        var last = [Int32](repeating: -1, count: components.count)
        for component in 0..<components.count {
            for node in components.nodes(of: component) {
                for target in graph.needs(of: Int(node)) {
                    let other = components.number[Int(target)]
                    guard other >= 0, other != Int32(component), last[Int(other)] != Int32(component) else {
                        continue
                    }
                    last[Int(other)] = Int32(component)
                    edges.append((UInt32(component), UInt32(other)))
                }
            }
        }
        return NeedGraph(recipes: 0, nodes: max(components.count, 1), edges: edges)
    }
}

/// A binary heap of numbers.
struct Heap {
    private var items: [Int] = []
    private let precedes: (Int, Int) -> Bool

    init(precedes: @escaping (Int, Int) -> Bool) {
        self.precedes = precedes
    }

    mutating func insert(_ item: Int) {
        items.append(item)
        var index = items.count - 1
        while index > 0, precedes(items[index], items[(index - 1) / 2]) {
            items.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func removeFirst() -> Int? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return first }
        items[0] = last
        var index = 0
        while true {
            let left = 2 * index + 1
            guard left < items.count else { return first }
            let right = left + 1
            let child = right < items.count && precedes(items[right], items[left]) ? right : left
            guard precedes(items[child], items[index]) else { return first }
            items.swapAt(index, child)
            index = child
        }
    }
}
