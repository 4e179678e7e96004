import ArgumentParser
import FarmAPI
import Foundation

struct WorkerCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Builds for a daemon, and what its workers do.",
        subcommands: [WorkerRun.self, WorkerList.self], defaultSubcommand: WorkerRun.self)
}

/// `apkfarm worker list`.
struct WorkerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists what is being built now.")

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    private struct Row: Codable {
        let id: Int64
        let recipe: String
        let repository: String
        let state: String
        let phase: String?
        let changed: String
    }

    func run() async throws {
        let client = try RemoteOptions.client(options)
        let answer = try client.send("GET", "/api/v1/jobs?state=running")
        let rows = try WireJSON.decode([Row].self, from: answer)
        try Output.list(rows, format: output.format, header: ["JOB", "RECIPE", "PHASE", "SINCE"]) {
            ["\($0.id)", "\($0.repository)/\($0.recipe)", $0.phase ?? "begin", $0.changed]
        }
    }
}
