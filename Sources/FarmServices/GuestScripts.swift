import Apk
import Foundation
import Sandboxing

/// Runs packages' scripts as wasm programs, with the root that is being made as their whole file system and without a
/// network, as apk runs them after chroot.
///
/// A script's output goes to standard error: standard output is the command's. As in apk, one that fails is reported
/// with its status, and the installation goes on.
public struct GuestScripts: ScriptRunner {
    /// Where a guest sees its script's folder.
    private static let place = "/.apkfarm/wasm-code/scripts"

    private let root: String
    private let folders: () throws -> FarmFolders

    /// A runner for one root. `folders` is asked when the first script comes: whoever installs only files needs no farm.
    public init(root: String, folders: @escaping () throws -> FarmFolders) {
        self.root = root
        self.folders = folders
    }

    /// Runs a script and waits for its end.
    public mutating func run(
        _ script: PackageScript, of package: IndexEntry, arguments: [ByteText]
    ) throws(ApkError) {
        let status: Int32
        do {
            status = try ended(script, of: package, arguments: arguments.map(\.description))
        } catch {
            throw ApkError(.machine, "\(error); --no-scripts installs without them")
        }
        guard status == 0 else { throw ApkError(.machine, "script exited with error \(status)") }
    }

    private func ended(
        _ script: PackageScript, of package: IndexEntry, arguments: [String]
    ) throws -> Int32 {
        let folders = try folders()
        let manager = FileManager.default
        let scratch = manager.temporaryDirectory.appendingPathComponent("apkfarm-script-\(UUID().uuidString)")
        try manager.createDirectory(at: scratch, withIntermediateDirectories: true)
        // What is left of it lies where the system clears up.
        defer { try? manager.removeItem(at: scratch) }
        let name = "\(package.label).\(script.kind.name)"
        let file = scratch.appendingPathComponent(name)
        try Data(script.bytes).write(to: file)
        try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        let command = GuestCommand(root: root, guest: folders.guest, wasmCode: folders.wasmCode)
        let words = command.arguments(
            [Self.place + "/" + name] + arguments, visible: [(scratch.path, Self.place)],
            environment: ["APK_PACKAGE": package.name.description, "APK_SCRIPT": "\(script.kind.name)"])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.standardError
        try process.run()
        process.waitUntilExit()
        // The sandbox's mount point, if it is new and nothing is in it.
        rmdir(root + "/.apkfarm")
        return process.terminationReason == .exit
            ? process.terminationStatus : 128 + process.terminationStatus
    }
}
