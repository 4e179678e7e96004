import Foundation
import Testing
import Toolchains

@Suite struct FileDigestsTests {
    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "digests-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path + "/tree/inner", withIntermediateDirectories: true)
        return path
    }

    private func shell(_ script: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    @Test func theDigestOfAFileIsWhatSha256sumSays() throws {
        let folder = try folder()
        try "hello\n".write(toFile: folder + "/file", atomically: true, encoding: .utf8)
        var digests = FileDigests(store: folder + "/memory")
        let said = try shell("sha256sum \(folder)/file | cut -d' ' -f1").trimmingCharacters(
            in: .whitespacesAndNewlines)
        #expect(try digests.digest(of: folder + "/file") == said)
    }

    @Test func aChangedFileIsSeenAlthoughRememberedBefore() throws {
        let folder = try folder()
        let file = folder + "/file"
        try "one".write(toFile: file, atomically: true, encoding: .utf8)
        var first = FileDigests(store: folder + "/memory")
        let before = try first.digest(of: file)
        first.save()
        try "two".write(toFile: file, atomically: false, encoding: .utf8)
        var second = FileDigests(store: folder + "/memory")
        #expect(try second.digest(of: file) != before)
    }

    @Test func theMemoryHasOneLineAFileAndForgetsWhatIsGone() throws {
        let folder = try folder()
        let (file, gone) = (folder + "/with a space", folder + "/gone")
        var digests = FileDigests(store: folder + "/memory")
        for content in ["one", "two"] {
            try content.write(toFile: file, atomically: false, encoding: .utf8)
            try content.write(toFile: gone, atomically: false, encoding: .utf8)
            _ = try (digests.digest(of: file), digests.digest(of: gone))
            digests.save()
            digests = FileDigests(store: folder + "/memory")
        }
        try FileManager.default.removeItem(atPath: gone)
        try "three and more".write(toFile: file, atomically: false, encoding: .utf8)
        let last = try digests.digest(of: file)
        digests.save()
        let memory = try String(contentsOfFile: folder + "/memory", encoding: .utf8)
        #expect(memory.hasPrefix(last + " ") && memory.hasSuffix(" \(file)\n"))
        #expect(memory.split(separator: "\n").count == 1)
        digests = FileDigests(store: folder + "/memory")
        #expect(try digests.digest(of: file) == last)
    }

    @Test func aTreeDigestSeesNamesModesAndLinksButNotWhatIsLeftOut() throws {
        let tree = try folder() + "/tree"
        try "x".write(toFile: tree + "/inner/a", atomically: true, encoding: .utf8)
        var digests = FileDigests(store: nil)
        let start = try digests.digest(ofTree: tree, leavingOut: ["README.md"])
        try "words".write(toFile: tree + "/README.md", atomically: true, encoding: .utf8)
        #expect(try digests.digest(ofTree: tree, leavingOut: ["README.md"]) == start)
        _ = try shell("chmod +x \(tree)/inner/a")
        let executable = try digests.digest(ofTree: tree, leavingOut: ["README.md"])
        #expect(executable != start)
        _ = try shell("ln -s a \(tree)/inner/b")
        #expect(try digests.digest(ofTree: tree, leavingOut: ["README.md"]) != executable)
    }

    @Test func aMissingFileIsAnErrorThatNamesIt() {
        var digests = FileDigests(store: nil)
        #expect(throws: ToolchainError.unreadable("/nowhere/file", "No such file or directory")) {
            try digests.digest(of: "/nowhere/file")
        }
    }
}
