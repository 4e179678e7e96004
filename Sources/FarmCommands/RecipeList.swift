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
        for finding in catalogue.findings where finding.severity == .error { Output.talk("\(finding)") }
        let rows = catalogue.recipes.map {
            Row(recipe: $0.identity, version: "\($0.version)", packages: $0.packages.map(\.description))
        }
        try Output.list(rows, format: output.format, header: ["RECIPE", "VERSION", "PACKAGES"]) {
            [$0.recipe, $0.version, $0.packages.joined(separator: " ")]
        }
    }
}
