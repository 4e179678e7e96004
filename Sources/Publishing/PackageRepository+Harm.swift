import Apk

extension PackageRepository {
    /// Refuses what would hurt those who have packages installed.
    ///
    /// - Returns: the findings that the policy accepts.
    /// - Throws: `harmful` with all that it does not.
    func requireHarmless(
        from old: Index, to new: Index, offers: [Offer], suites: [PublishedSuite], before: SuiteLedger,
        policy: PublicationPolicy, others: [Index], fresh: [String: PackageFiles] = [:]
    ) throws(PublishingError) -> [PublicationFinding] {
        let gate = PublicationGate(old: old, new: new, others: others)
        var findings = gate.lostProviders(rebuilding: policy.rebuilding) + gate.growth(policy)
        findings += try heldBack(in: new)
        findings += Self.regressions(suites, since: before)
        var lists = fresh
        for offer in offers { lists[offer.entry.label] = PackageFiles(offer.contents) }
        findings += try movedFiles(from: old, to: new, fresh: lists)
        let refused = findings.filter { !policy.accepted.contains($0.kind) }
        guard refused.isEmpty else { throw .harmful(repository: name, findings: refused) }
        return findings
    }

    private func heldBack(in new: Index) throws(PublishingError) -> [PublicationFinding] {
        let holds = try held().holds
        return new.withoutEarlier.entries.compactMap { entry in
            guard let hold = holds[entry.recipe], hold.version != entry.version.description else {
                return nil
            }
            return PublicationFinding(
                .held, "\(entry.label): \(entry.recipe) is held at \(hold.version) (\(hold.reason))")
        }
    }

    /// Suites of which fewer tests pass than at the last publication.
    static func regressions(_ suites: [PublishedSuite], since before: SuiteLedger) -> [PublicationFinding] {
        suites.compactMap { now in
            guard let then = before.counts[now.origin]?[now.form], now.passed < then.passed else {
                return nil
            }
            return PublicationFinding(
                .tests,
                "\(now.origin) \(now.version): \(now.passed) tests pass, with \(then.version) it were \(then.passed)"
            )
        }
    }

    /// Files that a package of the new index takes from another one, or shares with it, without `replaces`.
    ///
    /// - Parameter fresh: lists of packages that are not in their place yet, by label.
    func movedFiles(
        from old: Index, to new: Index, fresh: [String: PackageFiles]
    ) throws(PublishingError) -> [PublicationFinding] {
        let (old, new) = (old.withoutEarlier, new.withoutEarlier)
        // Only paths that a package did not have before can be somebody else's.
        var wanted: [ByteText: IndexEntry] = [:]
        let listed = old.listed
        for entry in new.entries where !listed.contains(entry) {
            var list = fresh[entry.label]
            if list == nil { list = try contents(of: entry) }
            guard let list else { continue }
            var before: PackageFiles?
            if let earlier = listed.newest(entry.name) { before = try contents(of: earlier) }
            for path in Set(list.paths).subtracting(before?.paths ?? []) { wanted[path] = entry }
        }
        guard !wanted.isEmpty else { return [] }
        var lists: [String: PackageFiles] = fresh
        func list(_ entry: IndexEntry) throws(PublishingError) -> PackageFiles? {
            if let known = lists[entry.label] { return known }
            let list = try contents(of: entry)
            lists[entry.label] = list
            return list
        }
        var shared: [Sharing: [ByteText]] = [:]
        let stays = new.listed
        let all = old.entries.filter { !stays.contains($0) } + new.entries
        for owner in all {
            guard let owned = try list(owner) else { continue }
            for path in owned.paths {
                guard let taker = wanted[path], taker.name != owner.name, taker.recipe != owner.recipe,
                    !Self.exclude(taker, owner)
                else { continue }
                guard try list(taker)?.mayReplace(owner) != true, !owned.mayReplace(taker) else { continue }
                shared[Sharing(taker: taker.label, owner: owner.label), default: []].append(path)
            }
        }
        return shared.map { sharing, paths in
            let shown = paths.sorted().prefix(3).map(\.description).joined(separator: ", ")
            let more = paths.count > 3 ? " and \(paths.count - 3) more" : ""
            return PublicationFinding(
                .files,
                "\(sharing.taker) brings \(shown)\(more) of \(sharing.owner) and does not replace it")
        }
        .sorted { $0.text < $1.text }
    }

    private struct Sharing: Hashable {
        let taker: String
        let owner: String
    }

    /// Whether two packages can never be installed together: one conflicts with the other, or both provide the same
    /// name with a version.
    static func exclude(_ left: IndexEntry, _ right: IndexEntry) -> Bool {
        func conflicts(_ one: IndexEntry, _ other: IndexEntry) -> Bool {
            one.dependencies.contains { atom in
                atom.isConflict
                    && (atom.name == other.name
                        && atom.accepts(version: other.version, identity: other.identity)
                        || other.provides.contains {
                            $0.name == atom.name && atom.accepts(version: $0.version, identity: nil)
                        })
            }
        }
        if conflicts(left, right) || conflicts(right, left) { return true }
        let names = Set(left.provides.filter { $0.version != nil }.map(\.name))
        return names.contains(right.name)
            || right.provides.contains {
                $0.version != nil && (names.contains($0.name) || $0.name == left.name)
            }
    }
}
