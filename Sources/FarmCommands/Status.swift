import ArgumentParser
import FarmAPI
import Foundation

/// `apkfarm status`: one screen about the farm.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Says what runs, what waits, what is stuck, since when, why, and the command that helps.",
        discussion: "Example: apkfarm --farm /srv/farm status")

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    private struct Report: Decodable {
        struct Stuck: Decodable {
            let job: StuckJob
            let blocks: [String]
            let remedy: String
        }

        struct StuckJob: Decodable {
            let id: Int64
            let recipe: String
            let repository: String
            let changed: String
            let phase: String?
            let reason: String?
        }

        let version: String
        let paused: Bool
        let workers: Int
        let counts: [String: Int]
        let running: [StuckJob]
        let stuck: [Stuck]
        let published: Date?
        let quarantined: [Quarantined]
        let alerts: [Alert]
        let triggers: [String]

        struct Quarantined: Decodable {
            let recipe: String
            let repository: String
            let failures: Int
            let since: Date
            let remedy: String
        }

        struct Alert: Decodable {
            let text: String
            let remedy: String
            let since: Date
        }
    }

    func run() async throws {
        let body = try RemoteOptions.client(options).send("GET", "/api/v1/status")
        if output.format == .json {
            Output.data(String(decoding: body, as: UTF8.self))
            return
        }
        let report = try WireJSON.decode(Report.self, from: body)
        let published = report.published.map { $0.formatted(.iso8601) } ?? "never"
        Output.data(
            "apkfarm \(report.version), \(report.workers) workers\(report.paused ? ", PAUSED ('apkfarm queue --resume')" : ""),"
                + " last published \(published)")
        Output.data(
            "jobs: "
                + report.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(
                    separator: ", "))
        for alert in report.alerts {
            Output.data("alert: \(alert.text), since \(alert.since.formatted(.iso8601))")
            Output.data("  try: \(alert.remedy)")
        }
        for trigger in report.triggers { Output.data("trigger: \(trigger)") }
        for recipe in report.quarantined {
            Output.data(
                "quarantine: \(recipe.repository)/\(recipe.recipe), \(recipe.failures) failures since "
                    + recipe.since.formatted(.iso8601))
            Output.data("  try: \(recipe.remedy)")
        }
        for job in report.running {
            Output.data("running: job \(job.id) \(job.repository)/\(job.recipe), \(job.phase ?? "begin")")
        }
        for stuck in report.stuck {
            let job = stuck.job
            Output.data(
                "stuck: job \(job.id) \(job.repository)/\(job.recipe), since \(job.changed), in \(job.phase ?? "?"): "
                    + (job.reason ?? ""))
            if !stuck.blocks.isEmpty { Output.data("  blocks \(stuck.blocks.joined(separator: ", "))") }
            Output.data("  try: \(stuck.remedy)")
        }
    }
}
