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
