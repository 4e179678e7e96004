import Apk
import ArgumentParser
import Building
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
              apkfarm recipe diff --published zlib
            """)

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Compare the texts, as diff -u does.")
    var text = false

    @Flag(help: "Compare with what the published packages were made from.")
    var published = false

    @Argument(help: "A recipe's folder or name.")
    var old: String

    @Argument(help: "The recipe that it is compared with. Default: the same with its overlay.")
    var new: String?

    func run() async throws {
        let farm = try Farm(options)
        if published { return try comparePublished(try farm.recipeFolder(old), farm) }
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

    func validate() throws {
        if published && (new != nil || text) {
            throw ValidationError("--published goes with one recipe, and without --text")
        }
    }

    /// The published request has digests of the recipe's files, not their text.
    private func comparePublished(_ folder: RecipeFolder, _ farm: Farm) throws {
        let recipe = try FarmCatalogue.read(folder, farm.evaluator)
        let repository = farm.folders.repository(recipe.repository)
        guard let before = Provenance.read(repository: repository, pkgname: "\(recipe.pkgname)")?.request
        else {
            throw ValidationError("\(recipe.identity) is not published; build it first")
        }
        var differences: [PublishedDifference] = []
        func compare(_ field: String, _ old: String?, _ new: String?) {
            if old != new {
                differences.append(PublishedDifference(field: field, published: old, recipe: new))
            }
        }
        compare("pkgver", before.pkgver, recipe.pkgver)
        compare("pkgrel", "\(before.release / 1000)", "\(recipe.pkgrel)")
        let files = try BuildSession.digests(of: folder)
        for file in Set(files.keys).union(before.recipeFiles.keys).sorted() {
            compare(file, before.recipeFiles[file], files[file])
        }
        let sources = Dictionary(
            recipe.sources.filter { !$0.isLocal }.map { ($0.name, $0.sha512.joined(separator: " ")) },
            uniquingKeysWith: { first, _ in first })
        for name in Set(sources.keys).union(before.sources.keys).sorted() {
            compare(name, before.sources[name], sources[name])
        }
        try Output.list(differences, format: output.format, header: ["FIELD", "PUBLISHED", "RECIPE"]) {
            [$0.field, String(($0.published ?? "-").prefix(32)), String(($0.recipe ?? "-").prefix(32))]
        }
    }

    private struct PublishedDifference: Encodable {
        let field: String
        let published: String?
        let recipe: String?
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
