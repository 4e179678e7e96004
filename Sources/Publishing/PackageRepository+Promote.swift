import Apk
import Packages
public import Signing

extension PackageRepository {
    /// How much of another repository is taken over.
    public enum Promotion: Sendable {
        /// Its origins in the place of this one's; other origins stay.
        case merging
        /// Everything, and nothing else, but for what is held.
        case exact
    }

    /// Lists what another repository lists: the packages get a second name here (a hard link), then the index is
    /// switched. Origins that are held here stay at their version; withdrawn packages are left out.
    ///
    /// - Parameters:
    ///   - source: another channel's repository of the same name; not changed.
    ///   - others: indexes that the channel's other repositories will have; nil: those that they have.
    /// - Throws: ``PublishingError``; then this repository is what it was.
    @discardableResult
    public func promote(
        from source: PackageRepository, _ promotion: Promotion = .merging,
        policy: PublicationPolicy = PublicationPolicy(), others: [PackageRepository]? = nil,
        key: PrivateKey, epoch: Int64
    ) throws(PublishingError) -> PublishReport {
        try requireOwn(key)
        let old = try index(trusting: key.publicKey)
        let offered = try source.index(trusting: key.publicKey).withoutEarlier
        let superseded = try superseded()
        let holds = try held().holds
        let withdrawn = try withdrawn()
        let taken = offered.entries.filter {
            holds[$0.recipe] == nil && withdrawn.tombstones[$0.fileName.description] == nil
        }
        var new = merge(taken, into: old)
        if case .exact = promotion {
            let kept = old.withoutEarlier.entries.filter { holds[$0.recipe] != nil }
            new.entries = (kept + taken).sorted(by: IndexEntry.precedes)
        }
        var indexes: [Index] = []
        if let others {
            for other in others { indexes.append(try other.index(trusting: key.publicKey)) }
        } else {
            indexes = try siblings(trusting: key.publicKey)
        }
        new = try listing(new, after: old, superseded, others: indexes)
        var report = PublishReport()
        let before = old.listed
        report.held = offered.entries.filter { holds[$0.recipe] != nil && !before.contains($0) }
        let change = try takeOver(taken, from: source, old, superseded, policy, &report)
        guard new.entries != old.entries.sorted(by: IndexEntry.precedes) || !change.placed.isEmpty else {
            return report
        }
        var suites = try suites(of: old)
        let tested = try source.suites(of: offered)
        let origins = Set(taken.map(\.recipe))
        let counts = origins.flatMap { tested.counts[$0].map { Array($0.values) } ?? [] }
        report.accepted = try requireHarmless(
            from: old, to: new, offers: [], suites: counts, before: suites, policy: policy, others: indexes,
            fresh: change.lists)
        for origin in origins { suites.set(origin: origin, from: tested) }
        var commit = IndexChange(index: new, action: .promote, suites: suites)
        let number = IndexStamp(description: offered.description)?.number
        commit.source = "\(source.name)\(number.map { " \($0)" } ?? "")"
        commit.placed = change.placed
        report.superseded = try self.commit(commit, over: old, superseded, key: key, epoch: epoch)
        report.removed = removeExpired(try self.superseded(), listed: new)
        return report
    }

    /// What must be put in its place so that this repository has another's packages.
    private func takeOver(
        _ entries: [IndexEntry], from source: PackageRepository, _ old: Index, _ superseded: SupersededList,
        _ policy: PublicationPolicy, _ report: inout PublishReport
    ) throws(PublishingError) -> (placed: [IndexChange.Placed], lists: [String: PackageFiles]) {
        var placed: [IndexChange.Placed] = []
        var lists: [String: PackageFiles] = [:]
        let before = old.listed
        let companions = Set(try source.files.names(in: source.packagesFolder))
        for entry in entries {
            let listed = before.entry(like: entry)
            try requireImmutable(entry, listed: listed, superseded)
            if !policy.accepted.contains(.older), let newest = before.newest(entry.name),
                entry.version < newest.version
            {
                throw .olderVersion(package: entry.label, listed: newest.label)
            }
            if listed != nil, try files.size(of: path(of: entry)) == entry.fileSize {
                report.unchanged.append(entry)
                continue
            }
            let contents: PackageContents
            do { contents = try PackageReader.read(file: source.path(of: entry)) } catch {
                throw .badPackage(path: source.path(of: entry), reason: error.reason)
            }
            guard contents.identity == entry.identity else {
                throw .badPackage(
                    path: source.path(of: entry), reason: "is not the package that \(source.name) lists")
            }
            report.published.append(entry)
            lists[entry.label] = PackageFiles(contents)
            placed.append(.link(source.path(of: entry), to: path(of: entry)))
            for name in Companions.names(of: entry) where companions.contains(name) {
                placed.append(.link("\(source.packagesFolder)/\(name)", to: "\(packagesFolder)/\(name)"))
            }
            placed.append(.write(PackageFiles(contents).bytes, to: contentsPath(of: entry)))
        }
        // Several packages of a build share one statement.
        var seen: Set<String> = []
        return (placed.filter { seen.insert($0.path).inserted }, lists)
    }
}

/// Files that lie beside packages and tell about them.
enum Companions {
    /// Endings of such files' names.
    static let endings = [".cdx.json", ".provenance.json"]

    /// Names that may belong to a package: its SBOM, and the statement of the build that it is from.
    static func names(of entry: IndexEntry) -> [String] {
        ["\(entry.label).cdx.json", "\(entry.recipe)-\(entry.version).provenance.json"]
    }
}
