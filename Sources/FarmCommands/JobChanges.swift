import ArgumentParser
import FarmAPI
import FarmServices
import Foundation
import Jobs

/// `apkfarm job cancel`.
struct JobCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancels jobs of a daemon.",
        discussion: "Examples: apkfarm job cancel 12; apkfarm job cancel zlib")

    @OptionGroup var options: FarmOptions

    @Argument(help: "Numbers of jobs, or recipes for their newest jobs.")
    var jobs: [String]

    func run() async throws { try JobChange.make("cancel", of: jobs, options) }
}

/// `apkfarm job retry`.
struct JobRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Tries failed or cancelled jobs again, and with them what they blocked.",
        discussion: "Example: apkfarm job retry zlib")

    @OptionGroup var options: FarmOptions

    @Argument(help: "Numbers of jobs, or recipes for their newest jobs.")
    var jobs: [String]

    func run() async throws { try JobChange.make("retry", of: jobs, options) }
}

private enum JobChange {
    static func make(_ verb: String, of jobs: [String], _ options: FarmOptions) throws {
        let client = try RemoteOptions.client(options)
        for job in jobs {
            let id = try number(of: job, client)
            let answer = try client.send("POST", "/api/v1/jobs/\(id)/\(verb)")
            let state = try WireJSON.decode(Answer.self, from: answer)
            Output.data("job \(id) (\(state.repository)/\(state.recipe)): \(state.state)")
        }
    }

    private struct Answer: Decodable {
        let id: Int64
        let recipe: String
        let repository: String
        let state: String
    }

    private static func number(of name: String, _ client: FarmClient) throws -> Int64 {
        if let number = Int64(name) { return number }
        let query = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? name
        let answer = try client.send("GET", "/api/v1/jobs?limit=1&recipe=\(query)")
        guard let job = try WireJSON.decode([Answer].self, from: answer).first else {
            throw ValidationError("no job of '\(name)'; 'apkfarm job list' shows all")
        }
        return job.id
    }
}
