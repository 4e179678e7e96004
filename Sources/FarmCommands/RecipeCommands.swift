import ArgumentParser
import FarmServices
import Foundation
import Recipes

struct RecipeCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipe", abstract: "Reads, checks and compares recipes.",
        subcommands: [
            RecipeShow.self, RecipeList.self, RecipeLint.self, RecipeFormat.self, RecipeDiff.self,
            RecipeChecksum.self, RecipeDumpCommand.self,
        ])
}

extension Farm {
    /// The recipe that a command's argument names: a folder with an APKBUILD, the APKBUILD itself, or a recipe of the
    /// trees, with its overlay.
    /// - Throws: `ValidationError` when there is none, `RecipeError` for one that cannot be read.
    func recipeFolder(_ recipe: String) throws -> RecipeFolder {
        if let folder = try Self.recipeFolder(at: recipe) { return folder }
        let tree = RecipeTree(trees: aports, overlays: folders.overlays)
        guard let entry = tree[recipe] else {
            throw ValidationError(
                "no recipe '\(recipe)': neither a folder with an APKBUILD nor a name in the trees"
                    + "; add a tree with --aports DIR")
        }
        return try entry.open()
    }

    /// The recipe in the folder `path`, or at the path of an APKBUILD; nil when there is none.
    static func recipeFolder(at path: String) throws -> RecipeFolder? {
        var path = absolute(path)
        if path.hasSuffix("/APKBUILD") { path = String(path.dropLast("/APKBUILD".count)) }
        guard FileManager.default.fileExists(atPath: path + "/APKBUILD") else { return nil }
        return try RecipeFolder.open(path)
    }
}
