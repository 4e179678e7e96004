import Recipes

extension Distribution {
    /// A way from one recipe to what keeps it from being built, or to another recipe.
    public struct Chain: Sendable {
        /// Recipes on the way with the words that lead to the next one; empty when it is met at once.
        public let links: [PlanningError.Link]
        /// The recipe or package at the end.
        public let end: String
        /// The need at the end that nothing answers: its list and word.
        public let need: (field: String, atom: String)?
        /// What is wrong at the end; nil for a way to a recipe.
        public let cause: Obstacles.Cause?
    }

    /// The shortest way from a recipe to each cause that blocks it, the nearest first, at most `most`.
    public func chains(from row: Int, in obstacles: Obstacles, most: Int = .max) -> [Chain] {
        var chains: [Chain] = []
        var seen: Set<Int> = []
        search(from: lastBuild(of: row)) { node, way in
            for (root, need) in obstacles.own[node] ?? [] where seen.insert(root).inserted {
                chains.append(chain(way(), need: need, cause: obstacles.roots[root].cause))
                if chains.count >= most { return false }
            }
            return true
        }
        return chains
    }

    /// The shortest way from one recipe to another; nil when it is not needed.
    public func chain(from row: Int, to other: Int) -> Chain? {
        var found: Chain?
        search(from: lastBuild(of: row)) { node, way in
            guard graph.isBuild(node), self.row(ofBuild: node) == other else { return true }
            found = chain(way(), need: nil, cause: nil)
            return false
        }
        return found
    }

    private func chain(_ nodes: [Int], need: Int?, cause: Obstacles.Cause?) -> Chain {
        let last = nodes[nodes.count - 1]
        let end =
            graph.isBuild(last) ? identity(of: row(ofBuild: last)) : name(ofPackage: package(ofNode: last))
        let links = links(nodes, closes: false).links
        return Chain(
            links: links, end: end,
            need: need.map { (table.needs[$0].field.name, word(of: $0)) }, cause: cause)
    }

    /// Visits everything that `start` needs, the nearest first; `visit` gets a node and the way to it, and says
    /// whether to go on.
    private func search(from start: Int, visit: (Int, () -> [Int]) -> Bool) {
        var cameFrom = [Int32](repeating: -2, count: graph.count)
        cameFrom[start] = -1
        var queue = [start]
        var next = 0
        while next < queue.count {
            let node = queue[next]
            next += 1
            let goesOn = visit(node) {
                var way = [node]
                while cameFrom[way[way.count - 1]] >= 0 { way.append(Int(cameFrom[way[way.count - 1]])) }
                return way.reversed()
            }
            guard goesOn else { return }
            for target in graph.needs(of: node).map(Int.init) where cameFrom[target] == -2 {
                cameFrom[target] = Int32(node)
                queue.append(target)
            }
        }
    }

    /// Recipes that need `row`, sorted: those whose lists name one of its packages, or with `transitively` all that
    /// cannot be built or installed into a build root without it.
    public func dependants(of row: Int, transitively: Bool) -> [Int] {
        transitively ? reached(from: [row], graph.reversed()).sorted() : direct(row)
    }

    private func direct(_ row: Int) -> [Int] {
        let packages = table.packages(of: row)
        return table.rows.indices.filter { other in
            other != row && table.rows[other].isBuilt
                && table.needs(of: other).contains { need in
                    answers[need].kind == .package && packages.contains(Int(answers[need].value))
                }
        }
    }

    /// The needs of a recipe that packages of `other` answer, in its own order.
    public func needs(of row: Int, answeredBy other: Int) -> [Int] {
        let packages = table.packages(of: other)
        return table.needs(of: row).filter {
            answers[$0].kind == .package && packages.contains(Int(answers[$0].value))
        }
    }
}
