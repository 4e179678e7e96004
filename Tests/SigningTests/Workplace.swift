import Foundation
import Glibc

/// A folder of its own for one test, removed with it, and the command-line tools that are the authority.
///
/// Processes are started by hand: Foundation's `Process` finds out that one ended by a descriptor that processes
/// started at the same moment inherit, and then waits for those too.
final class Workplace: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "apkfarm-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // A folder that cannot be removed is no reason for a test to fail.
        try? FileManager.default.removeItem(atPath: path)
    }

    struct ToolFailed: Error {
        let command: String
        let status: Int32
        let output: String
    }

    /// Runs a shell command in the folder; what it prints.
    @discardableResult
    func sh(_ command: String) throws -> String {
        let log = path + ".log-" + UUID().uuidString
        defer { unlink(log) }
        let process = try start(command, log: log)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        let output = String(decoding: try Data(contentsOf: URL(fileURLWithPath: log)), as: UTF8.self)
        guard status == 0 else { throw ToolFailed(command: command, status: status, output: output) }
        return output
    }

    /// Starts a shell command in the folder.
    func start(_ command: String, log: String = "/dev/null") throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words: [String] = ["sh", "-euc", "cd \"$0\"; \(command)", path]
        let copies: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) } + [nil]
        defer { for copy in copies { free(copy) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, "/bin/sh", &actions, nil, copies, environ)
        guard result == 0 else { throw ToolFailed(command: command, status: result, output: "not started") }
        return process
    }

    func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
    }
}
