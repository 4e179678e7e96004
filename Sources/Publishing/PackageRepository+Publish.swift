import Apk
import Packages
public import Signing

extension PackageRepository {
    /// Publishes signed package files under the strict policy; see ``publish(_:key:)``.
    @discardableResult
    public func publish(_ paths: [String], key: PrivateKey, epoch: Int64) throws(PublishingError)
        -> PublishReport
    {
        try publish(Publication(paths, epoch: epoch), key: key)
    }

    /// Publishes packages, all or none: verified first, compared with what is published, copied under temporary names
    /// and synced, renamed; then the index. Packages of the same origins in other versions leave the index, their
    /// files stay for ``retention``. Publishing the same bytes again changes nothing.
    ///
    /// What an origin no longer makes leaves the index. Where ``RepositorySettings`` ask for it, earlier versions stay
    /// listed for ``retention``.
    ///
    /// - Parameter key: signs the index; its public half is put into the repository's key folder.
    /// - Throws: ``PublishingError``; then the repository is what it was. `harmful` names everything that
    ///   `publication.policy` does not accept.
    @discardableResult
    public func publish(_ publication: Publication, key: PrivateKey) throws(PublishingError) -> PublishReport
    {
        try requireOwn(key)
        let old = try index(trusting: key.publicKey)
        let superseded = try superseded()
        let offers = try offers(publication.packages, trusting: key.publicKey)
        let withdrawn = try withdrawn()
        var report = PublishReport()
        var fresh: [Offer] = []
        let listed = old.listed
        for offer in offers {
            if let tombstone = withdrawn.tombstones[offer.entry.fileName.description] {
                throw .withdrawn(package: offer.entry.label, reason: tombstone.reason)
            }
            switch try verdict(on: offer, in: listed, superseded, allowsOlder: publication.allowsOlder) {
            case .new: fresh.append(offer)
            case .present: report.unchanged.append(offer.entry)
            }
        }
        let others = try siblings(trusting: key.publicKey)
        let new = try listing(
            merge(offers.map(\.entry), into: old), after: old, superseded, others: others)
        if fresh.isEmpty && new.entries == old.entries.sorted(by: IndexEntry.precedes) {
            report.removed = removeExpired(superseded, listed: new)
            return report
        }
        var suites = try suites(of: old)
        report.accepted = try requireHarmless(
            from: old, to: new, offers: offers, suites: publication.suites, before: suites,
            policy: publication.policy, others: others)
        for counts in publication.suites { suites.set(counts) }
        var change = IndexChange(index: new, action: .publish, suites: suites)
        change.placed = fresh.map { .copy($0.path, to: path(of: $0.entry)) }
        for path in publication.companions {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            change.placed.append(.copy(path, to: "\(packagesFolder)/\(name)"))
        }
        change.placed += fresh.map { .write(PackageFiles($0.contents).bytes, to: contentsPath(of: $0.entry)) }
        report.superseded = try commit(
            change, over: old, superseded, key: key, epoch: publication.epoch)
        report.published = fresh.map(\.entry)
        report.removed = removeExpired(try self.superseded(), listed: new)
        return report
    }

    // MARK: Parts of a publication

    /// A package that is to be published.
    struct Offer {
        let path: String
        let entry: IndexEntry
        let contents: PackageContents
    }

    private enum Verdict {
        case new, present
    }

    private func offers(_ paths: [String], trusting key: PublicKey) throws(PublishingError) -> [Offer] {
        let ring = try ring(with: key)
        var offers: [Offer] = []
        var seen: [ByteText: String] = [:]
        for path in paths {
            let contents: PackageContents
            do {
                try PackageReader.verify(file: path, keys: ring)
                contents = try PackageReader.read(file: path)
            } catch { throw .badPackage(path: path, reason: error.reason) }
            var entry = contents.entry
            let given = entry.architecture.map(\.description) ?? "noarch"
            guard given == architecture || given == "noarch" else {
                throw .wrongArchitecture(path: path, architecture: given, expected: architecture)
            }
            // apk fetches ARCH/NAME-VERSION.apk by the entry's word, and noarch packages lie here too.
            entry.architecture = ByteText(architecture)
            if let first = seen.updateValue(path, forKey: entry.fileName) {
                throw .duplicate(package: entry.label, first: first, second: path)
            }
            offers.append(Offer(path: path, entry: entry, contents: contents))
        }
        return offers
    }

    /// Whether a package may be published, and whether its file must be written.
    private func verdict(
        on offer: Offer, in index: ListedPackages, _ superseded: SupersededList, allowsOlder: Bool
    ) throws(PublishingError) -> Verdict {
        let entry = offer.entry
        let listed = index.entry(like: entry)
        try requireImmutable(entry, listed: listed, superseded)
        if !allowsOlder, let newest = index.newest(entry.name), entry.version < newest.version {
            throw .olderVersion(package: entry.label, listed: newest.label)
        }
        // A file that no index ever named is a leftover of a killed publication, and one that is damaged is healed.
        guard listed != nil, let present = try? PackageReader.read(file: path(of: entry)) else { return .new }
        return present.identity == entry.identity ? .present : .new
    }

    /// A name and version that was ever listed stands for the same bytes.
    func requireImmutable(
        _ entry: IndexEntry, listed: IndexEntry?, _ superseded: SupersededList
    ) throws(PublishingError) {
        let offered = entry.identity.map(\.description) ?? "-"
        let known =
            listed.flatMap(\.identity).map(\.description)
            ?? superseded.lines[entry.fileName.description]?.identity
        guard let known, known != offered else { return }
        throw .immutable(package: entry.label, published: known, offered: offered)
    }

    /// The index with these entries, without earlier versions: of each of their origins nothing else is listed.
    func merge(_ entries: [IndexEntry], into old: Index) -> Index {
        let origins = Set(entries.map { $0.origin ?? $0.name.text })
        let names = Set(entries.map(\.name))
        let others = old.withoutEarlier.entries.filter {
            !origins.contains($0.origin ?? $0.name.text) && !names.contains($0.name)
        }
        return Index(
            entries: (others + entries).sorted(by: IndexEntry.precedes), description: old.description)
    }

    /// Removes files of versions that left the index long ago. Their lines stay: a name is never used again. What
    /// cannot be removed is tried again by the next publication: this one has succeeded already.
    func removeExpired(_ list: SupersededList, listed: Index) -> [String] {
        let expired = Set(list.expired(before: now() - retention))
            .subtracting(listed.entries.map(\.fileName.description))
        guard !expired.isEmpty, let present = try? files.names(in: packagesFolder) else { return [] }
        return expired.intersection(present).sorted().filter { name in
            (try? files.remove("\(packagesFolder)/\(name)")) != nil
        }
    }
}
