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

    @Argument(help: "Recipes or packages of them, for example zlib-dev or main/zlib. All when none is named.")
    var names: [String] = []

    private struct Row: Encodable {
        let recipe: String
        let version: String
        let packages: [String]
    }

    func run() async throws {
        let catalogue = try Farm(options).catalogue()
        report(catalogue)
        let table = catalogue.table
        let rows = try chosen(table).map { row in
            Row(
                recipe: table.identity(of: row), version: table.texts[table.rows[row].version],
                packages: table.packages(of: row).map { table.texts[table.packages[$0].name] })
        }
        try Output.list(rows, format: output.format, header: ["RECIPE", "VERSION", "PACKAGES"]) {
            [$0.recipe, $0.version, $0.packages.joined(separator: " ")]
        }
    }

    /// The recipes that were named; all when none was.
    private func chosen(_ table: RecipeTable) throws -> [Int] {
        guard !names.isEmpty else { return Array(table.rows.indices) }
        return try names.flatMap { name in
            if let row = table.row(of: name) { return [row] }
            let number = table.texts.number(of: name)
            let found = Set(table.packages.filter { $0.name == number }.map { Int($0.recipe) }).sorted()
            guard !found.isEmpty else {
                throw ValidationError("no recipe and no package '\(name)'; see 'apkfarm recipe list'")
            }
            return found
        }
    }
}
