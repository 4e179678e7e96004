/// Why nothing was published. What the repository held before it holds still.
public enum PublishingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The repository's own record cannot be read, or its signature is not of a key in the repository's key folder.
    case damagedRepository(path: String, reason: String)
    /// A package that was to be published does not verify.
    case badPackage(path: String, reason: String)
    /// A package is for another architecture.
    case wrongArchitecture(path: String, architecture: String, expected: String)
    /// The same name and version is published with other bytes.
    case immutable(package: String, published: String, offered: String)
    /// The repository lists a newer version.
    case olderVersion(package: String, listed: String)
    /// Two files of one call are the same package.
    case duplicate(package: String, first: String, second: String)
    /// The repository has another public key of the same name.
    case foreignKey(path: String)
    /// A file could not be written, renamed or read.
    case file(path: String, action: String, reason: String)
    /// It would hurt those who have packages installed.
    case harmful(repository: String, findings: [PublicationFinding])
    /// The package was withdrawn; its name and version never come back.
    case withdrawn(package: String, reason: String)
    /// There is no such snapshot, or nothing to go back to.
    case noSnapshot(repository: String, reason: String)
    /// A package that was named is not there.
    case unknownPackage(String, repository: String)
    /// A snapshot cannot be listed again because files of it are gone.
    case incomplete(repository: String, missing: [String])
    /// A key is not among those that clients trust.
    case untrustedKey(String, folder: String)
    /// The trust in the key was ended.
    case endedKey(path: String, state: KeyLedger.State)
    /// A version has no release numbers left.
    case rebuildsExhausted(package: String)
    /// A constraint cannot be said in published release numbers.
    case untranslatable(atom: String)

    /// What, where, and what to do.
    public var description: String {
        switch self {
        case .damagedRepository(let path, let reason):
            "\(path): \(reason); nothing was published; restore it from a backup, or move the repository away and"
                + " build it anew"
        case .badPackage(let path, let reason):
            "\(path): \(reason); nothing was published; build the package again"
        case .wrongArchitecture(let path, let architecture, let expected):
            "\(path): is for \(architecture) but the repository for \(expected); publish it where it belongs"
        case .immutable(let package, let published, let offered):
            "\(package) is published with other bytes: published \(published), offered \(offered); a published"
                + " version never changes, so give it the next release number"
        case .olderVersion(let package, let listed):
            "\(package) is older than \(listed), which the repository lists; publish a newer version"
        case .duplicate(let package, let first, let second):
            "\(package) is in both \(first) and \(second); publish one of them"
        case .foreignKey(let path):
            "\(path): the repository has another key of this name; make one with another name"
        case .file(let path, let action, let reason):
            "\(path): cannot be \(action): \(reason); what was published before is unchanged; make room or check the"
                + " folder's rights, then try again"
        case .harmful(let repository, let findings):
            "\(repository) would break what is installed, nothing was published:\n"
                + findings.map { "  \($0)\n" }.joined()
                + "publish what mends it in the same call, or accept it with --accept \(Self.kinds(findings))"
        case .withdrawn(let package, let reason):
            "\(package) was withdrawn (\(reason)) and never comes back; give it the next release number"
        case .noSnapshot(let repository, let reason):
            "\(repository): \(reason); 'apkfarm repo log' shows what there is"
        case .unknownPackage(let name, let repository):
            "\(repository) has no package \(name); 'apkfarm repo list' shows what there is"
        case .incomplete(let repository, let missing):
            "\(repository): files of that snapshot are gone or withdrawn: \(missing.joined(separator: ", "));"
                + " choose a later one of 'apkfarm repo log'"
        case .untrustedKey(let name, let folder):
            "\(folder) has no key \(name), or it is the only one; introduce one with 'apkfarm key rotate'"
        case .endedKey(let path, let state):
            "\(path): this key was \(state.rawValue) and signs nothing any more; name another one with --key"
        case .rebuildsExhausted(let package): "\(package) has been rebuilt 999 times; raise its pkgrel"
        case .untranslatable(let atom):
            "'\(atom)' cannot be said in published release numbers; leave out the release, or use < or >="
        }
    }

    private static func kinds(_ findings: [PublicationFinding]) -> String {
        Set(findings.map(\.kind.rawValue)).sorted().joined(separator: ",")
    }
}
