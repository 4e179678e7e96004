import ArgumentParser
import FarmServices

/// `apkfarm repo withdraw PACKAGE`: takes a bad package away everywhere.
struct RepoWithdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Takes a bad package out of every channel at once, with a tombstone that says why.",
        discussion: """
            All packages of the same build go. The newest earlier version that is still there is listed instead. When
            there is none, what needs the package is named; --with-dependents takes that along.
            Example: apkfarm repo withdraw xz --reason 'back door, CVE-2024-3094'
            """)

    @OptionGroup var farm: FarmOptions

    @Argument(help: "A package or its origin.")
    var package: String

    @Option(help: "The version; the listed one unless given.")
    var version: String?

    @Option(help: "Why: what clients are told that ask for it.")
    var reason: String

    @Option(help: "Only this channel.")
    var channel: String?

    @Flag(help: "Take along what cannot be installed without it.")
    var withDependents = false

    @Option(help: "The name of the key to sign with, when there are several.")
    var key: String?

    func run() throws {
        let wanted = RepositoryVerbs.Withdrawal(
            package: package, version: version, reason: reason, channel: channel,
            withDependents: withDependents, key: key)
        let changes = try RemoteOptions.change(
            farm, "repo withdraw", "/api/v1/repositories/withdraw", wanted
        ) { try $0.withdraw(wanted) }
        for change in changes {
            for label in change.removed { Output.data("\(change.repository): \(label).apk withdrawn") }
            for label in change.added { Output.data("\(change.repository): \(label) listed instead") }
            for note in change.notes { Output.data("\(change.repository): \(note)") }
        }
    }
}
