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
    /// Names that a chosen package has or provides with a version.
    private var givenNames: Set<PackageName> = []
    /// The installed package that gives a name: by its own, or by one that it provides with a version.
    private var givers: [PackageName: PackageName] = [:]
    /// How many dependencies of packages ask for an installed one.
    private var requirers: [PackageName: Int] = [:]

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
        for number in chosen {
            let entry = universe.candidates[number].entry
            chosenNames.insert(entry.name)
            givenNames.insert(entry.name)
            for atom in entry.provides where atom.version != nil { givenNames.insert(atom.name) }
        }
        for number in installed.values {
            let entry = universe.candidates[number].entry
            for atom in entry.provides where atom.version != nil { givers[atom.name] = entry.name }
        }
        for name in installed.keys { givers[name] = name }
        for number in installed.values { count(universe.candidates[number].entry, by: 1) }
    }

    /// Counts the dependencies of a package as there or gone. Returns installed packages for which none is left.
    @discardableResult
    private mutating func count(_ entry: IndexEntry, by step: Int) -> [Int] {
        var free: [Int] = []
        for atom in entry.dependencies where !atom.isConflict {
            guard let giver = givers[atom.name] else { continue }
            let left = requirers[giver, default: 0] + step
            requirers[giver] = left
            if step < 0, left <= 0, let number = installed[atom.name] { free.append(number) }
        }
        return free
    }

    func solution() -> Solution {
        var order = self
        // As apk: first what nobody asks for any more, then the world, then the rest.
        for number in universe.candidates.indices where universe.candidates[number].isInstalled {
            order.removeUnasked(number)
        }
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
        let old = installed[candidate.entry.name].map { universe.candidates[$0].entry }
        if let old, !candidate.isInstalled { removeInstallIf(of: old) }
        for atom in candidate.entry.dependencies { visit(atom, except: number) }
        removeObstacles(of: candidate.entry)
        packages.append(candidate.entry)
        if !candidate.isInstalled {
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
        guard !candidate.isInstalled else { return }
        count(candidate.entry, by: 1)
        if let old { for free in count(old, by: -1) { remove(free) } }
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
        removeInstallIf(of: entry)
        changes.append(Change(old: entry, new: nil, repositories: [], tag: nil))
        for free in count(entry, by: -1) { remove(free) }
    }

    /// Removes an installed package that no other asks for and whose name nobody chosen gives.
    private mutating func removeUnasked(_ number: Int) {
        let name = universe.candidates[number].entry.name
        if requirers[name, default: 0] <= 0, !givenNames.contains(name) { remove(number) }
    }

    /// Removes installed packages that came by themselves because of this one.
    private mutating func removeInstallIf(of entry: IndexEntry) {
        for atom in [DependencyAtom(entry.name, .any)] + entry.provides {
            guard let name = universe.number(of: atom.name) else { continue }
            for user in universe.installIfUsers[name] where universe.candidates[user].isInstalled {
                let rule = universe.candidates[user].entry.installIf
                let isBroken = rule.contains { part in
                    guard let number = installed[part.name] else { return false }
                    return removed.contains(number) && !givenNames.contains(part.name)
                }
                if isBroken { removeUnasked(user) }
            }
        }
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
