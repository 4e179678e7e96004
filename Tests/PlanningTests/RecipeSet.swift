import Apk
import Foundation
import Planning
import Recipes

/// Recipes in a short form, one line each, for tests of planning:
/// `main/zlib 1.3-r0 subpackages=zlib-dev,zlib-static makedepends=perl,foo-dev`. Words after name and version are
/// variables of the recipe, values separated by commas.
struct RecipeSet {
    let recipes: [Recipe]

    init(_ text: String) throws {
        recipes = try text.split(separator: "\n").map { try Self.recipe(String($0)) }
    }

    static func recipe(_ line: String) throws -> Recipe {
        let words = line.split(separator: " ").map(String.init)
        let identity = words[0].split(separator: "/").map(String.init)
        let version = words[1].components(separatedBy: "-r")
        var variables = [
            "pkgname": identity[1], "pkgver": version[0], "pkgrel": version[1], "pkgdesc": "x", "url": "x",
            "license": "MIT", "arch": "all", "maintainer": "A <a@example.org>",
        ]
        var functions: Set<String> = ["package"]
        for word in words.dropFirst(2) {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            variables[parts[0]] = parts[1].split(separator: ",").joined(separator: " ")
            if parts[0] == "checkdepends" { functions.insert("check") }
            if parts[0] == "subpackages" {
                for subpackage in parts[1].split(separator: ",") {
                    functions.insert(String(subpackage.split(separator: "-").last ?? subpackage))
                }
            }
        }
        if !functions.contains("check"), variables["options"] == nil { variables["options"] = "!check" }
        let text = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"\n" }.joined()
        let folder = RecipeFolder(
            repository: identity[0], name: identity[1], path: "/tree/\(words[0])", files: [], text: text)
        return try Recipe(
            folder: folder, evaluated: EvaluatedRecipe(variables: variables, functions: functions))
    }

    /// A few tools.
    static let tools =
        "perl\tperl\ncmake\tcmake\tbuilds\ncmd:msgfmt\tgettext\nbison\tbison\nflex\tflex\nxz\txz-utils\n"

    func planner(
        implicit: [String] = [], options: Planner.Options = Planner.Options(), tools: String = RecipeSet.tools
    ) throws -> Planner {
        try Planner(
            recipes: recipes, hostTools: try HostTools(parsing: tools), implicit: implicit, options: options)
    }

    func plan(_ names: String..., implicit: [String] = [], options: Planner.Options = Planner.Options())
        throws -> BuildPlan
    {
        try planner(implicit: implicit, options: options).plan(names)
    }

    /// The message of the error that planning ends in; nil when there is a plan.
    func refusal(_ names: String..., implicit: [String] = []) throws -> String? {
        do {
            _ = try planner(implicit: implicit).plan(names)
            return nil
        } catch let error as PlanningError {
            return error.description
        }
    }
}

extension BuildPlan {
    var names: [String] { steps.map(\.identity) }
}
