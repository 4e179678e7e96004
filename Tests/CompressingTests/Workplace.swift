import Foundation

/// A folder of its own for one test, removed with it, and the command-line tools that are the authority.
final class Workplace {
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
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-euc", command]
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ToolFailed(command: command, status: process.terminationStatus, output: output)
        }
        return output
    }

    func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
    }
}
