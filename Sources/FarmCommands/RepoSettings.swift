import ArgumentParser
import Publishing

/// `apkfarm repo settings`: what a repository's owner chose.
struct RepoSettings: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Shows a repository's settings, or changes one.",
        discussion: """
            Example: apkfarm repo settings --earlier-versions listed
            The index lists earlier versions beside the newest, as long as their files are kept, so that 'apk add \
            NAME=VERSION' finds them. It follows with the next publication.
            """)

    enum Listing: String, ExpressibleByArgument, CaseIterable {
        case listed, hidden
    }

    @OptionGroup var options: RepoOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "Whether the index lists earlier versions: listed or hidden.")
    var earlierVersions: Listing?

    private struct Row: Encodable {
        let setting: String
        let value: String
    }

    func run() throws {
        let repository = try options.resolved()
        if let earlierVersions {
            try Farm(options.farm).writing("repo settings") {
                var settings = try repository.settings()
                settings.listsEarlierVersions = earlierVersions == .listed
                try repository.set(settings)
            }
        }
        let settings = try repository.settings()
        let value: Listing = settings.listsEarlierVersions ? .listed : .hidden
        try Output.list(
            [Row(setting: "earlier-versions", value: value.rawValue)], format: output.format,
            header: ["SETTING", "VALUE"]
        ) { [$0.setting, $0.value] }
    }
}
