import Apk
import Foundation
import Testing

@Suite("Solver cases and the real apk")
struct SolverRealTests {
    private static let real = ProcessInfo.processInfo.environment["APK_REAL"]

    /// Cases marked "Differs from apk 3" say in their comment why.
    @Test(.enabled(if: real != nil, "set APK_REAL to a real apk"), arguments: try SolverCase.all())
    func `the real apk answers a case as written`(example: SolverCase) throws {
        let real = try #require(Self.real)
        guard !example.differsFromApk else { return }
        // 2.14 words errors in its own way.
        let isOld = try run(real, ["--version"]).contains("apk-tools 2.")
        if isOld, example.differsFromOldApk { return }
        let answer = try ask(real, example)
        if isOld, example.expected.first?.hasPrefix("unable") == true {
            #expect(answer.first?.hasPrefix("unable") == true)
        } else {
            #expect(answer == example.expected)
        }
    }

    private func ask(_ real: String, _ example: SolverCase) throws -> [String] {
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
            _ = try run(
                "/usr/bin/env",
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
        for line in try run(real, words).split(separator: "\n") {
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

    private func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
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
