import Apk
import ArgumentParser
import Publishing

/// `apkfarm repo list`: what the index names.
struct RepoList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the packages that the index names.")

    @OptionGroup var options: RepoOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "A snapshot of 'repo log' instead of what is published now.")
    var snapshot: Int64?

    private struct Row: Encodable {
        let name: String
        let version: String
        let size: Int64
        let origin: String
        let license: String
        let description: String
    }

    func run() throws {
        let repository = try options.resolved()
        let index = try snapshot.map { try repository.index(ofSnapshot: $0) } ?? repository.current()
        let rows = index.entries.map {
            Row(
                name: $0.name.description, version: $0.version.description, size: $0.fileSize,
                origin: $0.origin?.description ?? "", license: $0.license.description,
                description: $0.summary.description)
        }
        try Output.list(
            rows, format: output.format, header: ["PACKAGE", "VERSION", "SIZE", "ORIGIN", "DESCRIPTION"]
        ) {
            [$0.name, $0.version, readable(bytes: Int($0.size)), $0.origin, $0.description]
        }
    }
}
