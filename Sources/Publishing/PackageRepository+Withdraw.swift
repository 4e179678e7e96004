import Apk
import Packages
public import Signing

/// What a withdrawal did.
public struct WithdrawReport: Sendable, Equatable {
    /// Names of package files that never come back.
    public var withdrawn: [String] = []
    /// Packages that are listed in their place: the newest earlier version of the same origin.
    public var restored: [IndexEntry] = []
    /// Packages that left the index because nothing provides what they need any more.
    public var dependents: [IndexEntry] = []
}

extension PackageRepository {
    /// Takes a bad package away at once: all packages of the same build leave the index and the disk, their names get
    /// a tombstone with the reason, which is what clients are told that ask for them. The newest earlier version that
    /// is still there is listed instead.
    ///
    /// - Parameters:
    ///   - package: a package or its origin.
    ///   - version: nil: the listed one. A version that is no longer listed may be named too.
    ///   - takesDependents: when nothing can be listed instead, what needs the package leaves the index with it.
    /// - Throws: `unknownPackage`, or `harmful` with what needs it; then nothing has changed.
    public func withdraw(
        _ package: PackageName, version: PackageVersion? = nil, reason: String, takesDependents: Bool = false,
        key: PrivateKey, epoch: Int64
    ) throws(PublishingError) -> WithdrawReport {
        try requireOwn(key)
        let old = try index(trusting: key.publicKey)
        let builds = try builds(of: package, version, old)
        guard !builds.isEmpty else {
            let label = "\(package)\(version.map { "-\($0)" } ?? "")"
            throw .unknownPackage(label, repository: name)
        }
        var report = WithdrawReport()
        report.withdrawn = builds.map(\.fileName.description)
        var tombs = try withdrawn()
        for file in report.withdrawn where tombs.tombstones[file] == nil {
            tombs.tombstones[file] = WithdrawnPackages.Tombstone(time: now(), reason: reason)
        }
        var new = Index(entries: old.entries.filter { entry in !builds.contains { $0.label == entry.label } })
        if new.entries.count != old.entries.count, let recipe = builds.first?.recipe {
            let left = new.listed
            report.restored = try earlier(recipe, tombs, old).filter { !left.contains($0) }
            new.entries = (new.entries + report.restored).sorted(by: IndexEntry.precedes)
        }
        try dropDependents(of: old, &new, &report, takesDependents, key)
        let current = new.withoutEarlier
        let newest = current.listed
        new = current.adding(
            earlier: new.entries.filter { !newest.contains($0) },
            others: try siblings(trusting: key.publicKey))
        // The tombstones first: from now on nobody gets the files, whatever happens.
        try files.makeFolder(folder)
        try files.replace("\(folder)/\(WithdrawnPackages.fileName)", with: tombs.bytes)
        if new.entries != old.entries {
            var change = IndexChange(index: new, action: .withdraw, suites: try suites(of: old))
            change.reason = reason
            _ = try commit(change, over: old, try superseded(), key: key, epoch: epoch)
        }
        for file in report.withdrawn where try files.size(of: "\(packagesFolder)/\(file)") != nil {
            try files.remove("\(packagesFolder)/\(file)")
        }
        return report
    }

    /// All packages of the build that a package is of.
    private func builds(of package: PackageName, _ version: PackageVersion?, _ old: Index)
        throws(PublishingError)
        -> [IndexEntry]
    {
        func matching(_ entries: [IndexEntry]) -> [IndexEntry] {
            let named = entries.filter {
                ($0.name == package || $0.recipe == package.description)
                    && (version == nil || $0.version == version)
            }
            return entries.filter { entry in
                named.contains { $0.recipe == entry.recipe && $0.version == entry.version }
            }
        }
        let listed = matching(version == nil ? old.withoutEarlier.entries : old.entries)
        guard listed.isEmpty else { return listed }
        for number in try pastNumbers(of: old).reversed() {
            let found = matching(try index(ofSnapshot: number).entries)
            if !found.isEmpty, version != nil { return found }
        }
        return []
    }

    /// The packages of the newest earlier version of a recipe that can still be had.
    private func earlier(_ recipe: String, _ withdrawn: WithdrawnPackages, _ old: Index)
        throws(PublishingError)
        -> [IndexEntry]
    {
        for number in try pastNumbers(of: old).reversed() {
            let listed = try index(ofSnapshot: number).entries.filter { $0.recipe == recipe }
            let newest = listed.map(\.version).max()
            let entries = listed.filter { $0.version == newest }
            let areGood = entries.allSatisfy { entry in
                withdrawn.tombstones[entry.fileName.description] == nil
                    // One that cannot be read is no choice; why does not matter.
                    && (try? PackageReader.read(file: path(of: entry)))?.identity == entry.identity
            }
            if !entries.isEmpty, areGood { return entries }
        }
        return []
    }

    private func dropDependents(
        of old: Index, _ new: inout Index, _ report: inout WithdrawReport, _ takesDependents: Bool,
        _ key: PrivateKey
    ) throws(PublishingError) {
        let others = try siblings(trusting: key.publicKey)
        while true {
            let gate = PublicationGate(old: old, new: new, others: others)
            let broken = gate.brokenPackages(rebuilding: [])
            let findings = gate.lostProviders(rebuilding: [])
            if findings.isEmpty { return }
            if !takesDependents { throw .harmful(repository: name, findings: findings) }
            let leaving = new.entries.filter { entry in broken.contains(entry.label) }
            // What is broken still is listed by other repositories, which are withdrawn from one by one.
            guard !leaving.isEmpty else { return }
            report.dependents += leaving
            new.entries.removeAll { entry in broken.contains(entry.label) }
        }
    }

    /// Keeps an origin at a version: publications and promotions of others are refused or leave it alone.
    ///
    /// - Throws: `unknownPackage` unless the repository lists the origin at this version.
    public func hold(_ origin: String, at version: PackageVersion?, reason: String) throws(PublishingError) {
        let listed = try current().withoutEarlier.entries.filter { $0.recipe == origin }
        guard let held = listed.first, version == nil || listed.contains(where: { $0.version == version })
        else {
            throw .unknownPackage("\(origin)\(version.map { "-\($0)" } ?? "")", repository: name)
        }
        var list = try self.held()
        list.holds[origin] = HeldPackages.Hold(
            version: "\(version ?? held.version)", reason: TableText.cell(reason))
        try files.replace("\(folder)/\(HeldPackages.fileName)", with: list.bytes)
    }

    /// Lets an origin go again.
    /// - Returns: false when it was not held.
    @discardableResult
    public func release(_ origin: String) throws(PublishingError) -> Bool {
        var list = try held()
        guard list.holds.removeValue(forKey: origin) != nil else { return false }
        try files.replace("\(folder)/\(HeldPackages.fileName)", with: list.bytes)
        return true
    }

    /// What is held: origin, version and reason.
    public func holds() throws(PublishingError) -> [(origin: String, version: String, reason: String)] {
        try held().holds.sorted { $0.key < $1.key }.map { ($0.key, $0.value.version, $0.value.reason) }
    }

    /// What was withdrawn: package file, seconds since 1970 and reason.
    public func tombstones() throws(PublishingError) -> [(file: String, time: Int64, reason: String)] {
        try withdrawn().tombstones.sorted { $0.key < $1.key }.map { ($0.key, $0.value.time, $0.value.reason) }
    }
}
