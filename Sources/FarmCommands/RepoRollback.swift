import ArgumentParser
import FarmServices
import Publishing

/// `apkfarm repo rollback CHANNEL`: back to an earlier snapshot.
struct RepoRollback: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Lists the packages of an earlier snapshot again, as a new one.",
        discussion: """
            Without --to: the newest snapshot with other packages than now. Clients that have the newer versions go back
            with 'apk upgrade --available'. The farm publishes the rolled-back packages again when a recipe changes.
            Example: apkfarm repo rollback edge --reason 'zlib 1.3.2 corrupts archives'
            """)

    @OptionGroup var farm: FarmOptions

    @Argument(help: "The channel.")
    var channel = "edge"

    @Option(help: "The repository.")
    var repository = "main"

    @Option(help: "The snapshot, as 'repo log' numbers it.")
    var to: Int64?

    @Option(help: "Why; 'repo log' shows it.")
    var reason = ""

    @Option(help: "The name of the key to sign with, when there are several.")
    var key: String?

    func run() throws {
        guard Channels.isName(channel), Channels.isName(repository) else {
            throw ValidationError("'\(channel)/\(repository)' cannot be a repository")
        }
        let wanted = RepositoryVerbs.RollBack(to: to, reason: reason, key: key)
        let change = try RemoteOptions.change(
            farm, "repo rollback", "/api/v1/repositories/\(channel)/\(repository)/rollback", wanted
        ) { try $0.rollBack(channel, repository, wanted) }
        Output.report(change)
    }
}
