import Apk
import ArgumentParser
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

    private struct Row: Encodable {
        let origin: String
        let version: String
        let reason: String
    }

    func run() throws {
        let repository = try options.resolved()
        guard let origin else {
            let rows = try repository.holds().map {
                Row(origin: $0.origin, version: $0.version, reason: $0.reason)
            }
            try Output.list(rows, format: output.format, header: ["ORIGIN", "VERSION", "WHY"]) {
                [$0.origin, $0.version, $0.reason]
            }
            return
        }
        try Farm(options.farm).writing("repo hold") {
            try repository.hold(
                origin, at: try version.map { try PackageVersion(parsing: $0) }, reason: reason)
        }
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
        let repository = try options.resolved()
        try Farm(options.farm).writing("repo unhold") {
            guard try repository.release(origin) else {
                Output.talk("\(origin) is not held; 'apkfarm repo hold' lists what is")
                throw ExitCode(1)
            }
        }
    }
}
