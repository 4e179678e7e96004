import Apk
import Archives
import Foundation
import Packages
import Signing

/// The root file system of a machine, made of published packages.
public enum SystemImage {
    /// What an image is made of.
    public struct Plan: Sendable {
        /// The packages that are asked for; what they need comes along.
        public var packages: [String]
        /// Where packages come from: a repository's folder or address (`repo/edge/main`).
        public var repositories: [String]
        /// The keys that the index must be signed with.
        public var keys: KeyRing
        /// The line of `/etc/apk/repositories` in the image; none without one.
        public var guestRepositories: [String]
        /// The time of every file, in seconds since 1970.
        public var seconds: Int

        /// A plan; times are the farm's epoch, 2026-01-01, if nothing else is said.
        public init(
            packages: [String], repositories: [String], keys: KeyRing, guestRepositories: [String] = [],
            seconds: Int = 1_767_225_600
        ) {
            self.packages = packages
            self.repositories = repositories
            self.keys = keys
            self.guestRepositories = guestRepositories
            self.seconds = seconds
        }
    }

    /// Folders that a root has and no package may have brought.
    private static let mountPoints = ["dev", "proc", "sys", "run", "tmp", "root", "etc"]

    /// What the kernel opens before anything is mounted.
    private static let devices = [
        InitialFileSystem.Device(path: "dev/console", major: 5, minor: 1),
        InitialFileSystem.Device(path: "dev/null", major: 1, minor: 3, permissions: 0o666),
        InitialFileSystem.Device(path: "dev/zero", major: 1, minor: 5, permissions: 0o666),
    ]

    /// Builds an image in a folder of its own and writes it to `file`, whole or not at all.
    ///
    /// - Parameters:
    ///   - scratch: a folder that is made and removed again.
    ///   - scripts: makes what runs the packages' scripts in a root.
    /// - Returns: the packages in it, with their versions.
    /// - Throws: `PackageError` of the installation, also when a script failed; `ArchiveError`.
    @discardableResult
    public static func build<Runner: ScriptRunner>(
        _ plan: Plan, to file: String, scratch: String, scripts: (_ root: String) -> Runner
    ) throws -> [String] {
        let manager = FileManager.default
        try? manager.removeItem(atPath: scratch)  // of a build that was killed
        try manager.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        defer {
            // The next build removes it before it begins.
            try? manager.removeItem(atPath: scratch)
        }
        let root = scratch + "/root"
        let installer = Installer(root: root, keys: plan.keys, repositories: plan.repositories)
        var runner = scripts(root)
        var failures: [String] = []
        let steps = try installer.add(
            try plan.packages.map { try DependencyAtom(parsing: $0) }, scripts: &runner,
            notes: { failures.append($0) })
        guard failures.isEmpty else {
            throw PackageError(path: file, reason: failures.joined(separator: "\n"))
        }
        for folder in mountPoints {
            try manager.createDirectory(atPath: root + "/" + folder, withIntermediateDirectories: true)
        }
        if !plan.guestRepositories.isEmpty {
            let text = plan.guestRepositories.map { $0 + "\n" }.joined()
            try Data(text.utf8).write(to: URL(fileURLWithPath: root + "/etc/apk/repositories"))
        }
        try InitialFileSystem.write(root, to: file, devices: devices, seconds: plan.seconds)
        return steps.map(\.description)
    }
}
