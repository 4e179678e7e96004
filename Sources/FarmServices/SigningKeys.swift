import Foundation
import Signing

/// The folder of private keys.
public struct SigningKeys: Sendable {
    /// The folder.
    public let folder: String

    /// Keys below a folder, which need not exist.
    public init(folder: String) { self.folder = folder }

    /// File names of the private keys, sorted.
    public func names() -> [String] {
        // A folder that is not there holds no keys.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".rsa") }.sorted()
    }

    /// The key to sign with: the named one, or the only one.
    /// - Throws: `SigningKeysError` when there is none, or several and none was named.
    public func key(named name: String? = nil) throws -> PrivateKey {
        let names = names()
        if let name {
            guard let match = names.first(where: { $0 == name || $0 + ".pub" == name }) else {
                throw SigningKeysError.unknown(name, folder)
            }
            return try PrivateKey.load(path: folder + "/" + match)
        }
        guard let first = names.first else { throw SigningKeysError.none(folder) }
        guard names.count == 1 else { throw SigningKeysError.several(names) }
        return try PrivateKey.load(path: folder + "/" + first)
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

    /// What is wrong, and the command that helps.
    public var description: String {
        switch self {
        case .none(let folder): "no signing key in \(folder); make one with 'apkfarm key new'"
        case .unknown(let name, let folder):
            "no key \(name) in \(folder); 'apkfarm key list' shows what is there"
        case .several(let names): "several keys (\(names.joined(separator: ", "))); name one with --key"
        }
    }
}
