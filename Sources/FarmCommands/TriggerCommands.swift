import ArgumentParser
import FarmAPI
import FarmServices
import Foundation
import Jobs

struct TriggerCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger",
        abstract: "What queues jobs without being asked: changed recipes, times, another toolchain.",
        subcommands: [TriggerList.self, TriggerRun.self])
}

/// `apkfarm trigger list`.
struct TriggerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists a daemon's triggers, with what each did last.",
        discussion: """
            Triggers are lines of apkfarm.conf:
              trigger = alpine watch /srv/aports
              trigger = nightly daily 02:30 zone=Europe/Berlin
              trigger = tools toolchain canary=musl,busybox
            Example: apkfarm --farm /srv/farm trigger list
            """)

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let answer = try RemoteOptions.client(options).send("GET", "/api/v1/triggers")
        let rows = try WireJSON.decode([TriggerRow].self, from: answer)
        try Output.list(
            rows, format: output.format, header: ["TRIGGER", "FIRES AT", "STATE", "NEXT", "LAST", "WHY"]
        ) { row in
            [
                row.name, row.when, row.state.rawValue, row.next?.formatted(.iso8601) ?? "",
                row.last?.at.formatted(.iso8601) ?? "never", row.problem ?? row.last?.reason ?? "",
            ]
        }
    }
}

/// `apkfarm trigger run NAME`.
struct TriggerRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Fires a trigger now.",
        discussion: """
            One that watches queues what changed since it last fired; a timer and a toolchain's queue their set, or all that is
            published.
            Examples:
              apkfarm trigger run nightly
              apkfarm trigger run alpine --dry-run
            """)

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The trigger's name.")
    var name: String

    @Flag(help: "Only say what would be queued.")
    var dryRun = false

    private struct Row: Encodable {
        let recipe: String
        let what: String
        let reason: String
    }

    func run() async throws {
        let path = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? name
        let body = try WireJSON.encode(TriggerRequest(dryRun: dryRun ? true : nil))
        let answer = try RemoteOptions.client(options).send(
            "POST", "/api/v1/triggers/\(path)/run", body: body)
        let firing = try WireJSON.decode(TriggerFiring.self, from: answer)
        let refused = Set(firing.refused.map(\.recipe))
        let asked = firing.recipes.filter { !refused.contains($0) }
        let rows =
            asked.map { Row(recipe: $0, what: dryRun ? "would be queued" : "queued", reason: firing.reason) }
            + firing.rest.map { Row(recipe: $0, what: "after these", reason: firing.reason) }
            + firing.refused.map { Row(recipe: $0.recipe, what: "refused", reason: $0.reason) }
        try Output.list(rows, format: output.format, header: ["RECIPE", "WHAT", "WHY"]) {
            [$0.recipe, $0.what, $0.reason]
        }
        if rows.isEmpty { Output.talk("nothing to queue: \(firing.reason)") }
        if !firing.jobs.isEmpty { Output.talk("\(firing.jobs.count) jobs, with what these need") }
        if !firing.refused.isEmpty { throw ExitCode(1) }
    }
}
