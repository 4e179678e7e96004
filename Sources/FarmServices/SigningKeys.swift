import Foundation
import Signing

/// The keys that a farm signs with: in a folder, or in an agent.
public struct SigningKeys: Sendable {
    /// The folder.
    public let folder: String
    /// The socket of the agent that has the keys; then the folder is not looked at.
    public let agent: String?

    /// Keys below a folder, which need not exist, or of an agent.
    ///
    /// - Parameter agent: its socket; `APKFARM_KEY_AGENT` names it unless given.
    public init(folder: String, agent: String? = ProcessInfo.processInfo.environment["APKFARM_KEY_AGENT"]) {
        self.folder = folder
        self.agent = agent.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// File names of the private keys, sorted.
    public func names() -> [String] {
        // A folder that is not there holds no keys.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".rsa") }.sorted()
    }

    /// The key to sign with: the named one, the active one, or the only one.
    /// - Throws: `SigningKeysError` when there is none, several of which none is named or active, or others may read it; `SigningError`
    ///   when it cannot be read or the agent does not answer.
    public func key(named name: String? = nil) throws -> PrivateKey {
        if let agent {
            let keys = try PrivateKey.keys(ofAgent: agent)
            let chosen = try choose(keys.map { String($0.name.dropLast(".pub".count)) }, name, agent)
            guard let key = keys.first(where: { $0.name == chosen + ".pub" }) else {
                throw SigningKeysError.unknown(chosen, agent)
            }
            return key
        }
        let path = folder + "/" + (try choose(names(), name, folder))
        try Self.requirePrivate(path)
        return try PrivateKey.load(path: path)
    }

    /// A key that others may read is nobody's any more: whoever has it can sign what every client takes.
    private static func requirePrivate(_ path: String) throws {
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        // What cannot be looked at cannot be read either, and is refused there.
        guard let mode = facts?[.posixPermissions] as? Int, mode & 0o077 != 0 else { return }
        throw SigningKeysError.open(path, mode)
    }

    private func choose(_ names: [String], _ name: String?, _ place: String) throws -> String {
        if let name = name ?? active(among: names) {
            guard let match = names.first(where: { $0 == name || $0 + ".pub" == name }) else {
                throw SigningKeysError.unknown(name, place)
            }
            return match
        }
        guard let first = names.first else { throw SigningKeysError.none(place) }
        guard names.count == 1 else { throw SigningKeysError.several(names) }
        return first
    }

    /// The key that the file `active` names, which `apkfarm key activate` writes.
    private func active(among names: [String]) -> String? {
        guard let data = FileManager.default.contents(atPath: folder + "/active") else { return nil }
        let name = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return names.contains(name) ? name : nil
    }

    /// Makes a key the one that is signed with when none is named.
    public func activate(_ name: String) throws {
        try Data((name + "\n").utf8).write(to: URL(fileURLWithPath: folder + "/active"), options: .atomic)
    }
}

/// Why there is no key to sign with.
public enum SigningKeysError: Error, Equatable, CustomStringConvertible {
    /// The folder has no key.
    case none(String)
    /// The folder has no key of that name.
    case unknown(String, String)
    /// There are several keys and none was named.
    case several([String])
    /// Others than its owner may read or change the key; with its mode.
    case open(String, Int)

    /// What is wrong, and the command that helps.
    public var description: String {
        switch self {
        case .none(let folder): "no signing key in \(folder); make one with 'apkfarm key new'"
        case .unknown(let name, let folder):
            "no key \(name) in \(folder); 'apkfarm key list' shows what is there"
        case .open(let path, let mode):
            "\(path): others than its owner may read it (mode 0\(String(mode, radix: 8))); 'chmod 600 \(path)', and if anybody may"
                + " have read it, 'apkfarm key rotate'"
        case .several(let names):
            "several keys (\(names.joined(separator: ", "))); name one with --key, or for good with 'apkfarm key activate'"
        }
    }
}
