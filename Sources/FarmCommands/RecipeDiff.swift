import ArgumentParser
import FarmServices
import Foundation
import Recipes

/// `apkfarm recipe diff A [B]`: what is different between two recipes.
struct RecipeDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compares two recipes field by field, or a recipe with what its overlay makes of it.",
        discussion: """
            With one recipe: as its tree has it against the effective one. --text prints the difference of the texts.
            Examples:
              apkfarm recipe diff --aports DIR main/lzo
              apkfarm recipe diff --format json OLD/main/zlib NEW/main/zlib
            """)

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Compare the texts, as diff -u does.")
    var text = false

    @Argument(help: "A recipe's folder or name.")
    var old: String

    @Argument(help: "The recipe that it is compared with. Default: the same with its overlay.")
    var new: String?

    func run() async throws {
        let farm = try Farm(options)
        let after = try farm.recipeFolder(new ?? old)
        let before = try new == nil ? after.original : farm.recipeFolder(old)
        if text {
            let difference = UnifiedDiff.text(
                before.text, after.text, from: before.file, to: after.overlay?.overlay.file ?? after.file)
            print(difference, terminator: "")
            return
        }
        let comparison = RecipeComparison(
            try FarmCatalogue.read(before, farm.evaluator), try FarmCatalogue.read(after, farm.evaluator))
        try Output.list(comparison.differences, format: output.format, header: ["FIELD", "CHANGE"]) {
            [$0.field, Self.change($0)]
        }
    }

    private static func change(_ difference: RecipeComparison.Difference) -> String {
        if difference.field.hasSuffix("()") {
            switch (difference.old, difference.new) {
            case (nil, _): return "added"
            case (_, nil): return "removed"
            default: return "changed; see --text"
            }
        }
        if difference.added.count + difference.removed.count > 1 || (difference.old ?? "").count > 40 {
            return (difference.removed.map { "-\($0)" } + difference.added.map { "+\($0)" })
                .joined(separator: " ")
        }
        return "\(difference.old ?? "") → \(difference.new ?? "")"
    }
}
