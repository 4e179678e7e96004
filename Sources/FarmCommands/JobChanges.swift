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

/// `apkfarm job release`.
struct JobRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Lets recipes out of quarantine, so that they may be queued and retried again.",
        discussion: """
            A recipe that failed as often in a row as 'quarantine-after' says is not queued by itself any more.
            Example: apkfarm job release main/zlib
            """)

    @OptionGroup var options: FarmOptions

    @Argument(help: "Recipes: zlib or main/zlib.")
    var recipes: [String]

    func run() async throws {
        let client = try RemoteOptions.client(options)
        for recipe in recipes {
            let job = try JobChange.newest(of: recipe, client)
            _ = try client.send("POST", "/api/v1/recipes/\(job.repository)/\(job.recipe)/release")
            Output.data(
                "\(job.repository)/\(job.recipe) may be queued again; 'apkfarm job retry \(job.id)' tries it now"
            )
        }
    }
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

    struct Answer: Decodable {
        let id: Int64
        let recipe: String
        let repository: String
        let state: String
    }

    private static func number(of name: String, _ client: FarmClient) throws -> Int64 {
        if let number = Int64(name) { return number }
        return try newest(of: name, client).id
    }

    /// The newest job of a recipe.
    static func newest(of name: String, _ client: FarmClient) throws -> Answer {
        let query = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? name
        let answer = try client.send("GET", "/api/v1/jobs?limit=1&recipe=\(query)")
        guard let job = try WireJSON.decode([Answer].self, from: answer).first else {
            throw ValidationError("no job of '\(name)'; 'apkfarm job list' shows all")
        }
        return job
    }
}
