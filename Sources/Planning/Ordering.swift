/// An order of numbered nodes in which each stands after what it needs.
struct Ordering {
    /// The nodes in order.
    let order: [Int]
    /// By node: how many nodes must end one after the other before it can start.
    let wave: [Int]
    /// By node: the length of the longest chain of nodes that begins here, itself counted.
    let priority: [Int]

    /// Nodes that need each other, each needing the next and the last the first.
    struct Cycle: Error {
        let nodes: [Int]
    }

    /// Orders nodes 0..<needs.count. `needs[n]` are the nodes that n needs, each once. Of the nodes that could stand
    /// next the one with the longest chain behind it comes first, and of equals the one with the lower number.
    init(needs: [[Int]]) throws(Cycle) {
        var neededBy = [[Int]](repeating: [], count: needs.count)
        for (node, list) in needs.enumerated() {
            for need in list { neededBy[need].append(node) }
        }
        let any = Self.anyOrder(needs: needs, neededBy: neededBy)
        guard any.count == needs.count else {
            throw Cycle(nodes: Self.shortestCycle(needs: needs, among: Set(needs.indices).subtracting(any)))
        }
        var priority = [Int](repeating: 1, count: needs.count)
        for node in any.reversed() {
            priority[node] = 1 + (neededBy[node].map { priority[$0] }.max() ?? 0)
        }
        var wave = [Int](repeating: 0, count: needs.count)
        for node in any { wave[node] = (needs[node].map { wave[$0] + 1 }.max() ?? 0) }

        var missing = needs.map(\.count)
        var ready = Heap { (priority[$0], $1) > (priority[$1], $0) }
        for node in needs.indices where missing[node] == 0 { ready.insert(node) }
        var order: [Int] = []
        order.reserveCapacity(needs.count)
        while let node = ready.removeFirst() {
            order.append(node)
            for next in neededBy[node] {
                missing[next] -= 1
                if missing[next] == 0 { ready.insert(next) }
            }
        }
        self.order = order
        self.wave = wave
        self.priority = priority
    }

    /// Some order; shorter than the list of nodes when there is a cycle.
    private static func anyOrder(needs: [[Int]], neededBy: [[Int]]) -> [Int] {
        var missing = needs.map(\.count)
        var order = needs.indices.filter { missing[$0] == 0 }
        var next = 0
        while next < order.count {
            for node in neededBy[order[next]] {
                missing[node] -= 1
                if missing[node] == 0 { order.append(node) }
            }
            next += 1
        }
        return order
    }

    /// A cycle with as few nodes as there are, found by a search in breadth from each of `nodes`, at most 500 of
    /// them: beyond that the first found is short enough to act on.
    private static func shortestCycle(needs: [[Int]], among nodes: Set<Int>) -> [Int] {
        var best: [Int] = []
        for start in nodes.sorted().prefix(500) {
            var cameFrom: [Int: Int] = [:]
            var queue = [start]
            var next = 0
            search: while next < queue.count {
                let node = queue[next]
                next += 1
                for need in needs[node] where nodes.contains(need) {
                    if need == start {
                        var cycle = [node]
                        while let previous = cameFrom[cycle[cycle.count - 1]] { cycle.append(previous) }
                        if best.isEmpty || cycle.count < best.count { best = cycle.reversed() }
                        break search
                    }
                    if cameFrom[need] == nil {
                        cameFrom[need] = node
                        queue.append(need)
                    }
                }
            }
            if best.count == 1 { break }
        }
        return best
    }
}

/// A binary heap of numbers.
private struct Heap {
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
