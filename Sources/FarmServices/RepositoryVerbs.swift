import Apk
import Foundation
public import Publishing
import Signing

/// What a person does to what is published: promote, roll back, withdraw. The same for the daemon and for a command line
/// without one. Whoever calls has the farm's lock, and does one thing at a time.
public struct RepositoryVerbs: Sendable {
    /// A request that cannot be meant.
    public struct Refusal: Error, CustomStringConvertible {
        /// What is wrong, and what to do.
        public let description: String
    }

    /// A promotion that is wanted.
    public struct Promotion: Codable, Sendable, Equatable {
        /// The channel that has the packages.
        public var from: String
        /// The channel that is to have them.
        public var to: String
        /// Only this repository.
        public var repository: String?
        /// Take away what `from` does not have.
        public var exact: Bool?
        /// Kinds of findings to accept.
        public var accept: [String]?
        /// The name of the key to sign with, when there are several.
        public var key: String?

        /// A promotion between channels.
        public init(
            from: String, to: String, repository: String? = nil, exact: Bool? = nil, accept: [String]? = nil,
            key: String? = nil
        ) {
            self.from = from
            self.to = to
            self.repository = repository
            self.exact = exact
            self.accept = accept
            self.key = key
        }
    }

    /// A way back that is wanted.
    public struct RollBack: Codable, Sendable, Equatable {
        /// The snapshot; nil for the newest one with other packages.
        public var to: Int64?
        /// Why.
        public var reason: String?
        /// The name of the key to sign with, when there are several.
        public var key: String?

        /// A way back to a snapshot.
        public init(to: Int64? = nil, reason: String? = nil, key: String? = nil) {
            self.to = to
            self.reason = reason
            self.key = key
        }
    }

    /// A withdrawal that is wanted.
    public struct Withdrawal: Codable, Sendable, Equatable {
        /// A package or its origin.
        public var package: String
        /// The version; nil for the listed one.
        public var version: String?
        /// Why: what clients are told that ask for it.
        public var reason: String
        /// Only this channel.
        public var channel: String?
        /// Take along what cannot be installed without it.
        public var withDependents: Bool?
        /// The name of the key to sign with, when there are several.
        public var key: String?

        enum CodingKeys: String, CodingKey {
            case package, version, reason, channel, key
            case withDependents = "with_dependents"
        }

        /// A withdrawal of a package.
        public init(
            package: String, version: String? = nil, reason: String, channel: String? = nil,
            withDependents: Bool? = nil, key: String? = nil
        ) {
            self.package = package
            self.version = version
            self.reason = reason
            self.channel = channel
            self.withDependents = withDependents
            self.key = key
        }
    }

    let folders: FarmFolders
    let now: @Sendable () -> Int64

    var channels: Channels { folders.channels }

    /// Verbs over a farm's repositories; `now` is seconds since 1970.
    public init(
        folders: FarmFolders, now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
    ) {
        self.folders = folders
        self.now = now
    }

    /// A repository by its channel and name.
    /// - Throws: `Refusal` for what cannot be a name.
    public func repository(_ channel: String, _ name: String) throws -> PackageRepository {
        for part in [channel, name] where !Channels.isName(part) || part == "keys" || part == "sources" {
            throw Refusal(
                description:
                    "'\(part)' cannot be a channel or repository: use letters, digits, '.', '_', '-'")
        }
        return channels.repository(channel, name)
    }

    /// Takes what one channel lists over into another, repository by repository.
    /// - Throws: `Refusal`, `PublishingError`; what was taken over before stays so.
    public func promote(_ wanted: Promotion) throws -> [RepositoryChange] {
        guard wanted.from != wanted.to else {
            throw Refusal(description: "'\(wanted.from)' cannot be promoted to itself")
        }
        for name in [wanted.from, wanted.to] { _ = try repository(name, wanted.repository ?? "main") }
        let names = try wanted.repository.map { [$0] } ?? channels.repositories(of: wanted.from)
        guard !names.isEmpty else {
            throw Refusal(
                description: "channel '\(wanted.from)' has no repository; there are: "
                    + "\(try channels.names().joined(separator: ", "))")
        }
        let policy = PublicationPolicy(accepting: try Self.kinds(wanted.accept ?? []))
        let key = try SigningKeys(folder: folders.keys).key(named: wanted.key)
        return try names.map { name in
            let target = channels.repository(wanted.to, name)
            // The others of the channel will be what FROM has of them, else what they are.
            let others = Set(names + (try channels.repositories(of: wanted.to))).subtracting([name]).sorted()
                .map { channels.repository(names.contains($0) ? wanted.from : wanted.to, $0) }
            let report = try target.promote(
                from: channels.repository(wanted.from, name), wanted.exact == true ? .exact : .merging,
                policy: policy, others: others, key: key, epoch: now())
            return try RepositoryChange(report, in: target)
        }
    }

    /// Kinds of findings by their names.
    /// - Throws: `Refusal` for what cannot be accepted.
    public static func kinds(_ words: [String]) throws -> Set<PublicationFinding.Kind> {
        Set(
            try words.map { word in
                guard let kind = PublicationFinding.Kind(rawValue: word), kind != .held else {
                    throw Refusal(
                        description:
                            "'\(word)' cannot be accepted: provider, files, older, tests and growth can; for a held"
                            + " package there is 'apkfarm repo unhold'")
                }
                return kind
            })
    }

    /// Lists an earlier snapshot's packages again.
    /// - Throws: `Refusal`, `PublishingError`; then nothing has changed.
    public func rollBack(_ channel: String, _ name: String, _ wanted: RollBack) throws -> RepositoryChange {
        let target = try repository(channel, name)
        let key = try SigningKeys(folder: folders.keys).key(named: wanted.key)
        let report = try target.rollBack(
            to: wanted.to, reason: wanted.reason ?? "", key: key, epoch: now())
        return try RepositoryChange(report, in: target)
    }

    /// Takes a bad package out of every channel, or of one.
    /// - Returns: the repositories that had it.
    /// - Throws: `Refusal` for an unknown package; `PublishingError`.
    public func withdraw(_ wanted: Withdrawal) throws -> [RepositoryChange] {
        let name: PackageName
        let version: PackageVersion?
        do {
            name = try PackageName(parsing: wanted.package)
            version = try wanted.version.map { try PackageVersion(parsing: $0) }
        } catch { throw Refusal(description: "\(error)") }
        guard !wanted.reason.isEmpty else {
            throw Refusal(description: "a withdrawal has a reason: clients are told it")
        }
        let key = try SigningKeys(folder: folders.keys).key(named: wanted.key)
        var changes: [RepositoryChange] = []
        for channel in try wanted.channel.map({ [$0] }) ?? channels.names() {
            _ = try repository(channel, "main")
            for one in try channels.repositories(of: channel) {
                let target = channels.repository(channel, one)
                do {
                    let report = try target.withdraw(
                        name, version: version, reason: wanted.reason,
                        takesDependents: wanted.withDependents == true, key: key, epoch: now())
                    changes.append(try RepositoryChange(report, in: target))
                } catch PublishingError.unknownPackage { continue }
            }
        }
        guard !changes.isEmpty else {
            throw Refusal(
                description: "no channel has \(wanted.package)\(wanted.version.map { "-\($0)" } ?? "");"
                    + " 'apkfarm repo list' shows what there is")
        }
        return changes
    }
}
