import Foundation

/// Which versions closed which holes, in the form of Alpine's secdb, which scanners read:
/// `{"packages": [{"pkg": {"name": …, "secfixes": {VERSION: [CVE, …]}}}], …}`.
public struct SecurityDatabase: Sendable, Equatable, Codable {
    /// One recipe's entry.
    public struct Item: Sendable, Equatable, Codable {
        /// The recipe.
        public struct Package: Sendable, Equatable, Codable {
            /// Its name.
            public var name: String
            /// Identifiers by the first version that has the fix; `0` for those that never applied.
            public var secfixes: [String: [String]]
        }

        /// The recipe.
        public var pkg: Package
    }

    /// How a package's address is made.
    public var apkurl = "{{urlprefix}}/{{distroversion}}/{{reponame}}/{{arch}}/{{pkg.name}}-{{pkg.ver}}.apk"
    /// Architectures.
    public var archs: [String]
    /// The repository: `main`.
    public var reponame: String
    /// The address above the channels.
    public var urlprefix: String
    /// The channel: `edge`.
    public var distroversion: String
    /// Recipes by name.
    public var packages: [Item] = []

    /// A database without packages.
    public init(archs: [String], repository: String, urlPrefix: String, channel: String) {
        self.archs = archs
        reponame = repository
        urlprefix = urlPrefix
        distroversion = channel
    }

    /// Reads a database; `path` is for messages.
    /// - Throws: `AttestationError.unreadable`.
    public init(bytes: [UInt8], path: String) throws(AttestationError) {
        do { self = try JSONDecoder().decode(SecurityDatabase.self, from: Data(bytes)) } catch {
            throw .unreadable(path: path, reason: "is no security database")
        }
    }

    /// Puts a recipe's fixes in the place of those known of it; without any, the recipe is left out.
    public mutating func set(_ origin: String, fixes: [String: [String]]) {
        packages.removeAll { $0.pkg.name == origin }
        guard !fixes.isEmpty else { return }
        packages.append(Item(pkg: Item.Package(name: origin, secfixes: fixes)))
        packages.sort { $0.pkg.name < $1.pkg.name }
    }

    /// The database as JSON.
    public func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}
