import Recipes

/// Recipes that need each other: each needs the next and the last the first.
public struct RecipeCycle: Sendable, Hashable, CustomStringConvertible {
    /// The steps round the circle.
    public let links: [PlanningError.Link]
    /// The index of the link to cut: the one that is easiest to do without.
    public let cut: Int

    /// The recipes.
    public var recipes: [String] { links.map(\.recipe) }

    /// What to do.
    public var remedy: String {
        guard links.indices.contains(cut) else { return "" }
        let link = links[cut]
        switch link.field {
        case "checkdepends":
            return
                "build \(link.recipe) without checkdepends first: a line '\(link.recipe)<tab>checkdepends<tab>REASON'"
                + " in jobs/stages"
        default:
            return "cut '\(link.atom)' from the \(link.field) of \(link.recipe), for example by an overlay"
        }
    }

    /// `main/bison → main/flex → main/bison`, then each link with its words, then the remedy.
    public var description: String {
        let chain = (links + links.prefix(1)).map(\.recipe).joined(separator: " → ")
        let reasons = links.enumerated().map { index, link in
            "\n  \(link.recipe): \(link.field) names '\(link.atom)'" + (index == cut ? "  ← cut here" : "")
        }
        return chain + reasons.joined() + "\n  " + remedy
    }
}

extension Distribution {
    /// What it costs to do without an edge: 0 for tests, 1 for what packages depend on, 2 for what builds need, 3 for
    /// what every build needs; an edge within a recipe cannot be cut.
    func costOfCutting(_ from: Int, _ to: Int) -> Int {
        guard row(ofNode: from) != row(ofNode: to) else { return .max }
        guard let need = need(from, to) else { return 3 }
        switch table.needs[need].field {
        case .checkdepends: return 0
        case .depends: return 1
        default: return 2
        }
    }

    /// The need that an edge stands for, of several the one that is hardest to do without; nil for an edge without
    /// words.
    func need(_ from: Int, _ to: Int) -> Int? {
        guard !graph.isBuild(to) else { return nil }
        let package = self.package(ofNode: to)
        let row = graph.isBuild(from) ? row(ofBuild: from) : recipe(ofPackage: self.package(ofNode: from))
        var found: Int?
        for need in table.needs(of: row) where answers[need].package == package {
            let field = table.needs[need].field
            if graph.isBuild(from) {
                guard field.isForBuilding, answers[need].kind == .package else { continue }
                if field == .checkdepends, found != nil || !options.runsChecks { continue }
                if let old = found, table.needs[old].field != .checkdepends { continue }
                found = need
            } else if field == .depends,
                Int(table.rows[row].firstPackage) + Int(table.needs[need].package)
                    == self.package(ofNode: from)
            {
                return need
            }
        }
        return found
    }

    /// The list and the word that an edge stands for.
    func words(_ from: Int, _ to: Int) -> (field: String, atom: String) {
        if let need = need(from, to) {
            let owner = Int(table.needs[need].package)
            let field = table.needs[need].field
            guard field == .depends, owner > 0 else { return (field.name, word(of: need)) }
            let row = recipe(ofPackage: package(ofNode: from))
            let function = table.packages[Int(table.rows[row].firstPackage) + owner].function
            return ("depends_\(table.texts[function])", word(of: need))
        }
        if graph.isBuild(from) { return ("the implicit build root", name(ofPackage: package(ofNode: to))) }
        return ("libraries", name(ofPackage: package(ofNode: to)))
    }

    /// The links of a way through the graph: each step that leads from one recipe to another, with the words that say
    /// so; and for each node the link that begins there or later.
    func links(_ nodes: [Int], closes: Bool) -> (links: [PlanningError.Link], link: [Int]) {
        var links: [PlanningError.Link] = []
        var link: [Int] = []
        for (index, node) in nodes.enumerated() {
            link.append(links.count)
            guard index + 1 < nodes.count || closes else { break }
            let next = nodes[(index + 1) % nodes.count]
            guard row(ofNode: node) != row(ofNode: next) else { continue }
            let words = words(node, next)
            links.append(
                PlanningError.Link(
                    recipe: identity(of: row(ofNode: node)), field: words.field, atom: words.atom))
        }
        return (links, link)
    }

    /// The recipe that a node belongs to.
    func row(ofNode node: Int) -> Int {
        graph.isBuild(node) ? row(ofBuild: node) : recipe(ofPackage: package(ofNode: node))
    }

    func named(_ cycle: CycleSearch.Cycle) -> RecipeCycle {
        // Begin where a recipe is entered: whoever reads it looks for recipes.
        let count = cycle.nodes.count
        let shift =
            cycle.nodes.indices.first { index in
                graph.isBuild(cycle.nodes[index])
            } ?? 0
        let nodes = Array(cycle.nodes[shift...] + cycle.nodes[..<shift])
        let (links, link) = links(nodes, closes: true)
        return RecipeCycle(links: links, cut: link[(cycle.cut - shift + count) % count])
    }
}
