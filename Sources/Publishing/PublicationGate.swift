import Apk

/// Compares an index with the one that is to follow it.
struct PublicationGate {
    let old: Index
    let new: Index
    /// Indexes of the channel's other repositories.
    let others: [Index]

    /// A comparison of what apk installs and upgrades to, whatever earlier versions are listed besides.
    init(old: Index, new: Index, others: [Index]) {
        self.old = old.withoutEarlier
        self.new = new.withoutEarlier
        self.others = others.map(\.withoutEarlier)
    }

    /// What the new index no longer provides although something needs it. Packages of origins that are rebuilt next
    /// are left out.
    func lostProviders(rebuilding: Set<String>) -> [PublicationFinding] { losses(rebuilding).map(\.finding) }

    /// Labels of the packages that need it.
    func brokenPackages(rebuilding: Set<String>) -> Set<String> { Set(losses(rebuilding).map(\.package)) }

    private func losses(_ rebuilding: Set<String>) -> [(package: String, finding: PublicationFinding)] {
        let listed = new.listed
        let removed = old.entries.filter { !listed.contains($0) }
        guard !removed.isEmpty else { return [] }
        var suspects: Set<PackageName> = []
        for entry in removed {
            suspects.insert(entry.name)
            for atom in entry.provides { suspects.insert(atom.name) }
        }
        let before = Providers([old] + others)
        let after = Providers([new] + others)
        var losses: [(package: String, finding: PublicationFinding)] = []
        for entry in new.entries + others.flatMap(\.entries) where !rebuilding.contains(entry.recipe) {
            for atom in entry.dependencies where !atom.isConflict && suspects.contains(atom.name) {
                guard let provider = before.provider(of: atom), after.provider(of: atom) == nil else {
                    continue
                }
                let now = after.nearest(atom.name).map { "; \($0) is what there is now" } ?? ""
                let text = "\(entry.label) needs \(atom), which \(provider.label) provides\(now)"
                losses.append((entry.label, PublicationFinding(.provider, text)))
            }
        }
        return losses
    }

    /// Packages that grew beyond the policy's limit.
    func growth(_ policy: PublicationPolicy) -> [PublicationFinding] {
        let listed = old.listed
        return new.entries.compactMap { entry in
            guard !listed.contains(entry), let before = listed.newest(entry.name), before.installedSize > 0,
                entry.installedSize - before.installedSize >= policy.growthFloor,
                Double(entry.installedSize) > Double(before.installedSize) * policy.growthFactor
            else { return nil }
            return PublicationFinding(
                .growth,
                "\(entry.label) has \(entry.installedSize) bytes installed, \(before.label) had \(before.installedSize)"
            )
        }
    }
}

/// Who provides what.
struct Providers {
    private struct Provision {
        let entry: IndexEntry
        let version: PackageVersion?
        let isOwnName: Bool
    }

    private var provisions: [PackageName: [Provision]] = [:]

    init(_ indexes: [Index]) {
        for entry in indexes.flatMap(\.entries) {
            provisions[entry.name, default: []].append(
                Provision(entry: entry, version: entry.version, isOwnName: true))
            for atom in entry.provides {
                provisions[atom.name, default: []].append(
                    Provision(entry: entry, version: atom.version, isOwnName: false))
            }
        }
    }

    /// A package that meets an atom.
    func provider(of atom: DependencyAtom) -> IndexEntry? {
        provisions[atom.name]?.first {
            atom.accepts(version: $0.version, identity: $0.isOwnName ? $0.entry.identity : nil)
        }?.entry
    }

    /// What is provided under a name in whatever version, or a shared library of the same stem.
    func nearest(_ name: PackageName) -> String? {
        if let found = provisions[name]?.first {
            return "\(name)\(found.version.map { "=\($0)" } ?? "") of \(found.entry.label)"
        }
        let text = name.description
        guard text.hasPrefix("so:"), let end = text.range(of: ".so") else { return nil }
        let stem = text[..<end]
        let others = provisions.keys.filter { $0.description.hasPrefix(stem + ".so") }
        return others.sorted().first.flatMap { other in
            provisions[other]?.first.map { "\(other) of \($0.entry.label)" }
        }
    }
}

extension String {
    /// Where a text ends that occurs in this one.
    fileprivate func range(of text: String) -> String.Index? {
        indices.first { self[$0...].hasPrefix(text) }
    }
}
