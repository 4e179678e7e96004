import ArgumentParser
import Building
import FarmServices
import Fetching
import Foundation
import Recipes

struct SourcesCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources", abstract: "Fetches sources and records where they can be had.",
        subcommands: [SourcesFetch.self, SourcesAdd.self])
}

/// `apkfarm sources fetch NAME…`: brings the sources of recipes into the store.
struct SourcesFetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Fetches the sources of recipes into the store, verified by SHA-512.",
        discussion: """
            Prints the path and the name of each source.
            Examples: apkfarm sources fetch zlib lua5.4; apkfarm sources fetch --file gzip_1.13.orig.tar.xz
            """)

    @OptionGroup var options: FarmOptions

    @Argument(help: "Recipes by folder or name.")
    var names: [String] = []

    @Option(help: "A file of the Debian catalogue, by its name. May be repeated.")
    var file: [String] = []

    func run() async throws {
        let farm = try Farm(options)
        let store = try farm.sourceStore()
        var failed = false
        let catalogue = try DebianCatalogue(
            path: farm.folders.debianSources, aptTool: farm.folders.toolchain + "/apt-private")
        for name in file {
            guard let entry = catalogue.entries.first(where: { $0.file == name }) else {
                throw ValidationError(
                    "\(farm.folders.debianSources) has no file '\(name)'; see 'sources add'")
            }
            let request = try SourceRequest(name: name, urls: [], sha512s: [entry.sha512])
            Output.data("\(try await store.fetch(request))  \(name)")
        }
        for name in names {
            let recipe = try FarmCatalogue.read(try farm.recipeFolder(name), farm.evaluator)
            for source in recipe.sources {
                guard let request = try source.request else { continue }
                do { Output.data("\(try await store.fetch(request))  \(source.name)") } catch {
                    Output.talk("\(recipe.identity): \(error)")
                    failed = true
                }
            }
        }
        if failed { throw ExitCode(1) }
    }
}

/// `apkfarm sources add PACKAGE VERSION SUITE`: records a Debian source's tarballs in the catalogue.
struct SourcesAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract:
            "Finds the tarballs of a Debian source package, stores them and records them in the catalogue.",
        discussion: "Example: apkfarm sources add zlib 1:1.3.dfsg+really1.3.1-1 trixie")

    @OptionGroup var options: FarmOptions

    @Argument(help: "The Debian source package.")
    var package: String

    @Argument(help: "Its exact version, with the epoch.")
    var version: String

    @Argument(help: "The suite that has it.")
    var suite: String

    func run() async throws {
        let store = try Farm(options).sourceStore()
        for entry in try await store.add(debianSource: package, version: version, suite: suite) {
            Output.data("\(entry)")
        }
    }
}
