import Apk
public import Publishing

/// What a verb changed in one repository.
public struct RepositoryChange: Codable, Sendable, Equatable {
    /// The repository: `edge/main`.
    public var repository: String
    /// The number of the snapshot that is current now.
    public var number: Int64?
    /// Labels of packages that are listed now and were not.
    public var added: [String]
    /// Labels of packages that are not listed any more.
    public var removed: [String]
    /// What else there is to say, a line each.
    public var notes: [String]

    init(_ report: PublishReport, in repository: PackageRepository) throws {
        self.repository = repository.name
        number = try repository.stamp()?.number
        added = report.published.map(\.label)
        removed = report.superseded.map(\.label)
        notes =
            report.held.map { "\($0.label) is left out: \($0.origin?.description ?? "") is held" }
            + report.accepted.map { "accepted: \($0)" }
    }

    init(_ report: WithdrawReport, in repository: PackageRepository) throws {
        self.repository = repository.name
        number = try repository.stamp()?.number
        added = report.restored.map(\.label)
        removed = report.withdrawn.map { $0.hasSuffix(".apk") ? String($0.dropLast(4)) : $0 }
        notes = report.dependents.map { "\($0.label) left with it" }
    }
}

/// A repository as it is now.
public struct RepositoryRow: Codable, Sendable, Equatable {
    /// The channel: `edge`.
    public var channel: String
    /// The repository's name: `main`.
    public var repository: String
    /// The number of the current snapshot; nil for one that was never numbered.
    public var number: Int64?
    /// When that was made: `2026-11-27T22:34:16Z`.
    public var date: String?
    /// How many packages it lists.
    public var packages: Int
}

/// A state that a repository had.
public struct SnapshotRow: Codable, Sendable, Equatable {
    /// Its number.
    public var number: Int64
    /// When it was made: `2026-11-27T22:34:16Z`.
    public var date: String
    /// What led to it: publish, promote, rollback, withdraw or resign.
    public var action: String
    /// Where the packages came from; may be empty.
    public var source: String
    /// Why, in the words of who did it; may be empty.
    public var reason: String
    /// Labels of packages that the one before did not list.
    public var added: [String]
    /// Labels of packages that the one before listed.
    public var removed: [String]

    /// A snapshot as a row.
    public init(_ snapshot: Snapshot) {
        number = snapshot.number
        date = snapshot.date
        action = snapshot.action.rawValue
        source = snapshot.source
        reason = snapshot.reason
        added = snapshot.added
        removed = snapshot.removed
    }
}

extension RepositoryVerbs {
    /// Every repository of every channel.
    public func list() throws -> [RepositoryRow] {
        try channels.names().flatMap { channel in
            try channels.repositories(of: channel).map { name in
                let index = try repository(channel, name).current()
                let stamp = IndexStamp(description: index.description)
                return RepositoryRow(
                    channel: channel, repository: name, number: stamp?.number, date: stamp?.date.description,
                    packages: index.entries.count)
            }
        }
    }

    /// The states that a repository had, the newest first.
    /// - Throws: `Refusal` for what cannot be a name; `PublishingError`.
    public func snapshots(
        _ channel: String, _ name: String, before: Int64? = nil, limit: Int = .max
    ) throws -> [SnapshotRow] {
        try repository(channel, name).log(before: before, limit: limit).map(SnapshotRow.init)
    }
}
