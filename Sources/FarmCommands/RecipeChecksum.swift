import ArgumentParser
import FarmServices
import Foundation
import Recipes
import Signing

/// `apkfarm recipe checksum NAME`: the sha512sums block of a recipe.
struct RecipeChecksum: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checksum",
        abstract:
            "Prints the sha512sums block for a recipe's local files, keeping what it says of fetched ones.",
        discussion: "Example: apkfarm recipe checksum zlib")

    @OptionGroup var options: FarmOptions

    @Argument(help: "A recipe's folder or name.")
    var recipe: String

    func run() async throws {
        let farm = try Farm(options)
        let value = try await FarmCatalogue.read(try farm.recipeFolder(recipe), try farm.evaluator())
        Output.data("sha512sums=\"")
        for source in value.sources {
            if source.isLocal {
                Output.data(
                    "\(try SHA512.digest(ofFile: value.folder.location(of: source.name)).hex)  \(source.name)"
                )
            } else if source.sha512.isEmpty {
                Output.talk(
                    "\(source.name): no checksum; 'apkfarm sources add' finds the file in Debian's archive")
            } else {
                for digest in source.sha512 { Output.data("\(digest)  \(source.name)") }
            }
        }
        Output.data("\"")
    }
}
