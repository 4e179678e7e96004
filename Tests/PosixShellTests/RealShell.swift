import Foundation
import Testing

/// A shell of this machine: the authority.
enum RealShell: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case ash, bash

    var testDescription: String { rawValue }

    private var command: [String] {
        switch self {
        case .ash: ["/usr/bin/busybox", "ash"]
        case .bash: ["/usr/bin/bash"]
        }
    }

    var isPresent: Bool { FileManager.default.isExecutableFile(atPath: command[0]) }

    /// What a script prints, in an empty folder; nil when the shell complains.
    func run(_ script: [UInt8]) throws -> [UInt8]? {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "posixshell-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // What stays behind is an empty folder of the system's own temporary files.
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("../\(folder.lastPathComponent).sh").standardizedFileURL
        try Data(script).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = command.dropFirst() + [file.path]
        process.environment = ["PATH": "/usr/bin:/bin"]
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return said.isEmpty ? [UInt8](printed) : nil
    }
}
