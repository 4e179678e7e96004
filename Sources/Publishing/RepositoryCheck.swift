import Apk
import Packages
import Signing

/// One thing that is wrong with what is published.
public struct RepositoryFault: Sendable, Hashable {
    /// What kind of fault.
    public enum Kind: String, Sendable, CaseIterable {
        /// A dependency that no package of the channel meets.
        case unresolvable
        /// A name that a package provides twice, not both times without a version: apk takes it to conflict with itself.
        case provides
        /// A file that two packages own.
        case files
        /// A package that the index names and that is not there.
        case missing
        /// A package that is not what the index says.
        case differs
        /// A package without a trusted signature.
        case unsigned
        /// A file that no index names.
        case orphan
        /// The current snapshot is not what is published.
        case snapshot
    }

    /// What kind.
    public let kind: Kind
    /// The package or file.
    public let subject: String
    /// What is wrong with it.
    public let text: String
}

extension PackageRepository {
    /// Everything that is wrong with the repository as it is published, sorted by kind, then name.
    ///
    /// A package that is signed by a key which was retired since counts as signed when the index, which is signed by a
    /// trusted one, names its very bytes: that is what apk goes by.
    /// - Throws: `damagedRepository` when the index itself cannot be trusted.
    public func check() throws(PublishingError) -> [RepositoryFault] {
        let index = try current()
        var faults = try fileFaults(index)
        let providers = Providers([index] + (try siblings(trusting: nil)))
        let current = index.withoutEarlier
        let newest = current.listed
        let upgraded = Providers([current] + (try siblings(trusting: nil)))
        for entry in index.entries {
            let providers = newest.contains(entry) ? upgraded : providers
            for atom in entry.dependencies where !atom.isConflict && providers.provider(of: atom) == nil {
                let now = providers.nearest(atom.name).map { "; \($0) is what there is" } ?? ""
                faults.append(
                    RepositoryFault(
                        kind: .unresolvable, subject: entry.label,
                        text: "needs \(atom), which nothing provides\(now)"))
            }
            if let twice = entry.provides.nameProvidedTwice(by: entry.name) {
                faults.append(
                    RepositoryFault(
                        kind: .provides, subject: entry.label,
                        text: "provides \(twice) twice, so that apk refuses to install it"))
            }
        }
        for finding in try movedFiles(from: Index(), to: index, fresh: [:]) {
            faults.append(RepositoryFault(kind: .files, subject: name, text: finding.text))
        }
        if let number = IndexStamp(description: index.description)?.number {
            let path = "\(snapshotFolder(number))/APKINDEX.tar.gz"
            if try files.read(path) != files.read(indexPath) {
                faults.append(
                    RepositoryFault(
                        kind: .snapshot, subject: path, text: "is not the index that is published"))
            }
        }
        return faults.sorted {
            ($0.kind.rawValue, $0.subject, $0.text) < ($1.kind.rawValue, $1.subject, $1.text)
        }
    }

    private func fileFaults(_ index: Index) throws(PublishingError) -> [RepositoryFault] {
        let keys = try keys()
        var faults: [RepositoryFault] = []
        for entry in index.entries {
            let path = path(of: entry)
            guard try files.size(of: path) != nil else {
                faults.append(RepositoryFault(kind: .missing, subject: path, text: "is named by the index"))
                continue
            }
            do throws(PackageError) {
                let contents = try PackageReader.read(file: path)
                guard contents.identity == entry.identity else {
                    faults.append(
                        RepositoryFault(
                            kind: .differs, subject: path, text: "is not the package that the index names"))
                    continue
                }
                if contents.signers.isEmpty {
                    faults.append(RepositoryFault(kind: .unsigned, subject: path, text: "has no signature"))
                } else if contents.signers.contains(where: { keys[$0] != nil }) {
                    try PackageReader.verify(file: path, keys: keys)
                }
            } catch { faults.append(RepositoryFault(kind: .differs, subject: path, text: error.reason)) }
        }
        for file in try strays(index) {
            faults.append(RepositoryFault(kind: .orphan, subject: file, text: "is named by no index"))
        }
        return faults
    }

    /// Files in the packages' folder that neither the index names nor the list of superseded packages, nor belong to
    /// such a package.
    func strays(_ index: Index) throws(PublishingError) -> [String] {
        var known = Set(index.entries.map(\.fileName.description))
        known.formUnion(try superseded().lines.keys)
        known.subtract(try withdrawn().tombstones.keys)
        let stems = Set(known.map { $0.dropLast(".apk".count) })
        let statements = Set(index.entries.flatMap(Companions.names))
        return try files.names(in: packagesFolder).sorted().filter { name in
            if name == "APKINDEX.tar.gz" || name == SupersededList.fileName || known.contains(name)
                || statements.contains(name)
            {
                return false
            }
            guard let ending = Companions.endings.first(where: name.hasSuffix) else { return true }
            return !stems.contains(name.dropLast(ending.count))
        }
        .map { "\(packagesFolder)/\($0)" }
    }
}
