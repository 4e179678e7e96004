/// Puts the way from what is installed to what was chosen in order: what is needed comes before who needs it,
/// what stands in the way goes first.
struct ChangeOrder {
    private let universe: Universe
    private let world: [DependencyAtom]
    private let chosen: Set<Int>
    private let preference: CandidatePreference
    private let reinstalled: Set<PackageName>
    private var visited: Set<Int> = []
    private var removed: Set<Int> = []
    private var changes: [Change] = []
    private var packages: [IndexEntry] = []
    /// Installed candidates by their own name.
    private var installed: [PackageName: Int] = [:]
    private var chosenNames: Set<PackageName> = []

    init(
        _ universe: Universe, world: [DependencyAtom], chosen: Set<Int>, preference: CandidatePreference,
        reinstalled: Set<PackageName> = []
    ) {
        self.universe = universe
        self.world = world
        self.chosen = chosen
        self.preference = preference
        self.reinstalled = reinstalled
        for (number, candidate) in universe.candidates.enumerated() where candidate.isInstalled {
            installed[candidate.entry.name] = number
        }
        for number in chosen { chosenNames.insert(universe.candidates[number].entry.name) }
    }

    func solution() -> Solution {
        var order = self
        for atom in world { order.visit(atom) }
        for number in universe.candidates.indices where chosen.contains(number) { order.visit(number) }
        for number in universe.candidates.indices where universe.candidates[number].isInstalled {
            order.remove(number)
        }
        return Solution(packages: order.packages, changes: order.changes)
    }

    /// Visits those chosen under the atom's name. For an exclusion these are others than the excluded: apk takes
    /// them first, too.
    private mutating func visit(_ atom: DependencyAtom, except owner: Int? = nil) {
        for provider in universe.providers(of: atom)
        where provider.candidate != owner && chosen.contains(provider.candidate)
            && (atom.isConflict || universe.accepts(atom, provider))
        {
            visit(provider.candidate)
        }
    }

    private mutating func visit(_ number: Int) {
        guard visited.insert(number).inserted else { return }
        let candidate = universe.candidates[number]
        for atom in candidate.entry.dependencies { visit(atom, except: number) }
        removeObstacles(of: candidate.entry)
        packages.append(candidate.entry)
        if !candidate.isInstalled {
            let old = installed[candidate.entry.name].map { universe.candidates[$0].entry }
            changes.append(
                Change(
                    old: old, new: candidate.entry, repositories: candidate.repositories,
                    tag: preference.tag(of: number)))
        } else if reinstalled.contains(candidate.entry.name) {
            var change = Change(
                old: candidate.entry, new: candidate.entry, repositories: candidate.repositories,
                tag: preference.tag(of: number))
            change.isReinstallation = true
            changes.append(change)
        }
        visitInstallIf(of: candidate.entry)
    }

    /// Removes what provides a name that only one package may provide, before the new one comes.
    private mutating func removeObstacles(of entry: IndexEntry) {
        for atom in [DependencyAtom(entry.name, .any)] + entry.provides {
            for provider in universe.providers(of: atom)
            where universe.candidates[provider.candidate].isInstalled && !chosen.contains(provider.candidate)
            {
                remove(provider.candidate)
            }
        }
    }

    /// Removes an installed package that was not chosen, after those who need it. One that is replaced by another
    /// of its name is no removal.
    private mutating func remove(_ number: Int) {
        let entry = universe.candidates[number].entry
        guard !chosen.contains(number), !chosenNames.contains(entry.name), removed.insert(number).inserted
        else {
            return
        }
        for other in universe.candidates.indices
        where universe.candidates[other].isInstalled && !removed.contains(other) && needs(other, entry) {
            remove(other)
        }
        changes.append(Change(old: entry, new: nil, repositories: [], tag: nil))
    }

    private func needs(_ number: Int, _ entry: IndexEntry) -> Bool {
        for atom in universe.candidates[number].entry.dependencies where !atom.isConflict {
            if atom.name == entry.name { return true }
            for provided in entry.provides where provided.name == atom.name { return true }
        }
        return false
    }

    private mutating func visitInstallIf(of entry: IndexEntry) {
        for atom in [DependencyAtom(entry.name, .any)] + entry.provides {
            guard let name = universe.number(of: atom.name) else { continue }
            for user in universe.installIfUsers[name] where chosen.contains(user) && !visited.contains(user) {
                if isFired(universe.candidates[user].entry) { visit(user) }
            }
        }
    }

    /// Whether all that the package's install_if names was visited.
    private func isFired(_ entry: IndexEntry) -> Bool {
        for atom in entry.installIf where !atom.isConflict {
            var isVisited = false
            for provider in universe.providers(of: atom) where universe.accepts(atom, provider) {
                if visited.contains(provider.candidate) { isVisited = true }
            }
            if !isVisited { return false }
        }
        return true
    }
}
