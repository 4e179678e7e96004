import Apk
import Recipes

/// What is different between two states of the recipe trees.
public struct PlanDifference: Sendable {
    /// One recipe that differs.
    public struct Change: Sendable {
        /// What happened to it.
        public enum Kind: String, Sendable, Codable, CaseIterable {
            case added, removed, upgraded, downgraded, changed
            /// It says what it said, but what it needs comes from elsewhere.
            case moved
        }

        /// What happened to it.
        public let kind: Kind
        /// `main/zlib`.
        public let recipe: String
        /// The version before; empty for an added recipe.
        public let before: String
        /// The version now; empty for a removed recipe.
        public let after: String
        /// Words of its lists that are new: `makedepends: zlib-dev`.
        public let gained: [String]
        /// Words of its lists that are gone.
        public let lost: [String]
        /// How many recipes need it, directly or not: they are to be built again when its packages change.
        public let dependants: Int
    }

    /// Recipes that differ, sorted.
    public let changes: [Change]
    /// Recipes to be built because they changed or need one that did, sorted.
    public let rebuilds: [String]

    /// What is different in `new`.
    public init(from old: Distribution, to new: Distribution) {
        var changes: [Change] = []
        var changed: [Int] = []
        let back = new.graph.reversed()
        for row in new.table.rows.indices where new.table.rows[row].isBuilt {
            let identity = new.identity(of: row)
            let found = old.table.row(of: identity).flatMap { old.table.rows[$0].isBuilt ? $0 : nil }
            guard
                let change = Self.change(
                    found.map { (old, $0) }, (new, row), new.reached(from: [row], back).count)
            else { continue }
            changes.append(change)
            changed.append(row)
        }
        for row in old.table.rows.indices where old.table.rows[row].isBuilt {
            let identity = old.identity(of: row)
            if let now = new.table.row(of: identity), new.table.rows[now].isBuilt { continue }
            changes.append(
                Change(
                    kind: .removed, recipe: identity, before: old.version(of: row), after: "", gained: [],
                    lost: [], dependants: old.dependants(of: row, transitively: true).count))
        }
        self.changes = changes.sorted { $0.recipe < $1.recipe }
        rebuilds = (Set(changed).union(new.reached(from: changed, back))).map(new.identity(of:)).sorted()
    }

    private static func isNewer(_ version: String, than other: String) -> Bool {
        PackageVersion.compare(Array(version.utf8)[...], Array(other.utf8)[...], isFuzzy: false) == .greater
    }

    private static func change(
        _ old: (Distribution, Int)?, _ new: (Distribution, Int), _ dependants: @autoclosure () -> Int
    ) -> Change? {
        let identity = new.0.identity(of: new.1)
        let after = new.0.version(of: new.1)
        guard let old else {
            return Change(
                kind: .added, recipe: identity, before: "", after: after, gained: new.0.words(of: new.1),
                lost: [],
                dependants: dependants())
        }
        let before = old.0.version(of: old.1)
        let words = (old.0.words(of: old.1), new.0.words(of: new.1))
        let kind: Change.Kind
        if before != after {
            kind = Self.isNewer(after, than: before) ? .upgraded : .downgraded
        } else if words.0 != words.1 {
            kind = .changed
        } else if old.0.providers(of: old.1) != new.0.providers(of: new.1) {
            kind = .moved
        } else {
            return nil
        }
        let sets = (Set(words.0), Set(words.1))
        return Change(
            kind: kind, recipe: identity, before: before, after: after,
            gained: words.1.filter { !sets.0.contains($0) }, lost: words.0.filter { !sets.1.contains($0) },
            dependants: dependants())
    }
}

extension Distribution {
    /// `$pkgver-r$pkgrel`.
    public func version(of row: Int) -> String { table.texts[table.rows[row].version] }

    /// The words of a recipe's lists with the list before each.
    func words(of row: Int) -> [String] {
        table.needs(of: row).map { "\(fieldName(of: $0, row)): \(word(of: $0))" }
    }

    /// The recipes that answer a recipe's needs, in the order of the needs.
    func providers(of row: Int) -> [String] {
        table.needs(of: row).map { need in
            answers[need].kind == .package
                ? identity(of: recipe(ofPackage: Int(answers[need].value))) : "\(answers[need].kind)"
        }
    }

    /// Recipes that need one of some recipes, in a graph that is turned round.
    func reached(from rows: [Int], _ back: NeedGraph) -> Set<Int> {
        var isSeen = [Bool](repeating: false, count: graph.count)
        for row in rows { isSeen[row] = true }
        var queue = rows
        var next = 0
        while next < queue.count {
            for target in back.needs(of: queue[next]).map(Int.init) where !isSeen[target] {
                isSeen[target] = true
                queue.append(target)
            }
            next += 1
        }
        return Set(queue.filter { graph.isBuild($0) }.map(row(ofBuild:))).subtracting(rows)
    }
}
