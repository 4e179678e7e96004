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
        // By bytes: the file has megabytes, and every command that builds reads it.
        for line in [UInt8](data).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            switch line.first {
            case nil: name = nil
            case UInt8(ascii: "P"): if let value = value(of: "Package: ", line) { name = value }
            case UInt8(ascii: "V"):
                if let name, let value = value(of: "Version: ", line) { versions[name] = value }
            default: break
            }
        }
        return versions
    }

    private static func value(of field: StaticString, _ line: ArraySlice<UInt8>) -> String? {
        let count = field.utf8CodeUnitCount
        guard line.count > count,
            line.prefix(count).elementsEqual(UnsafeBufferPointer(start: field.utf8Start, count: count))
        else { return nil }
        return String(decoding: line.dropFirst(count), as: UTF8.self)
    }
}
