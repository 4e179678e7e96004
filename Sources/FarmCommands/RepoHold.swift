import ArgumentParser
import FarmAPI
import FarmServices
import Publishing

/// `apkfarm repo hold ORIGIN`: keeps an origin at its version.
struct RepoHold: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Keeps an origin at its published version; without a name, lists what is held.",
        discussion: "Example: apkfarm repo hold lua5.4 --reason '5.4.8 breaks the installer'")

    @OptionGroup var options: RepoOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The recipe's name.")
    var origin: String?

    @Option(help: "The version; the listed one unless given.")
    var version: String?

    @Option(help: "Why; refusals show it.")
    var reason = "held by hand"

    func run() throws {
        let path = try options.path
        guard let origin else {
            let rows =
                if let client = RemoteOptions.remote {
                    try WireJSON.decode(
                        [RepositoryVerbs.HoldRow].self, from: try client.send("GET", path + "/holds"))
                } else {
                    try RepositoryVerbs(folders: Farm(options.farm).folders)
                        .holds(options.channel, options.repository)
                }
            try Output.list(rows, format: output.format, header: ["ORIGIN", "VERSION", "WHY"]) {
                [$0.origin, $0.version, $0.reason]
            }
            return
        }
        let wanted = RepositoryVerbs.Hold(origin: origin, version: version, reason: reason)
        let _: [RepositoryVerbs.HoldRow] = try RemoteOptions.change(
            options.farm, "repo hold", path + "/hold", wanted
        ) { try $0.hold(options.channel, options.repository, wanted) }
    }
}

/// `apkfarm repo unhold ORIGIN`: lets it go again.
struct RepoUnhold: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unhold", abstract: "Lets a held origin go again.")

    @OptionGroup var options: RepoOptions

    @Argument(help: "The recipe's name.")
    var origin: String

    func run() throws {
        let wanted = RepositoryVerbs.Hold(origin: origin)
        do {
            let _: [RepositoryVerbs.HoldRow] = try RemoteOptions.change(
                options.farm, "repo unhold", try options.path + "/unhold", wanted
            ) { try $0.unhold(options.channel, options.repository, wanted) }
        } catch let refusal as RepositoryVerbs.Refusal {
            Output.talk("\(refusal)")
            throw ExitCode(1)
        }
    }
}
