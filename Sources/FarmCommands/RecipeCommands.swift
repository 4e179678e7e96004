import Apk
import ArgumentParser
import FarmServices
import Foundation
import Recipes
import Signing

struct RecipeCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipe", abstract: "Reads recipes.",
        subcommands: [RecipeShow.self, RecipeList.self, RecipeChecksum.self, RecipeDumpCommand.self])
}

/// `apkfarm recipe show PATH`: what was understood of a recipe.
struct RecipeShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints what was understood of a recipe, with file:line of each problem.",
        discussion: "Example: apkfarm recipe show --format json aports-overlay/main/zlib")

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "A recipe's folder, its APKBUILD, or the name of a recipe in the farm's trees.")
    var recipe: String

    func run() async throws {
        let farm = try Farm(options)
        do {
            let value = try FarmCatalogue.read(try Self.folder(recipe, farm), farm.evaluator)
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

    static func folder(_ recipe: String, _ farm: Farm) throws -> RecipeFolder {
        var path = Farm.absolute(recipe)
        if path.hasSuffix("/APKBUILD") { path = String(path.dropLast("/APKBUILD".count)) }
        if FileManager.default.fileExists(atPath: path + "/APKBUILD") { return try RecipeFolder.open(path) }
        let tree = RecipeTree(trees: farm.aports, overlays: [farm.folders.overlay])
        guard let entry = tree[recipe] else {
            throw ValidationError(
                "no recipe '\(recipe)': neither a folder with an APKBUILD nor a name in the trees")
        }
        return try entry.open()
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
        ]
    }
}

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
        let value = try FarmCatalogue.read(try RecipeShow.folder(recipe, farm), farm.evaluator)
        Output.data("sha512sums=\"")
        for source in value.sources {
            if source.isLocal {
                Output.data(
                    "\(try SHA512.digest(ofFile: value.folder.path + "/" + source.name).hex)  \(source.name)")
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
