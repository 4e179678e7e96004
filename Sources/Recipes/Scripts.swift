public import Apk

/// One entry of `install`: a file `PACKAGE.pre-install` in the recipe's folder.
public struct InstallScript: Sendable, Hashable {
    /// When apk runs a script.
    public enum Moment: String, Sendable, Codable, CaseIterable {
        case preInstall = "pre-install"
        case postInstall = "post-install"
        case preUpgrade = "pre-upgrade"
        case postUpgrade = "post-upgrade"
        case preDeinstall = "pre-deinstall"
        case postDeinstall = "post-deinstall"
    }

    /// The package that carries the script.
    public let package: PackageName
    /// When it runs.
    public let moment: Moment
    /// The file's name in the recipe's folder.
    public let file: String
}

/// One entry of `triggers`: `PACKAGE.trigger=/glob:/glob`.
public struct Trigger: Sendable, Hashable {
    /// The package that carries the script.
    public let package: PackageName
    /// The file's name in the recipe's folder.
    public let file: String
    /// The folders whose change runs it.
    public let globs: [String]
}

/// One version of the comment `# secfixes:` and the holes that it closed.
public struct SecurityFix: Sendable, Hashable, Codable {
    /// The version as written: `1.2.12-r2`, or `0` for never affected.
    public let version: String
    /// Identifiers: `CVE-2022-37434`.
    public let identifiers: [String]
}
