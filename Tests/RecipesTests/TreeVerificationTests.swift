import Foundation
import Recipes
import Testing

/// `recipe dump` beside real shells: over sample recipes always, over the tree of APORTS_DIR where that is set: a
/// fiftieth of it, or all of it with APKFARM_VERIFY=full (`make verify-recipes`).
@Suite("Recipes beside a real shell", .serialized)
struct TreeVerificationTests {
    static let aports = ProcessInfo.processInfo.environment["APORTS_DIR"].flatMap { $0.isEmpty ? nil : $0 }
    static let isFull = ProcessInfo.processInfo.environment["APKFARM_VERIFY"] == "full"
    static let architectures = ["x86_64", "wasm32", "aarch64"]

    /// Our lines by recipe, and what was refused.
    private func dump(_ root: String, _ architecture: String) throws -> (
        lines: [String: [UInt8]], refused: [String]
    ) {
        var dump = try RecipeDump(root: root, architecture: architecture)
        var bytes: [UInt8] = []
        var refused: [String] = []
        _ = dump.run(write: { bytes += $0 }, found: { refused.append("\($0)") })
        var lines: [String: [UInt8]] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let name = line.dropFirst("{\"dir\":\"".utf8.count).prefix { $0 != UInt8(ascii: "\"") }
            lines[String(decoding: name, as: UTF8.self)] = Array(line)
        }
        return (lines, refused)
    }

    private func compare(_ root: String, _ shell: RealShell, _ architecture: String, every step: Int) throws
        -> Int
    {
        let ours = try dump(root, architecture)
        #expect(ours.refused == [])
        let all = ours.lines.keys.sorted()
        let recipes = stride(from: 0, to: all.count, by: step).map { all[$0] }
        let theirs = try ShellTree(shell: shell, root: root, architecture: architecture).lines(of: recipes)
        var differences = 0
        for recipe in recipes where theirs[recipe] != ours.lines[recipe] {
            differences += 1
            let expected = String(decoding: theirs[recipe] ?? [], as: UTF8.self)
            let got = String(decoding: ours.lines[recipe] ?? [], as: UTF8.self)
            Issue.record(
                "\(recipe) on \(architecture): \(shell) says \(expected.prefix(2000)), we say \(got.prefix(2000))"
            )
        }
        print("\(architecture) beside \(shell): \(recipes.count) recipes, \(differences) differences")
        return recipes.count
    }

    @Test(
        "Sample recipes set what a real shell sets", arguments: RealShell.allCases.filter(\.isPresent),
        TreeVerificationTests.architectures)
    func samples(_ shell: RealShell, _ architecture: String) throws {
        let root =
            FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
            + "/apkfarm-tree-\(UUID().uuidString)"
        let manager = FileManager.default
        // What stays behind is a folder of the system's temporary files.
        defer { try? manager.removeItem(atPath: root) }
        try manager.createDirectory(atPath: root + "/main", withIntermediateDirectories: true)
        for fixture in RecipeFixture.all {
            try manager.createDirectory(
                atPath: "\(root)/main/\(fixture.name)", withIntermediateDirectories: true)
            try manager.copyItem(
                atPath: fixture.path + "/APKBUILD", toPath: "\(root)/main/\(fixture.name)/APKBUILD")
        }
        #expect(try compare(root, shell, architecture, every: 1) == RecipeFixture.all.count)
    }

    @Test(
        "The recipes of a whole tree set what a real shell sets",
        .enabled(if: TreeVerificationTests.aports != nil, "APORTS_DIR names no tree"),
        arguments: RealShell.allCases.filter(\.isPresent), TreeVerificationTests.architectures)
    func tree(_ shell: RealShell, _ architecture: String) throws {
        let root = URL(fileURLWithPath: Self.aports ?? "").resolvingSymlinksInPath().path
        #expect(try compare(root, shell, architecture, every: Self.isFull ? 1 : 50) > 0)
    }
}
