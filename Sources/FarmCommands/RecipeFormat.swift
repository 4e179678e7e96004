import ArgumentParser
import FarmServices
import Foundation
import PosixShell
import Recipes

/// `apkfarm recipe fmt`: recipes in their usual form.
struct RecipeFormat: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt",
        abstract: "Rewrites what is only form: blanks at line ends, indentation by spaces, 'name ()'.",
        discussion: """
            What a recipe evaluates to never changes. --check prints the difference, writes nothing, and ends with 1 \
            when there is one.
            Example: apkfarm recipe fmt --check aports-overlay/main/zlib
            """)

    @OptionGroup var options: FarmOptions

    @Flag(help: "Print what would change, and change nothing.")
    var check = false

    @Flag(help: "Every recipe of the trees and of the farm; with --check only.")
    var all = false

    @Argument(help: "Recipes' folders or names.")
    var recipes: [String] = []

    func validate() throws {
        if all == !recipes.isEmpty { throw ValidationError("name recipes, or say --all") }
        if all && !check {
            throw ValidationError("--all goes with --check; name the recipes to be rewritten")
        }
    }

    func run() throws {
        let farm = try Farm(options)
        var failed = false
        for folder in try folders(farm) {
            do {
                let text = try RecipeFormatter.formatted(folder.text, file: folder.file)
                guard text != folder.text else { continue }
                if check {
                    failed = true
                    print(
                        UnifiedDiff.text(folder.text, text, from: folder.file, to: folder.file),
                        terminator: "")
                } else {
                    try Data(text.utf8).write(
                        to: URL(fileURLWithPath: folder.path + "/APKBUILD"), options: .atomic)
                    Output.talk("\(folder.file): rewritten")
                }
            } catch let error as ShellFinding {
                Output.talk("\(error)")
                failed = true
            }
        }
        if failed { throw ExitCode(1) }
    }

    private func folders(_ farm: Farm) throws -> [RecipeFolder] {
        guard all else { return try recipes.map { try farm.recipeFolder($0).original } }
        let tree = RecipeTree(trees: farm.aports, overlays: farm.folders.overlays)
        return tree.entries.compactMap { entry in
            do throws(RecipeError) { return try entry.original() } catch {
                Output.talk("\(error)")
                return nil
            }
        }
    }
}
