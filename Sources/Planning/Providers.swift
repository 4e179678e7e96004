import Apk
import Recipes

/// Which packages answer to a name: by their own, or by what `provides` says. By number of the name, so that looking
/// up is an index.
struct Providers: Sendable {
    /// One package that answers to a name.
    struct Provider: Sendable, Hashable {
        /// The package's index.
        let package: UInt32
        /// The version that it has or is provided with; 0 for none.
        let version: TextTable.Number
        /// Whether the name is its own.
        let isOwnName: Bool
    }

    /// By number of a name: where its providers begin; one more at the end.
    private let starts: [UInt32]
    private let list: [Provider]

    init(_ table: RecipeTable) {
        var counts = [UInt32](repeating: 0, count: table.texts.count + 1)
        var found: [(name: TextTable.Number, provider: Provider)] = []
        found.reserveCapacity(table.packages.count + 4_096)
        for (index, package) in table.packages.enumerated() {
            let version = table.rows[Int(package.recipe)].version
            found.append(
                (
                    package.name,
                    Provider(package: UInt32(index), version: version, isOwnName: true)
                ))
        }
        for row in table.rows.indices {
            let first = table.rows[row].firstPackage
            for need in table.needs(of: row) where table.needs[need].field == .provides {
                let atom = table.atoms[Int(table.needs[need].atom)]
                if atom.isConflict { continue }
                let package = first + UInt32(table.needs[need].package)
                found.append(
                    (atom.name, Provider(package: package, version: atom.version, isOwnName: false)))
            }
        }
        for (name, _) in found { counts[Int(name) + 1] += 1 }
        for index in 1..<counts.count { counts[index] += counts[index - 1] }
        starts = counts
        var list = [Provider](
            repeating: Provider(package: 0, version: 0, isOwnName: false), count: found.count)
        var next = counts
        for (name, provider) in found {
            list[Int(next[Int(name)])] = provider
            next[Int(name)] += 1
        }
        self.list = list
    }

    /// Everything that answers to a name, in the order of the recipes, own names first.
    func candidates(for name: TextTable.Number) -> ArraySlice<Provider> {
        guard Int(name) + 1 < starts.count else { return [] }
        return list[Int(starts[Int(name)])..<Int(starts[Int(name) + 1])]
    }
}

/// apk's choice between several who answer.
struct ProviderPreference: Sendable {
    let table: RecipeTable

    /// Whether `left` is taken before `right`: apk 3's order of arguments, without what is installed: the newer
    /// provided version, a version before none, the higher provider_priority, the earlier repository.
    func prefers(_ left: Providers.Provider, _ right: Providers.Provider) -> Bool {
        if left.version != 0, right.version != 0 {
            switch table.order(left.version, right.version) {
            case .less: return false
            case .greater: return true
            case .equal: break
            }
        }
        if (left.version != 0) != (right.version != 0) { return left.version != 0 }
        let a = table.packages[Int(left.package)]
        let b = table.packages[Int(right.package)]
        if a.priority != b.priority { return a.priority > b.priority }
        let first = rank(Int(a.recipe))
        let second = rank(Int(b.recipe))
        return first == second ? left.package < right.package : first < second
    }

    /// Whether apk chooses it without being told by name.
    func mayBeChosen(_ provider: Providers.Provider) -> Bool {
        provider.version != 0 || table.packages[Int(provider.package)].priority != 0
    }

    /// Repositories in the order in which Alpine's machines list them.
    private func rank(_ row: Int) -> Int {
        switch table.texts[table.rows[row].repository] {
        case "main": 0
        case "community": 1
        case "testing": 2
        default: 3
        }
    }
}
