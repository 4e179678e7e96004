import Apk

// dot: dependencies as a graph for graphviz.
extension ApkProgram {
    func dot(_ line: CommandLine) throws(ApkError) -> Int32 {
        let (query, manager) = try query(line) { query in
            query.fields = [.name, .provides]
            query.emptyMatchesAll = true
        }
        let catalogue = Catalogue(manager)
        var graph = DependencyGraph(
            catalogue, onlyInstalled: query.onlyInstalled, onlyErrors: line.has("errors"))
        for match in query.matches(line.arguments, in: manager).found {
            if let number = match.candidate { _ = graph.visit(number) }
        }
        guard !graph.lines.isEmpty else { return 1 }
        host.say("digraph \"apkindex\" {\n  rankdir=LR;\n  node [shape=box];")
        for line in graph.lines { host.say(line) }
        host.say("}")
        return 0
    }
}

/// Walks dependencies in depth, as apk does: an edge back to a package on the way is part of a circle and red.
private struct DependencyGraph<Machine: ApkMachine> {
    private enum Visit { case open, running(Int), done }

    private let catalogue: Catalogue<Machine>
    private let onlyInstalled: Bool
    private let onlyErrors: Bool
    private var visits: [Visit]
    private var missing: Set<PackageName> = []
    private var providers: [PackageName: [Int]] = [:]
    private(set) var lines: [String] = []

    init(_ catalogue: Catalogue<Machine>, onlyInstalled: Bool, onlyErrors: Bool) {
        self.catalogue = catalogue
        self.onlyInstalled = onlyInstalled
        self.onlyErrors = onlyErrors
        visits = [Visit](repeating: .open, count: catalogue.candidates.count)
        for number in catalogue.sorted {
            let entry = catalogue.candidates[number].entry
            providers[entry.name, default: []].append(number)
            for atom in entry.provides where providers[atom.name]?.last != number {
                providers[atom.name, default: []].append(number)
            }
        }
    }

    /// Returns how often the way back to packages before this one was met.
    mutating func visit(_ number: Int) -> Int {
        switch visits[number] {
        case .done: return 0
        case .running(let met):
            visits[number] = .running(met + 1)
            return 1
        case .open: break
        }
        visits[number] = .running(0)
        let entry = catalogue.candidates[number].entry
        var circles = 0
        for atom in entry.dependencies where !atom.isConflict {
            guard let known = providers[atom.name] else {
                if missing.insert(atom.name).inserted {
                    lines.append(
                        "  \"\(atom.name)\" [style=dashed, color=red, fontcolor=red, shape=octagon];")
                }
                lines.append("  \"\(entry.label)\" -> \"\(atom.name)\" [color=red];")
                continue
            }
            for provider in known {
                let other = catalogue.candidates[provider]
                if onlyInstalled, !other.isInstalled { continue }
                guard catalogue.meets(other.entry, atom) else { continue }
                let back = visit(provider)
                circles += back
                guard back > 0 || !onlyErrors else { continue }
                lines.append(
                    "  \"\(entry.label)\" -> \"\(other.entry.label)\"[" + (back > 0 ? "color=red," : "")
                        + (other.entry.name == atom.name ? "" : "arrowhead=inv,label=\"\(atom.name)\",")
                        + "];")
            }
        }
        if case .running(let met) = visits[number] { circles -= met }
        visits[number] = .done
        return circles
    }
}
