import ArgumentParser
import FarmServices
import Foundation
import Recipes
import Signing

/// `apkfarm recipe checksum NAME`: the sha512sums block of a recipe.
struct RecipeChecksum: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checksum",
        abstract:
            "Prints or updates a recipe's sha512sums: of local files anew, of fetched ones as they are known.",
        discussion: """
            A fetched source without a sum is looked for in the folder that --distfiles names.
            Examples:
              apkfarm recipe checksum zlib
              apkfarm recipe checksum --update --distfiles ~/Downloads aports-overlay/main/zlib
            """)

    @OptionGroup var options: FarmOptions

    @Flag(help: "Write the sums into the APKBUILD.")
    var update = false

    @Option(help: "A folder with fetched files; their sums are taken anew.")
    var distfiles: String?

    @Argument(help: "A recipe's folder or name.")
    var recipe: String

    func run() throws {
        let farm = try Farm(options)
        let folder = try farm.recipeFolder(recipe).original
        let value = try FarmCatalogue.read(folder, farm.evaluator)
        var sums: [(sum: String, name: String)] = []
        var missing: [String] = []
        for source in value.sources where source.farmFolders == nil {
            let fetched = distfiles.map { Farm.absolute($0) + "/" + source.name }
            if source.isLocal {
                sums.append((try SHA512.digest(ofFile: folder.location(of: source.name)).hex, source.name))
            } else if let fetched, FileManager.default.fileExists(atPath: fetched) {
                sums.append((try SHA512.digest(ofFile: fetched).hex, source.name))
            } else if source.sha512.isEmpty {
                missing.append(source.name)
            } else {
                for digest in source.sha512 { sums.append((digest, source.name)) }
            }
        }
        for name in missing {
            Output.talk(
                "\(name): no checksum; give the folder it is in by --distfiles, or see 'apkfarm sources add'")
        }
        if update && missing.isEmpty {
            let text = try ChecksumBlock.replaced(in: folder.text, by: sums, file: folder.file)
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/APKBUILD"), options: .atomic)
        } else {
            print(ChecksumBlock.text(sums), terminator: "")
        }
        if !missing.isEmpty { throw ExitCode(1) }
    }
}
