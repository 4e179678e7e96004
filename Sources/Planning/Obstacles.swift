import Recipes

/// What stands in the way of building a distribution: every root cause, and for each recipe the causes that block it,
/// through however many others.
public struct Obstacles: Sendable {
    /// A root of the trouble.
    public enum Cause: Sendable, Hashable, CustomStringConvertible {
        /// Nobody provides this name.
        case missing(String)
        /// This name is provided without a version by the named package and maybe others, and none has a priority.
        case unchosen(String, by: String)
        /// What is asked for is there in another version only.
        case wrongVersion(String, offered: String)
        /// The recipe is not built for the architecture.
        case wrongArchitecture(String)
        /// The program of the machine that builds is not in the table of host tools.
        case unlistedTool(String)
        /// The recipe has an error.
        case fault(String)
        /// These recipes need each other.
        case cycle([String])

        /// What is wrong and what to do.
        public var description: String {
            switch self {
            case .missing(let name): "no recipe provides '\(name)'"
            case .unchosen(let name, let package):
                "'\(name)' is provided without a version (by \(package)): name a package or give a provider_priority"
            case .wrongVersion(let atom, let offered): "'\(atom)' is asked for, but there is \(offered)"
            case .wrongArchitecture(let recipe): "\(recipe) is not for this architecture"
            case .unlistedTool(let name): "the tool '\(name)' is not in toolchain/host-tools.tsv"
            case .fault(let text): text
            case .cycle(let recipes):
                "recipes need each other: \((recipes + recipes.prefix(1)).joined(separator: " → "))"
            }
        }

        /// The cause in one word, for filters.
        public var kind: String {
            switch self {
            case .missing: "missing"
            case .unchosen: "unchosen"
            case .wrongVersion: "version"
            case .wrongArchitecture: "architecture"
            case .unlistedTool: "tool"
            case .fault: "fault"
            case .cycle: "cycle"
            }
        }
    }

    /// A cause with what it blocks.
    public struct Root: Sendable {
        /// What is wrong.
        public let cause: Cause
        /// How many recipes cannot be built because of it, through however many others.
        public let blocked: Int
        /// How many of those nothing else blocks: so many can be built once it is gone.
        public let alone: Int
        /// The recipes that meet it themselves, sorted.
        public let direct: [Int]
    }

    /// Causes, those that block most first.
    public let roots: [Root]
    /// By recipe: whether it cannot be built.
    public let isBlocked: [Bool]
    /// By node: the causes that it meets itself, as positions in `roots`, with the need that says so.
    let own: [Int: [(root: Int, need: Int?)]]

    /// How many recipes cannot be built.
    public var count: Int { isBlocked.count { $0 } }
}

extension Distribution {
    /// What stands in the way of building `rows`.
    public func obstacles(of rows: [Int]) -> Obstacles {
        let isIncluded = nodes(of: rows)
        let search = CycleSearch(graph, where: isIncluded, weight: costOfCutting)
        var causes = CauseList()
        for row in rows { note(row, &causes) }
        for cycle in search.cycles {
            let from = cycle.nodes[cycle.cut]
            causes.add(.cycle(named(cycle).recipes), at: from, need: nil)
        }
        let spread = spread(causes, search.graph, isIncluded)
        let ranked = spread.blocked.indices.sorted {
            (spread.blocked[$1], spread.alone[$1], $0) < (spread.blocked[$0], spread.alone[$0], $1)
        }
        var place = [Int](repeating: 0, count: ranked.count)
        for (index, cause) in ranked.enumerated() { place[cause] = index }
        var own: [Int: [(root: Int, need: Int?)]] = [:]
        for (node, met) in causes.met {
            own[node] = met.map { (place[$0.cause], $0.need) }
        }
        let roots = ranked.map { cause in
            Obstacles.Root(
                cause: causes.list[cause], blocked: spread.blocked[cause], alone: spread.alone[cause],
                direct: direct(causes.nodes[cause]))
        }
        return Obstacles(roots: roots, isBlocked: spread.isBlocked, own: own)
    }

    private func direct(_ nodes: [Int]) -> [Int] {
        Set(nodes.map { graph.isBuild($0) ? row(ofBuild: $0) : recipe(ofPackage: package(ofNode: $0)) })
            .sorted()
    }

    /// Notes the causes that a recipe meets itself.
    private func note(_ row: Int, _ causes: inout CauseList) {
        if table.rows[row].fault != 0 {
            causes.add(.fault(table.texts[table.rows[row].fault]), at: row, need: nil)
        }
        for need in table.needs(of: row) where answers[need].blocks {
            let field = table.needs[need].field
            if field == .checkdepends, !options.runsChecks { continue }
            let node =
                field.isForBuilding
                ? lastBuild(of: row)
                : graph.recipes + Int(table.rows[row].firstPackage) + Int(table.needs[need].package)
            if field.isForBuilding || options.followsRuntime {
                causes.add(cause(of: need), at: node, need: need)
            }
        }
    }

    /// Why a need is not met.
    public func cause(of need: Int) -> Obstacles.Cause {
        let answer = answers[need]
        let atom = table.atoms[Int(table.needs[need].atom)]
        let name = table.texts[atom.name]
        switch answer.kind {
        case .unlistedTool: return .unlistedTool(name)
        case .unchosen: return .unchosen(name, by: self.name(ofPackage: Int(answer.value)))
        case .wrongArchitecture: return .wrongArchitecture(identity(of: recipe(ofPackage: Int(answer.value))))
        case .wrongVersion:
            let row = table.rows[recipe(ofPackage: Int(answer.value))]
            return .wrongVersion(
                table.texts[atom.text],
                offered: "\(self.name(ofPackage: Int(answer.value))) \(table.texts[row.version])")
        default: return .missing(name)
        }
    }

    /// Carries causes from those that meet them to all that need those: a set of bits for each part of the graph.
    private func spread(
        _ causes: CauseList, _ graph: NeedGraph, _ isIncluded: [Bool]
    ) -> (blocked: [Int], alone: [Int], isBlocked: [Bool]) {
        let components = Components(graph, where: isIncluded)
        let words = (causes.list.count + 63) / 64
        var bits = [UInt64](repeating: 0, count: words * components.count)
        for (node, met) in causes.met where components.number[node] >= 0 {
            let base = Int(components.number[node]) * words
            for (cause, _) in met { bits[base + cause / 64] |= 1 << UInt64(cause % 64) }
        }
        var blocked = [Int](repeating: 0, count: causes.list.count)
        var alone = blocked
        var isBlocked = [Bool](repeating: false, count: table.rows.count)
        for component in 0..<components.count {
            let base = component * words
            for node in components.nodes(of: component) {
                for target in graph.needs(of: Int(node)) {
                    let other = Int(components.number[Int(target)])
                    guard other >= 0, other != component else { continue }
                    for word in 0..<words { bits[base + word] |= bits[other * words + word] }
                }
            }
            for node in components.nodes(of: component).map(Int.init) where graph.isBuild(node) {
                let row = row(ofBuild: node)
                // The last build of a recipe stands for it.
                guard node == lastBuild(of: row) else { continue }
                let count = bits[base..<(base + words)].reduce(0) { $0 + $1.nonzeroBitCount }
                if count == 0 { continue }
                isBlocked[row] = true
                for word in 0..<words {
                    var rest = bits[base + word]
                    while rest != 0 {
                        let cause = word * 64 + rest.trailingZeroBitCount
                        blocked[cause] += 1
                        if count == 1 { alone[cause] += 1 }
                        rest &= rest - 1
                    }
                }
            }
        }
        return (blocked, alone, isBlocked)
    }
}

/// Causes, each once, with the nodes that meet them.
private struct CauseList {
    private(set) var list: [Obstacles.Cause] = []
    /// By cause: the nodes that meet it.
    private(set) var nodes: [[Int]] = []
    private(set) var met: [Int: [(cause: Int, need: Int?)]] = [:]
    private var numbers: [Obstacles.Cause: Int] = [:]

    mutating func add(_ cause: Obstacles.Cause, at node: Int, need: Int?) {
        let number = numbers[cause] ?? list.count
        if number == list.count {
            numbers[cause] = number
            list.append(cause)
            nodes.append([])
        }
        nodes[number].append(node)
        met[node, default: []].append((number, need))
    }
}
