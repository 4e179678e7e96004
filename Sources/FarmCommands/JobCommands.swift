import ArgumentParser
import Building
import FarmAPI
import FarmServices
import Foundation
import Jobs

struct JobCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "Jobs: what builds recorded, and what a daemon works on.",
        subcommands: [
            JobList.self, JobShow.self, JobLog.self, JobCancel.self, JobRetry.self, JobRelease.self,
            JobCheck.self,
        ])
}

extension Farm {
    /// The job store, made if missing.
    func jobStore() throws -> SQLiteJobStore {
        try FileManager.default.createDirectory(atPath: folders.state, withIntermediateDirectories: true)
        return try SQLiteJobStore(path: folders.database)
    }

    /// The job store to read only, beside whoever writes; nil when there are no jobs yet.
    func readableJobStore() throws -> SQLiteJobStore? {
        guard FileManager.default.fileExists(atPath: folders.database) else { return nil }
        do { return try SQLiteJobStore(path: folders.database, access: .read) } catch JobStoreError.outdated {
            // Brought up to date while nobody is at work on it: an older program would not know what it finds.
            let lock = try lock(for: "upgrade")
            return try withExtendedLifetime(lock) { try jobStore() }
        } catch {
            return try jobStore()
        }
    }

    /// A job by number or recipe.
    func job(_ name: String) throws -> (store: SQLiteJobStore, job: Job) {
        guard let store = try readableJobStore() else {
            throw ValidationError(
                "there are no jobs yet; 'apkfarm queue NAME' or 'apkfarm build NAME' makes some")
        }
        let plain = name.split(separator: "/").last.map(String.init) ?? name
        guard let job = try store.find(plain) else {
            throw ValidationError("no job '\(name)'; 'apkfarm job list' shows all")
        }
        return (store, job)
    }
}

/// `apkfarm job list`: jobs, the newest first.
struct JobList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists jobs, the newest first.")

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "Only jobs in this state, for example failed.")
    var state: String?

    @Option(help: "At most so many.")
    var limit: Int?

    func run() async throws {
        var query = JobQuery(limit: limit)
        if let state {
            guard let name = JobState.Name(rawValue: state), name != .leased else {
                throw ValidationError(
                    "no state '\(state)'; there are \(Schema.states.joined(separator: ", "))")
            }
            query.states = name == .running ? [.leased, .running] : [name]
        }
        if let client = RemoteOptions.remote {
            var path = "/api/v1/jobs?limit=\(min(max(limit ?? 1000, 1), 1000))"
            if let state { path += "&state=\(state)" }
            Output.data(String(decoding: try client.send("GET", path), as: UTF8.self))
            return
        }
        let jobs = try Farm(options).readableJobStore()?.jobs(query) ?? []
        try Output.list(
            jobs, format: output.format,
            header: ["JOB", "RECIPE", "VERSION", "STATE", "REASON"]
        ) { job in
            [
                "\(job.id)", job.identity, job.version, job.state.publicName.rawValue,
                job.failure?.description ?? "",
            ]
        }
    }
}

/// `apkfarm job show`: a job's events and attempts.
struct JobShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one job: its events and attempts.",
        discussion: "Examples: apkfarm job show 12; apkfarm job show zlib")

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "A job's number, or a recipe for its newest job.")
    var job: String

    private struct Shown: Encodable {
        let job: Job
        let events: [JobEvent]
        let attempts: [Attempt]
    }

    func run() async throws {
        if let client = RemoteOptions.remote {
            Output.data(String(decoding: try client.send("GET", "/api/v1/jobs/\(job)"), as: UTF8.self))
            return
        }
        let (store, job) = try Farm(options).job(job)
        let shown = Shown(
            job: job, events: try store.events(of: job.id), attempts: try store.attempts(of: job.id))
        if output.format == .json {
            try Output.json(shown)
            return
        }
        Output.data("job \(job.id): \(job.identity) \(job.version), \(job.state.publicName.rawValue)")
        if let request = job.request { Output.data("request \(request)") }
        Output.table(
            ["AT", "EVENT"],
            shown.events.map { [$0.at.formatted(.iso8601), "\($0.kind)"] })
        for attempt in shown.attempts {
            let outcome = attempt.outcome?.rawValue ?? "running"
            Output.data("attempt \(attempt.number): \(outcome), log \(attempt.log)")
        }
    }
}

/// `apkfarm job log`: the log of a job's last attempt.
struct JobLog: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Prints the log of a job's last attempt.",
        discussion: """
            Of a failed job, the class of the failure and the line that proves it follow on standard error.
            Example: apkfarm job log --follow zlib
            """)

    @OptionGroup var options: FarmOptions

    @Argument(help: "A job's number, or a recipe for its newest job.")
    var job: String

    @Flag(help: "Go on printing until the attempt ends.")
    var follow = false

    func run() async throws {
        if let client = RemoteOptions.remote {
            try client.follow("/api/v1/jobs/\(job)/log\(follow ? "?follow=1" : "")") {
                FileHandle.standardOutput.write($0)
                return true
            }
            return
        }
        let farm = try Farm(options)
        let (store, job) = try farm.job(job)
        guard let attempt = try store.attempts(of: job.id).last else {
            throw ValidationError("job \(job.id) has had no attempt yet")
        }
        var printed = 0
        while true {
            let ended = try store.attempts(of: job.id).last?.ended != nil
            let text = Array(try LogFile.text(attempt.log).utf8)
            if text.count > printed {
                Output.log(String(decoding: text[printed...], as: UTF8.self))
                printed = text.count
            }
            if ended, let failure = try store.job(job.id)?.failure {
                FailureNote.print(
                    try farm.failureClasses().classify(
                        phase: failure.phase.description, reason: failure.reason,
                        log: String(decoding: text, as: UTF8.self)))
            }
            if ended || !follow { return }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
