import Apk
import Foundation

/// A program with apk's command line: the real one, or ours.
struct AskedProgram {
    private let words: [String]

    /// A program and the words that go before all others.
    init(_ command: String) { words = command.split(separator: " ").map(String.init) }

    /// What it says to a case: the changes, or why there is no solution.
    func answer(_ example: SolverCase) throws -> [String] {
        let folder = NSTemporaryDirectory() + "apkfarm-solver-\(example.name)-\(getpid())"
        let files = FileManager.default
        defer {
            // Left behind, a scratch folder harms nobody.
            try? files.removeItem(atPath: folder)
        }
        var sources = ""
        for (number, repository) in example.repositories.enumerated() {
            let place = folder + "/r\(number)"
            try write(repository.text, to: place + "/wasm32/APKINDEX")
            _ = try AskedProgram("/usr/bin/env").run(
                ["tar", "-C", place + "/wasm32", "-czf", place + "/wasm32/APKINDEX.tar.gz", "APKINDEX"])
            sources += (repository.tag.map { "@\($0) " } ?? "") + place + "\n"
        }
        let root = folder + "/root"
        try write(example.installed, to: root + "/lib/apk/db/installed")
        try write(example.world.joined(separator: "\n") + "\n", to: root + "/etc/apk/world")
        try write("wasm32\n", to: root + "/etc/apk/arch")
        try write(sources, to: root + "/etc/apk/repositories")
        var words = ["--root", root, "--arch", "wasm32", "--allow-untrusted", "--no-cache"]
        switch example.request {
        case .add(let names): words += ["add", "--simulate"] + names
        case .remove(let names): words += ["del", "--simulate"] + names
        case .upgrade(let names):
            let isAll = names.first?.hasPrefix("-") ?? true
            words += (isAll ? ["upgrade"] : ["add", "--upgrade"]) + ["--simulate"] + names
        case .fix(let names): words += ["fix", "--simulate"] + names
        }
        var lines: [String] = []
        var isError = false
        for line in try run(words).split(separator: "\n") {
            if line.hasPrefix("ERROR: ") {
                isError = true
                lines.append(String(line.dropFirst(7)))
            } else if line.hasPrefix("("), let end = line.firstIndex(of: ")") {
                lines.append(String(line[line.index(end, offsetBy: 2)...]))
            } else if isError, line.hasPrefix("  ") {
                lines.append(String(line))
            }
        }
        return lines
    }

    private func write(_ text: String, to path: String) throws {
        let place = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: place)
    }

    /// What it says to these words, on both streams.
    func run(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = words.dropFirst() + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
