import Apk

extension Index {
    /// The index without earlier versions: of each name what is newest. What is published is judged by it, as that is
    /// what apk installs and upgrades to.
    var withoutEarlier: Index {
        var newest: [PackageName: PackageVersion] = [:]
        for entry in entries {
            if let known = newest[entry.name], !(known < entry.version) { continue }
            newest[entry.name] = entry.version
        }
        guard newest.count < entries.count else { return self }
        return Index(entries: entries.filter { newest[$0.name] == $0.version }, description: description)
    }
}

extension PackageRepository {
    /// An index of current packages together with the earlier versions that it shall list: those that `old` lists, of
    /// names that are still made, until ``retention`` has passed since a newer one came, and only what can be installed.
    func listing(
        _ current: Index, after old: Index, _ superseded: SupersededList, others: [Index]
    ) throws(PublishingError) -> Index {
        guard try settings().listsEarlierVersions else { return current }
        var newest: [PackageName: PackageVersion] = [:]
        for entry in current.entries { newest[entry.name] = entry.version }
        let wereCurrent = Set(old.withoutEarlier.entries.map(\.fileName))
        let limit = now() - retention
        let earlier = old.entries.filter { entry in
            guard let version = newest[entry.name], entry.version < version else { return false }
            let left = superseded.lines[entry.fileName.description]?.left
            return wereCurrent.contains(entry.fileName) || left.map { $0 >= limit } ?? true
        }
        return current.adding(earlier: earlier, others: others)
    }
}

extension Index {
    /// The index with those earlier versions whose needs are met by it, by each other or by the channel's other
    /// repositories.
    func adding(earlier: [IndexEntry], others: [Index]) -> Index {
        var earlier = earlier
        while !earlier.isEmpty {
            let providers = Providers([self, Index(entries: earlier)] + others)
            let installable = earlier.filter { entry in
                entry.dependencies.allSatisfy { $0.isConflict || providers.provider(of: $0) != nil }
            }
            if installable.count == earlier.count { break }
            earlier = installable
        }
        return Index(
            entries: (entries + earlier).sorted(by: IndexEntry.precedes), description: description)
    }
}
