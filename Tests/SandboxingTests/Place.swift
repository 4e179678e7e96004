import Foundation
import Sandboxing

/// A folder for one test, with a build folder in it, and sandboxes over that. Gone when the test ends.
final class Place {
    let folder: String
    var build: String { folder + "/build" }

    /// The checkout that these tests lie in.
    static let checkout = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// toolchain/sandbox builds it.
    static let initProgram = checkout.appendingPathComponent("toolchain/libexec/sandbox-init").path

    init() throws {
        folder = NSTemporaryDirectory() + "sandboxing-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder + "/build", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            atPath: folder + "/scratch", withIntermediateDirectories: true)
    }

    deinit {
        // A test's folder that stays behind harms nothing.
        try? FileManager.default.removeItem(atPath: folder)
    }

    var host: SandboxHost {
        SandboxHost(initProgram: Self.initProgram, scratch: folder + "/scratch")
    }

    func sandbox(_ change: (inout Limits) -> Void = { _ in }) -> Sandbox {
        var limits = Limits(wallTime: .seconds(60))
        change(&limits)
        return Sandbox(
            host: host, mounts: [.writable(build, at: "/build")],
            environment: ["PATH": "/usr/bin:/bin:/usr/sbin", "HOME": "/build"], workingDirectory: "/build",
            limits: limits, sampling: .milliseconds(50))
    }

    /// Runs a shell script; returns the result and all that it printed.
    func shell(_ script: String, in sandbox: Sandbox? = nil) async throws -> (
        result: SandboxResult, text: String
    ) {
        let log = folder + "/log"
        // Left from an earlier run of this test, if there was one.
        try? FileManager.default.removeItem(atPath: log)
        let result = try await (sandbox ?? self.sandbox()).run(["sh", "-c", script], log: log)
        return (result, try String(contentsOfFile: log, encoding: .utf8))
    }

    /// Processes of the whole machine whose command line holds a text.
    static func processes(with text: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { name in
            guard Int(name) != nil, let data = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
            else {
                return false
            }
            return String(decoding: data, as: UTF8.self).contains(text)
        }.count
    }
}
