import ArgumentParser
import FarmAPI
import Foundation
import Jobs

struct TokenCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Tokens for those who ask the farm over the network.",
        subcommands: [TokenNew.self, TokenList.self, TokenRevoke.self])
}

extension AccessScope: ExpressibleByArgument {}

/// `apkfarm token new`.
struct TokenNew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Makes a token and prints it, this once.",
        discussion: "Example: apkfarm --farm /srv/farm token new --name ci --scope queue --days 90")

    @OptionGroup var options: FarmOptions

    @Option(help: "Who it is for.")
    var name: String

    @Option(help: "What it allows: read, queue, publish, worker or admin. May be repeated.")
    var scope: [AccessScope] = [.read]

    @Option(help: "How many days it is good for. Default: for ever.")
    var days: Int?

    func run() async throws {
        let client = try RemoteOptions.client(options)
        let body = try WireJSON.encode(TokenRequest(name: name, scopes: scope, days: days))
        let answer = try client.send("POST", "/api/v1/tokens", body: body)
        Output.data(try WireJSON.decode(NewToken.self, from: answer).secret)
    }
}

/// `apkfarm token list`.
struct TokenList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists tokens; their secrets are kept nowhere.")

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let answer = try RemoteOptions.client(options).send("GET", "/api/v1/tokens")
        let tokens = try WireJSON.decode([AccessToken].self, from: answer)
        try Output.list(
            tokens, format: output.format, header: ["TOKEN", "NAME", "SCOPES", "CREATED", "EXPIRES", "STATE"]
        ) { token in
            [
                "\(token.id)", token.name, token.scopes.map(\.rawValue).joined(separator: " "),
                token.created.formatted(.iso8601), token.expires?.formatted(.iso8601) ?? "never",
                token.isRevoked ? "revoked" : (token.isValid(at: Date()) ? "valid" : "expired"),
            ]
        }
    }
}

/// `apkfarm token revoke`.
struct TokenRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Takes a token back, at once.")

    @OptionGroup var options: FarmOptions

    @Argument(help: "The token's number; see 'apkfarm token list'.")
    var token: Int64

    func run() async throws {
        _ = try RemoteOptions.client(options).send("DELETE", "/api/v1/tokens/\(token)")
    }
}
