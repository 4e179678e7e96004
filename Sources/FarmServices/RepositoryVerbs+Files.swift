import Apk
import Foundation
import Packages
import Publishing
import Signing

/// What a person does to a repository's files: publish by hand, hold, let go, remove what nobody needs.
extension RepositoryVerbs {
    /// A publication by hand that is wanted.
    public struct ByHand: Codable, Sendable, Equatable {
        /// Package files: paths where the command line does it itself, else digests (SHA-256) of what was brought before.
        public var packages: [String]
        /// Kinds of findings to accept.
        public var accept: [String]?
        /// The name of the key to sign with, when there are several.
        public var key: String?

        /// A publication of these packages.
        public init(packages: [String], accept: [String]? = nil, key: String? = nil) {
            self.packages = packages
            self.accept = accept
            self.key = key
        }
    }

    /// An origin that is to stay at its version, or may change again.
    public struct Hold: Codable, Sendable, Equatable {
        /// The recipe's name.
        public var origin: String
        /// The version; the listed one unless given.
        public var version: String?
        /// Why; refusals show it.
        public var reason: String?

        /// A hold of an origin.
        public init(origin: String, version: String? = nil, reason: String? = nil) {
            self.origin = origin
            self.version = version
            self.reason = reason
        }
    }

    /// An origin that is held.
    public struct HoldRow: Codable, Sendable, Equatable {
        /// The recipe's name.
        public var origin: String
        /// The version that it stays at.
        public var version: String
        /// Why.
        public var reason: String
    }

    /// What is to be removed.
    public struct Collection: Codable, Sendable, Equatable {
        /// Only say what would go.
        public var simulate: Bool?
        /// How many bytes fetched sources may take; nil leaves them alone.
        public var maxDistfiles: Int64?
        /// How many bytes build results may take.
        public var maxBuilds: Int64?
        /// How many bytes logs may take.
        public var maxLogs: Int64?

        enum CodingKeys: String, CodingKey {
            case simulate
            case maxDistfiles = "max_distfiles"
            case maxBuilds = "max_builds"
            case maxLogs = "max_logs"
        }

        /// Nothing but what repositories do not need.
        public init(
            simulate: Bool? = nil, maxDistfiles: Int64? = nil, maxBuilds: Int64? = nil, maxLogs: Int64? = nil
        ) {
            self.simulate = simulate
            self.maxDistfiles = maxDistfiles
            self.maxBuilds = maxBuilds
            self.maxLogs = maxLogs
        }
    }

    /// A file that went, or would go.
    public struct GarbageRow: Codable, Sendable, Equatable {
        /// Where it was: `edge/main`, `builds`.
        public var store: String
        /// The file or folder.
        public var path: String
        /// What it took.
        public var bytes: Int64
        /// Why nobody needs it.
        public var reason: String
    }

    /// Publishes package files; those without a signature are signed.
    /// - Throws: `Refusal`, `PublishingError`, the error of a file that is no package; then nothing has changed.
    public func publish(_ channel: String, _ name: String, _ wanted: ByHand) throws -> RepositoryChange {
        let target = try repository(channel, name)
        guard !wanted.packages.isEmpty else { throw Refusal(description: "no package is named") }
        let key = try SigningKeys(folder: folders.keys).key(named: wanted.key)
        let staged = folders.work + "/publish-by-hand"
        try FileManager.default.createDirectory(atPath: staged, withIntermediateDirectories: true)
        // Copies of the caller's files; the next call replaces what stays.
        defer { try? FileManager.default.removeItem(atPath: staged) }
        let paths = try wanted.packages.map { try Self.signed($0, in: staged, key) }
        var publication = Publication(paths, epoch: now())
        publication.policy = PublicationPolicy(accepting: try Self.kinds(wanted.accept ?? []))
        return try RepositoryChange(try target.publish(publication, key: key), in: target)
    }

    /// A file under its package's name, with a signature.
    private static func signed(_ path: String, in folder: String, _ key: PrivateKey) throws -> String {
        let contents = try PackageReader.read(file: path)
        let target = "\(folder)/\(contents.entry.fileName)"
        if contents.signers.isEmpty {
            try PackageSigner.sign(path, to: target, with: key, epoch: contents.info.buildDate ?? 0)
        } else if !FileManager.default.fileExists(atPath: target) {
            try FileManager.default.copyItem(atPath: path, toPath: target)
        }
        return target
    }

    /// Keeps an origin at its version.
    /// - Returns: everything that is held.
    /// - Throws: `Refusal`, `PublishingError.unknownPackage`.
    public func hold(_ channel: String, _ name: String, _ wanted: Hold) throws -> [HoldRow] {
        let target = try repository(channel, name)
        let version: PackageVersion?
        do { version = try wanted.version.map { try PackageVersion(parsing: $0) } } catch {
            throw Refusal(description: "\(error)")
        }
        try target.hold(wanted.origin, at: version, reason: wanted.reason ?? "held by hand")
        return try holds(channel, name)
    }

    /// Lets a held origin go again.
    /// - Returns: everything that is still held.
    /// - Throws: `Refusal` for one that is not held.
    public func unhold(_ channel: String, _ name: String, _ wanted: Hold) throws -> [HoldRow] {
        guard try repository(channel, name).release(wanted.origin) else {
            throw Refusal(
                description: "\(wanted.origin) is not held; 'apkfarm repo hold' lists what is")
        }
        return try holds(channel, name)
    }

    /// What is held in a repository.
    public func holds(_ channel: String, _ name: String) throws -> [HoldRow] {
        try repository(channel, name).holds().map {
            HoldRow(origin: $0.origin, version: $0.version, reason: $0.reason)
        }
    }

    /// Removes, or with `simulate` only names, what nobody needs any more.
    public func collect(_ wanted: Collection) throws -> [GarbageRow] {
        let isSimulated = wanted.simulate == true
        var rows: [GarbageRow] = []
        for channel in try channels.names() {
            for name in try channels.repositories(of: channel) {
                let repository = channels.repository(channel, name)
                let garbage = try repository.garbage()
                rows += garbage.map {
                    GarbageRow(store: repository.name, path: $0.path, bytes: $0.bytes, reason: $0.reason)
                }
                if !isSimulated { try repository.remove(garbage) }
            }
        }
        for (name, folder, limit) in [
            ("distfiles", folders.distfiles, wanted.maxDistfiles),
            ("builds", folders.builds, wanted.maxBuilds),
            ("logs", folders.logs, wanted.maxLogs),
        ] {
            guard let limit else { continue }
            let cap = StoreCap(folder: folder, isByFolder: name == "builds")
            let victims = try cap.victims(keeping: limit, now: Date(timeIntervalSince1970: Double(now())))
            rows += victims.map {
                GarbageRow(store: name, path: $0.path, bytes: $0.bytes, reason: "not used for longest")
            }
            if !isSimulated { try cap.remove(victims) }
        }
        return rows
    }
}
