import Foundation

/// Debian packages of this machine: the versions of build tools are part of what a build depends on.
public enum HostPackages {
    /// Installed packages with their versions, read from dpkg's own status file; empty where there is no dpkg.
    public static func installed(status: String = "/var/lib/dpkg/status") throws -> [String: String] {
        guard let data = FileManager.default.contents(atPath: status) else { return [:] }
        var versions: [String: String] = [:]
        var name: String?
        for line in String(decoding: data, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if line.isEmpty { name = nil }
            if line.hasPrefix("Package: ") { name = String(line.dropFirst(9)) }
            if let name, line.hasPrefix("Version: ") { versions[name] = String(line.dropFirst(9)) }
        }
        return versions
    }
}
