import Foundation
import Planning
import Recipes
import Testing

/// The farm's own recipes, read with a real shell.
@Suite("The overlay's recipes")
struct OverlayTests {
    private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    private static let folder = root + "/aports-overlay"
    static let entries = RecipeTree(trees: [folder]).entries.map(\.identity)

    @Test(
        "A recipe of the overlay has no errors, is for wasm32, and every fetched source has a checksum",
        .enabled(if: RealShell.ash.isPresent, "busybox is not installed"), arguments: entries)
    func sound(_ identity: String) throws {
        #expect(RecipeTree(trees: [Self.folder]).findings.isEmpty)
        let recipe = try Self.recipe(identity)
        #expect(recipe.errors.map(\.description) == [])
        #expect(recipe.arch.allows("wasm32"))
        #expect(recipe.sources.filter { $0.sha512.isEmpty && $0.farmFolders == nil }.isEmpty)
        #expect(recipe.identity == identity)
    }

    private static func recipe(_ identity: String) throws -> Recipe {
        let folder = try RecipeFolder.open("\(Self.folder)/\(identity)")
        return try Recipe(
            folder: folder,
            evaluated: try RealShell.ash.evaluate(folder.path + "/APKBUILD", RecipeEnvironment()))
    }

    @Test(
        "All recipes of the overlay can be planned with the farm's table of host tools",
        .enabled(if: RealShell.ash.isPresent && !entries.isEmpty, "busybox is not installed"))
    func plan() throws {
        let table = try String(contentsOfFile: Self.root + "/toolchain/host-tools.tsv", encoding: .utf8)
        let planner = try Planner(
            recipes: try Self.entries.map { try Self.recipe($0) }, hostTools: try HostTools(parsing: table),
            implicit: ["musl-dev"],
            buildBase: try BuildBase(
                parsing: String(contentsOfFile: Self.root + "/toolchain/build-base.tsv", encoding: .utf8)))
        let plan = try planner.plan(Self.entries)
        #expect(plan.steps.count == Self.entries.count)
    }
}
