import Building
import Foundation

/// Debian packages of this machine: the versions of build tools are part of what a build depends on.
public enum HostPackages {
    /// Stands for the version of a package that is not installed.
    public static let absent = "not installed"

    /// Refuses a build whose tools are not there: without them it would go another way, or end in a riddle. A machine
    /// without dpkg is believed to have everything.
    public static func require(_ tools: [String: String], of installed: [String: String]) throws(BuildError) {
        let missing = tools.filter { $0.value == absent }.keys.sorted()
        guard installed.isEmpty || missing.isEmpty else { throw .hostToolsAbsent(missing) }
    }

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
