import Recipes

/// A plan as a picture: recipes and arrows from each to those that it needs.
public struct PlanDrawing: Sendable {
    /// One arrow.
    public struct Edge: Sendable, Hashable {
        /// The recipe that needs.
        public let from: String
        /// The recipe that is needed.
        public let to: String
        /// The list that says so, of several the one that is hardest to do without.
        public let list: String
    }

    /// The recipes, sorted.
    public let recipes: [String]
    /// The arrows, sorted.
    public let edges: [Edge]

    /// The recipes `rows` of a distribution and what they need of each other.
    public init(_ distribution: Distribution, rows: [Int]) {
        let shown = Set(rows)
        var edges: [Edge] = []
        for row in rows.sorted() {
            var lists: [Int: RecipeTable.Field] = [:]
            for need in distribution.table.needs(of: row) where distribution.answers[need].kind == .package {
                let field = distribution.table.needs[need].field
                let other = distribution.recipe(ofPackage: Int(distribution.answers[need].value))
                guard shown.contains(other), other != row else { continue }
                if field == .checkdepends, !distribution.options.runsChecks { continue }
                if field == .depends, !distribution.options.includesRuntime { continue }
                lists[other] = min(lists[other] ?? field, field) { $0.rawValue < $1.rawValue }
            }
            for (other, field) in lists.sorted(by: { $0.key < $1.key }) {
                edges.append(
                    Edge(
                        from: distribution.identity(of: row), to: distribution.identity(of: other),
                        list: field.name))
            }
        }
        recipes = rows.sorted().map(distribution.identity(of:))
        self.edges = edges
    }

    /// For Graphviz: what tests need is dashed, what packages depend on dotted.
    public var dot: String {
        var lines = ["digraph plan {", "  rankdir=LR;", "  node [shape=box];"]
        lines += recipes.map { "  \"\($0)\";" }
        lines += edges.map { edge in
            let style =
                switch edge.list {
                case "checkdepends": " [style=dashed]"
                case "depends": " [style=dotted]"
                default: ""
                }
            return "  \"\(edge.from)\" -> \"\(edge.to)\"\(style);"
        }
        return (lines + ["}", ""]).joined(separator: "\n")
    }

    /// For Markdown pages that draw Mermaid.
    public var mermaid: String {
        let number = Dictionary(uniqueKeysWithValues: recipes.enumerated().map { ($1, $0) })
        var lines = ["flowchart LR"]
        lines += recipes.enumerated().map { "  r\($0)[\"\($1)\"]" }
        lines += edges.compactMap { edge in
            guard let from = number[edge.from], let to = number[edge.to] else { return nil }
            return
                "  r\(from) \(edge.list == "depends" || edge.list == "checkdepends" ? "-.->" : "-->") r\(to)"
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// The smaller of two by an order.
private func min<Value>(_ left: Value, _ right: Value, by precedes: (Value, Value) -> Bool) -> Value {
    precedes(right, left) ? right : left
}
