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
        let farm = try Farm(farm)
        let channels = farm.folders.channels
        for name in [from, to] where !Channels.isName(name) || name == "keys" || name == "sources" {
            throw ValidationError("'\(name)' cannot be a channel")
        }
        guard from != to else { throw ValidationError("'\(from)' cannot be promoted to itself") }
        let names = try repository.map { [$0] } ?? channels.repositories(of: from)
        guard !names.isEmpty else {
            throw ValidationError(
                "channel '\(from)' has no repository; there are: \(try channels.names().joined(separator: ", "))"
            )
        }
        let key = try writing.signingKey(farm)
        try farm.writing("repo promote") {
            for name in names {
                let target = channels.repository(to, name)
                // The others of the channel will be what FROM has of them, else what they are.
                let others = Set(names + (try channels.repositories(of: to))).subtracting([name]).sorted().map
                {
                    channels.repository(names.contains($0) ? from : to, $0)
                }
                let report = try target.promote(
                    from: channels.repository(from, name), exact ? .exact : .merging,
                    policy: try writing.policy(),
                    others: others, key: key, epoch: Farm.now)
                try Output.report(report, in: target)
            }
        }
    }
}
