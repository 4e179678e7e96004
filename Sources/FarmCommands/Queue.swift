import ArgumentParser
import FarmAPI
import Foundation

/// `apkfarm queue`: gives work to a daemon.
struct Queue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Queues recipes and what they need at the farm's daemon.",
        discussion: """
            Examples:
              apkfarm --farm /srv/farm queue zlib
              apkfarm queue --set jobs/demo --follow
              apkfarm --url http://127.0.0.1:8780 --token TOKEN queue zlib

            Jobs that are queued already for the same thing are joined.
            """)

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "Names of recipes or packages.")
    var names: [String] = []

    @Option(help: "A job set: a file with one name a line.")
    var set: String?

    @Option(help: "From -1000 to 1000: above others that wait.")
    var priority: Int?

    @Flag(help: "Build without running the packages' tests.")
    var noCheck = false

    @Flag(help: "Only say what would be queued.")
    var dryRun = false

    @Flag(help: "Take no jobs until --resume; those that run go on.")
    var pause = false

    @Flag(help: "Take jobs again.")
    var resume = false

    @Flag(help: "Wait until every job has ended; the status is 1 when one was not published.")
    var wait = false

    @Flag(help: "Show what happens until every job has ended, then a table; the status as with --wait.")
    var follow = false

    private struct Answer: Decodable {
        let jobs: [QueuedJob]
        let plan: [String]
        let notes: [String]
        let position: Int64
    }

    struct QueuedJob: Codable {
        let id: Int64
        let recipe: String
        let repository: String
        let version: String
        let state: String
        let reason: String?
        let isFirstBuild: Bool?

        enum CodingKeys: String, CodingKey {
            case id, recipe, repository, version, state, reason
            case isFirstBuild = "first_build"
        }
    }

    func run() async throws {
        let client = try RemoteOptions.client(options)
        if pause || resume {
            _ = try client.send("POST", "/api/v1/queue/\(pause ? "pause" : "resume")")
            return
        }
        let wanted = try names + (set.map(Farm.names(inSet:)) ?? [])
        guard !wanted.isEmpty else { throw ValidationError("name recipes, or a set with --set FILE") }
        let request = QueueRequest(
            packages: wanted, priority: priority, checks: checks,
            dryRun: dryRun ? true : nil)
        let body = try client.send("POST", "/api/v1/jobs", body: try WireJSON.encode(request))
        let answer = try WireJSON.decode(Answer.self, from: body)
        if dryRun {
            for line in answer.plan { Output.data(line) }
            return
        }
        for note in answer.notes { Output.talk(note) }
        if follow {
            let classes = try? Farm(options).failureClasses()  // A client elsewhere has no table of them.
            let following = QueueFollowing(client, classes: classes)
            guard try await following.run(answer.jobs, after: answer.position) else { throw ExitCode(1) }
            return
        }
        var jobs = answer.jobs
        if wait { jobs = try await Self.ended(jobs, client) }
        try Output.list(jobs, format: output.format, header: ["JOB", "RECIPE", "VERSION", "STATE", "REASON"])
        {
            ["\($0.id)", "\($0.repository)/\($0.recipe)", $0.version, $0.state, $0.reason ?? ""]
        }
        if wait, jobs.contains(where: { $0.state != "published" }) { throw ExitCode(1) }
    }

    private var checks: String? {
        if noCheck { return "skipped" }
        return ProcessInfo.processInfo.environment["APKFARM_CHECK"] == "full" ? "full" : nil
    }

    private struct Details: Decodable {
        let job: QueuedJob
    }

    /// The jobs once none of them moves any more: blocked ones wait for a retry, not for time.
    private static func ended(_ jobs: [QueuedJob], _ client: FarmClient) async throws -> [QueuedJob] {
        let final: Set<String> = ["published", "failed", "blocked", "cancelled", "superseded"]
        var jobs = jobs
        for index in jobs.indices {
            while !final.contains(jobs[index].state) {
                let body = try client.send("GET", "/api/v1/jobs/\(jobs[index].id)")
                jobs[index] = try WireJSON.decode(Details.self, from: body).job
                if !final.contains(jobs[index].state) { try await Task.sleep(for: .milliseconds(300)) }
            }
        }
        return jobs
    }
}
