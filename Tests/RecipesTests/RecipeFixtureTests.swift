import Foundation
import Recipes
import Testing

/// One folder of Fixtures: a recipe, what a shell makes of it, and what we make of that.
///
/// With APKFARM_RECORD=1 the tests write `evaluated.json` as busybox ash has it and `expected.json` as we have it; look
/// at the difference before committing it.
struct RecipeFixture: Sendable, CustomTestStringConvertible {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures"
    static let isRecording = ProcessInfo.processInfo.environment["APKFARM_RECORD"] == "1"
    static let all: [RecipeFixture] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().map {
            RecipeFixture(name: $0)
        }

    let name: String

    var path: String { "\(Self.folder)/\(name)" }
    var testDescription: String { name }

    func read() throws -> RecipeFolder {
        let folder = try RecipeFolder.open(path)
        return RecipeFolder(
            repository: "main", name: name, path: path,
            files: folder.files.filter { !$0.hasSuffix(".json") }, text: folder.text)
    }

    func evaluated() throws -> EvaluatedRecipe {
        if Self.isRecording {
            let answer = try RealShell.ash.evaluate(path + "/APKBUILD", RecipeEnvironment())
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let sorted = Stored(variables: answer.variables, functions: answer.functions.sorted())
            try (String(decoding: try encoder.encode(sorted), as: UTF8.self) + "\n")
                .write(toFile: path + "/evaluated.json", atomically: true, encoding: .utf8)
        }
        let data = try Data(contentsOf: URL(fileURLWithPath: path + "/evaluated.json"))
        return try JSONDecoder().decode(EvaluatedRecipe.self, from: data)
    }

    func expected(_ actual: String) throws -> String {
        if Self.isRecording {
            try actual.write(toFile: path + "/expected.json", atomically: true, encoding: .utf8)
        }
        return try String(contentsOfFile: path + "/expected.json", encoding: .utf8)
    }

    private struct Stored: Encodable {
        let variables: [String: String]
        let functions: [String]
    }
}

@Suite("Recipes")
struct RecipeFixtureTests {
    /// What a recipe that is refused is compared by.
    private struct Refusal: Encodable {
        let refused: [String]
    }

    /// What a recipe that is understood is compared by: all of it, and its findings as people read them.
    private struct Answer: Encodable {
        let recipe: Recipe
        let says: [String]
    }

    @Test("A recipe is understood as expected", arguments: RecipeFixture.all)
    func understood(_ fixture: RecipeFixture) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var actual: String
        do {
            let recipe = try Recipe(folder: try fixture.read(), evaluated: try fixture.evaluated())
            let answer = Answer(recipe: recipe, says: recipe.findings.map(\.description))
            actual = String(decoding: try encoder.encode(answer), as: UTF8.self)
        } catch let error as RecipeError {
            let refusal = Refusal(refused: error.findings.map(\.description))
            actual = String(decoding: try encoder.encode(refusal), as: UTF8.self)
        }
        actual += "\n"
        #expect(actual == (try fixture.expected(actual)))
    }

    @Test(
        "A real shell agrees with what fixtures say of a recipe",
        arguments: RecipeFixture.all, RealShell.allCases.filter(\.isPresent))
    func confirmed(_ fixture: RecipeFixture, _ shell: RealShell) throws {
        #expect(try shell.evaluate(fixture.path + "/APKBUILD", RecipeEnvironment()) == fixture.evaluated())
    }

    @Test("There are fixtures")
    func present() {
        #expect(RecipeFixture.all.count >= 20)
    }
}
