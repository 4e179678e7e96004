import Apk
import ArgumentParser
import FarmServices
import Foundation
import Packages
import Signing

struct RepoCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repo", abstract: "Reads the published repositories, packs files.",
        subcommands: [RepoList.self, RepoVerify.self, RepoPack.self])
}

/// Which repository.
struct RepoOptions: ParsableArguments {
    @OptionGroup var farm: FarmOptions

    @Option(help: "The repository's name.")
    var repository = "main"
}

/// `apkfarm repo list`: what the index names.
struct RepoList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the packages that the index names.")

    @OptionGroup var options: RepoOptions
    @OptionGroup var output: OutputOptions

    private struct Row: Encodable {
        let name: String
        let version: String
        let size: Int64
        let origin: String
        let description: String
    }

    func run() throws {
        let folders = try Farm(options.farm).folders
        let path = folders.repository(options.repository) + "/wasm32/APKINDEX.tar.gz"
        let index = try IndexFile.read(path, keys: try KeyRing(folder: folders.publicKeys))
        let rows = index.entries.map {
            Row(
                name: $0.name.description, version: $0.version.description, size: $0.fileSize,
                origin: $0.origin?.description ?? "", description: $0.summary.description)
        }
        try Output.list(
            rows, format: output.format, header: ["PACKAGE", "VERSION", "SIZE", "ORIGIN", "DESCRIPTION"]
        ) {
            [$0.name, $0.version, readable(bytes: Int($0.size)), $0.origin, $0.description]
        }
    }
}

/// `apkfarm repo verify`: every file of a repository.
struct RepoVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Checks the index and every package that it names: signatures, identities, data hashes, file checksums."
    )

    @OptionGroup var options: RepoOptions

    func run() throws {
        let folders = try Farm(options.farm).folders
        let folder = folders.repository(options.repository) + "/wasm32"
        let keys = try KeyRing(folder: folders.publicKeys)
        let index = try IndexFile.read(folder + "/APKINDEX.tar.gz", keys: keys)
        var bad = 0
        for entry in index.entries {
            let path = folder + "/" + entry.fileName.description
            do {
                try PackageReader.verify(file: path, keys: keys)
                guard try PackageReader.read(file: path).identity == entry.identity else {
                    throw PackageError(path: path, reason: "is not the package that the index names")
                }
            } catch {
                bad += 1
                Output.data("\(error)")
            }
        }
        Output.data("\(index.entries.count - bad) of \(index.entries.count) packages are good")
        if bad > 0 { throw ExitCode(1) }
    }
}
