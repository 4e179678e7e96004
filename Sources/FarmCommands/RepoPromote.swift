import ArgumentParser
import FarmServices
import Publishing

/// `apkfarm repo promote FROM TO`: what one channel has becomes what another has.
struct RepoPromote: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Takes what one channel lists over into another.",
        discussion: """
            Each repository of FROM is taken over in one step; its origins replace those of TO, others stay unless
            --exact is given. Held packages stay. Refused when it would break what is installed.
            Example: apkfarm repo promote staging edge
            """)

    @OptionGroup var farm: FarmOptions
    @OptionGroup var writing: RepoWriteOptions

    @Argument(help: "The channel that has the packages.")
    var from: String

    @Argument(help: "The channel that is to have them.")
    var to: String

    @Option(help: "Only this repository.")
    var repository: String?

    @Flag(help: "Take away what FROM does not have.")
    var exact = false

    func run() throws {
        for name in [from, to] where !Channels.isName(name) || name == "keys" || name == "sources" {
            throw ValidationError("'\(name)' cannot be a channel")
        }
        guard from != to else { throw ValidationError("'\(from)' cannot be promoted to itself") }
        let wanted = RepositoryVerbs.Promotion(
            from: from, to: to, repository: repository, exact: exact,
            accept: try writing.accepted().map(\.rawValue).sorted(), key: writing.key)
        let changes = try RemoteOptions.change(
            farm, "repo promote", "/api/v1/repositories/promote", wanted
        ) { try $0.promote(wanted) }
        for change in changes { Output.report(change) }
    }
}
