import Foundation
import Planning
import Recipes
import Testing

/// All of Alpine's recipes, where `APORTS_DIR` names a checkout.
@Suite("The full tree")
struct FullTreeTests {
    private static let root = ProcessInfo.processInfo.environment["APORTS_DIR"].flatMap {
        $0.isEmpty ? nil : $0
    }

    private func table(_ root: String) -> RecipeTable {
        let environment = RecipeEnvironment(architecture: "x86_64")
        var tree = CachedTree(
            trees: [root], overlays: [], environment: environment, reading: "1", cache: nil)
        for entry in tree.stale {
            do throws(RecipeError) {
                let folder = try entry.open()
                tree.add(
                    .recipe(
                        try Recipe(
                            folder: folder,
                            evaluated: try RecipeEvaluator().evaluate(folder, in: environment),
                            environment: environment)))
            } catch { tree.add(.fault(error.description)) }
        }
        return tree.finish()
    }

    private func cycles(_ table: RecipeTable, checks: Bool, runtime: Bool) throws -> [Set<String>] {
        var options = Planner.Options()
        options.architecture = "x86_64"
        options.runsChecks = checks
        options.followsRuntime = runtime
        let distribution = try Distribution(table, options: options)
        let order = distribution.order(of: distribution.buildable)
        #expect(order.steps.count == distribution.buildable.count)
        var done = [Bool](repeating: false, count: table.rows.count)
        var early = 0
        for step in order.steps {
            // With circles cut, a few needs stand after those that need them; without, none.
            for need in table.needs(of: step.row) {
                let field = table.needs[need].field
                guard let package = distribution.answers[need].package, field.isForBuilding,
                    distribution.answers[need].kind == .package, field != .checkdepends || checks
                else { continue }
                if !done[distribution.recipe(ofPackage: package)] { early += 1 }
            }
            done[step.row] = true
        }
        #expect(early <= order.cycles.count)
        return order.cycles.map { Set($0.recipes) }
    }

    @Test(
        "makedepends alone have no circle; checkdepends and depends have one each, as other tools find",
        .enabled(if: root != nil, "APORTS_DIR names no aports tree"))
    func cycles() throws {
        let table = table(try #require(Self.root))
        #expect(table.rows.count > 10_000)
        #expect(try cycles(table, checks: false, runtime: false).isEmpty)
        #expect(try cycles(table, checks: true, runtime: false) == [["main/bison", "main/flex"]])
        #expect(
            try cycles(table, checks: false, runtime: true) == [
                ["community/kirigami", "community/qqc2-breeze-style"]
            ])
    }
}
