import Foundation

/// A folder of its own for one test, removed with it.
final class Scratch {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "apkfarm-packages-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        // Left behind, a scratch folder harms nobody.
        try? FileManager.default.removeItem(atPath: path)
    }

    func path(_ name: String) -> String { path + "/" + name }

    @discardableResult
    func folder(_ name: String, mode: Int = 0o755) throws -> String {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
        chmod(path(name), mode_t(mode))
        return path(name)
    }

    @discardableResult
    func file(_ name: String, _ content: String, mode: Int = 0o644) throws -> String {
        try file(name, Array(content.utf8), mode: mode)
    }

    @discardableResult
    func file(_ name: String, _ content: [UInt8], mode: Int = 0o644) throws -> String {
        let parent = (path(name) as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data(content).write(to: URL(fileURLWithPath: path(name)))
        chmod(path(name), mode_t(mode))
        return path(name)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
    }

    func hardLink(_ name: String, to existing: String) throws {
        try FileManager.default.linkItem(atPath: path(existing), toPath: path(name))
    }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    func exists(_ name: String) -> Bool {
        var status = stat()
        return lstat(path(name), &status) == 0
    }
}

/// What a program said.
struct Answer {
    let status: Int32
    let output: String
}

/// Runs a program of this machine, both outputs joined.
@discardableResult
func run(_ program: String, _ arguments: String..., in folder: String? = nil) throws -> Answer {
    try run(program, arguments, in: folder)
}

/// Runs a program of this machine, both outputs joined.
@discardableResult
func run(_ program: String, _ arguments: [String], in folder: String? = nil) throws -> Answer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Answer(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
}
