import Apk
import ArgumentParser
import FarmServices
import Foundation
import Recipes

/// `apkfarm recipe show PATH`: what was understood of a recipe.
struct RecipeShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints what was understood of a recipe, with file:line of each problem.",
        discussion: """
            Examples:
              apkfarm recipe show --format json aports-overlay/main/zlib
              apkfarm recipe show --effective --aports DIR main/lzo
            """)

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Print the text that is built, with the overlay's changes, and nothing else.")
    var effective = false

    @Argument(help: "A recipe's folder, its APKBUILD, or the name of a recipe in the farm's trees.")
    var recipe: String

    func run() async throws {
        let farm = try Farm(options)
        if effective {
            print(try farm.recipeFolder(recipe).text, terminator: "")
            return
        }
        do {
            let value = try FarmCatalogue.read(try farm.recipeFolder(recipe), farm.evaluator)
            for finding in value.findings { Output.talk("\(finding)") }
            switch output.format {
            case .json: Output.data(try value.json())
            case .table: Output.table(["FIELD", "VALUE"], Self.rows(of: value))
            }
            if !value.errors.isEmpty { throw ExitCode(1) }
        } catch let error as RecipeError {
            Output.talk("\(error)")
            throw ExitCode(1)
        }
    }

    private static func rows(of recipe: Recipe) -> [[String]] {
        func words(_ list: some Sequence<some CustomStringConvertible>) -> String {
            list.map(\.description).joined(separator: " ")
        }
        return [
            ["recipe", recipe.identity], ["version", "\(recipe.version)"], ["description", recipe.pkgdesc],
            ["url", recipe.url], ["license", recipe.license], ["arch", "\(recipe.arch)"],
            ["depends", words(recipe.depends)], ["makedepends", words(recipe.makedepends)],
            ["checkdepends", words(recipe.checkdepends)],
            ["packages", words(recipe.packages)], ["sources", words(recipe.sources.map(\.name))],
            ["options", words(recipe.options.sorted())], ["phases", words(recipe.phases.map(\.rawValue))],
        ] + recipe.subpackages.flatMap(Self.rows(of:))
    }

    /// What is known of a subpackage before anything is built.
    private static func rows(of subpackage: Subpackage) -> [[String]] {
        guard let fields = subpackage.fields else { return [] }
        let lists = [
            ("depends", fields.depends), ("provides", fields.provides), ("install_if", fields.installIf),
            ("replaces", fields.replaces),
        ]
        return lists.compactMap { name, atoms in
            guard let atoms = atoms.value else {
                return ["\(subpackage.name): \(name)", "known after build"]
            }
            let words = atoms.map(\.description).joined(separator: " ")
            return atoms.isEmpty ? nil : ["\(subpackage.name): \(name)", words]
        }
    }
}
