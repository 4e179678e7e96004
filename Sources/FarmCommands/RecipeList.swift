import Apk
import ArgumentParser
import FarmServices
import Foundation
import Recipes

/// `apkfarm recipe list`: every recipe of the trees.
struct RecipeList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the recipes of the trees.")

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    private struct Row: Encodable {
        let recipe: String
        let version: String
        let packages: [String]
    }

    func run() async throws {
        let catalogue = try Farm(options).catalogue()
        report(catalogue)
        let table = catalogue.table
        let rows = table.rows.indices.map { row in
            Row(
                recipe: table.identity(of: row), version: table.texts[table.rows[row].version],
                packages: table.packages(of: row).map { table.texts[table.packages[$0].name] })
        }
        try Output.list(rows, format: output.format, header: ["RECIPE", "VERSION", "PACKAGES"]) {
            [$0.recipe, $0.version, $0.packages.joined(separator: " ")]
        }
    }
}
