import Apk

/// All packages that are offered or installed, in the order in which apk shows them.
struct Catalogue<Machine: ApkMachine> {
    let manager: PackageManager<Machine>
    let candidates: [Universe.Candidate]
    /// Numbers of candidates, by name (letters in either case alike), then by version, oldest first.
    let sorted: [Int]
    private var offered: Set<PackageName> = []
    private var installed: [PackageName: Int] = [:]

    init(_ manager: PackageManager<Machine>) {
        self.manager = manager
        candidates = manager.packages.candidates
        let candidates = candidates
        sorted = candidates.indices.sorted { left, right in
            let a = candidates[left].entry
            let b = candidates[right].entry
            if a.name != b.name { return Catalogue.precedes(a.name, b.name) }
            return a.version < b.version
        }
        for (number, candidate) in candidates.enumerated() {
            if !candidate.repositories.isEmpty { offered.insert(candidate.entry.name) }
            if candidate.isInstalled { installed[candidate.entry.name] = number }
        }
    }

    /// Order for people: letters in either case alike, then by bytes.
    static func precedes(_ left: PackageName, _ right: PackageName) -> Bool {
        let a = left.text.bytes.map { Wildcard.folded($0) }
        let b = right.text.bytes.map { Wildcard.folded($0) }
        let order = ByteText.order(a[...], b[...])
        return order == 0 ? left < right : order < 0
    }

    /// Whether a repository has a package of this name.
    func isOffered(_ name: PackageName) -> Bool { offered.contains(name) }

    /// The installed package of a name.
    func installed(_ name: PackageName) -> Int? { installed[name] }

    /// The installed package that this candidate could replace as a newer version of it.
    func upgraded(by number: Int) -> IndexEntry? {
        let candidate = candidates[number]
        guard let old = installed[candidate.entry.name], old != number else { return nil }
        let entry = candidates[old].entry
        let tag = manager.database.package(named: entry.name)?.repositoryTag
        let isAllowed = candidate.repositories.contains { repository in
            manager.repositories.contains {
                $0.number == repository && ($0.repository.tag == nil || $0.repository.tag == tag)
            }
        }
        guard isAllowed, candidate.entry.version.compare(entry.version) == .greater else { return nil }
        return entry
    }

    /// Packages that need one (or that are installed by its presence), with `onlyInstalled` those that are there.
    func users(
        of number: Int, onlyInstalled: Bool, _ atoms: (IndexEntry) -> [DependencyAtom]
    ) -> [Int] {
        let entry = candidates[number].entry
        var users: [Int] = []
        for user in sorted where !onlyInstalled || candidates[user].isInstalled {
            for atom in atoms(candidates[user].entry) where !atom.isConflict && meets(entry, atom) {
                users.append(user)
                break
            }
        }
        return users
    }

    /// Whether a package gives what an atom asks for.
    func meets(_ entry: IndexEntry, _ atom: DependencyAtom) -> Bool {
        if atom.name == entry.name, atom.accepts(version: entry.version, identity: entry.identity) {
            return true
        }
        for provided in entry.provides
        where provided.name == atom.name && atom.accepts(version: provided.version, identity: nil) {
            return true
        }
        return false
    }
}
