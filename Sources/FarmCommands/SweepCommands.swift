import ArgumentParser
import Building
import FarmServices
import Fetching
import Foundation
import Planning
import Sandboxing
import Toolchains

struct SweepCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Tries many recipes unattended, and says why those that fail do.",
        subcommands: [SweepRun.self, SweepShow.self], defaultSubcommand: SweepRun.self)
}

extension Farm {
    /// The rules that tell classes of failures.
    func failureClasses() throws -> FailureClasses {
        let path = folders.toolchain + "/failure-classes.tsv"
        return try FailureClasses(parsing: String(contentsOfFile: path, encoding: .utf8), file: path)
    }

    /// What sweeps found out.
    var sweepLedger: SweepLedger { SweepLedger(path: folders.state + "/sweep.jsonl") }
}

/// `apkfarm sweep run`: tries recipes in dependency order.
struct SweepRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Tries recipes in dependency order, and goes on where an earlier sweep was cut short.",
        discussion: """
            Only recipes are built whose sources are in the store or in Debian's archive; with --upstream they are
            fetched from where the recipe says, one at a time. Nothing stops a sweep but its limit.
            Examples:
              apkfarm sweep --aports ~/aports --limit 20
              apkfarm sweep --aports ~/aports --repository main --minutes 10
              apkfarm sweep report --format json
            """)

    @OptionGroup var options: FarmOptions

    @Option(help: "At most so many builds.")
    var limit = 100

    @Option(help: "Minutes that one build may take.")
    var minutes = 30

    @Option(help: "Only recipes of this repository. May be repeated.")
    var repository: [String] = []

    @Flag(help: "Fetch sources from where the recipes say, too.")
    var upstream = false

    @Option(help: "The name of the key to sign with, when there are several.")
    var key: String?

    func validate() throws {
        guard limit > 0, minutes > 0 else { throw ValidationError("--limit and --minutes are at least 1") }
    }

    func run() async throws {
        let farm = try Farm(options)
        let catalogue = farm.catalogue()
        let planner = try catalogue.planner(
            hostTools: try farm.hostTools(), buildBase: try farm.buildBase(), options: Planner.Options())
        let lock = try farm.lock(for: "sweep")
        defer { withExtendedLifetime(lock) {} }
        let store = try farm.recoveredStore(holding: lock)
        var digests = try farm.fileDigests()
        let circumstances = try farm.phasesDigest(&digests)
        digests.save()
        var limits = Limits()
        limits.wallTime = .seconds(60 * minutes)
        var sessionOptions = BuildSession.Options()
        sessionOptions.workers = 1
        sessionOptions.keepsGoing = true
        let sweep = Sweep(
            planner: planner, sources: try farm.sourceStore(),
            catalogue: try DebianCatalogue(
                path: farm.folders.debianSources, aptTool: farm.folders.toolchain + "/apt-private"),
            classes: try farm.failureClasses(), ledger: farm.sweepLedger, circumstances: circumstances,
            fetchesUpstream: upstream,
            open: { [limits, sessionOptions] plan in
                try await farm.session(
                    plan, options: sessionOptions, key: key, limits: limits, store: store
                ) { _ in }
            },
            tell: { Output.talk(Self.line($0)) })
        let begun = try await sweep.run(limit: limit) { identity in
            repository.isEmpty || repository.contains { identity.hasPrefix($0 + "/") }
        }
        Output.talk("\(begun) builds; 'apkfarm sweep report' says what came of them")
    }

    private static func line(_ record: SweepRecord) -> String {
        switch record.outcome {
        case .built:
            let suite = record.suite.map { "\($0.passed) passed, \($0.failed.count) failed" } ?? "no tests"
            return "\(record.recipe) \(record.version): built, \(suite)"
        case .failed:
            let failure = record.failure
            return "\(record.recipe) \(record.version): \(failure?.name ?? "failed"): \(failure?.line ?? "")"
        case .blocked: return "\(record.recipe) \(record.version): waits for \(record.blockedBy)"
        }
    }
}

/// `apkfarm sweep report`: what the sweeps add up to.
struct SweepShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Ranks the classes of failures by how many recipes each stops.",
        discussion: "Examples: apkfarm sweep report; apkfarm sweep report --html sweep.html")

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "Write the report as an HTML page into this file, too.")
    var html: String?

    @Option(help: "Only this class, with its recipes and the line that proves each.")
    var only: String?

    func run() async throws {
        let report = SweepReport(try Farm(options).sweepLedger.records().values)
        if let html {
            try Data(SweepPage.html(report).utf8).write(
                to: URL(fileURLWithPath: Farm.absolute(html)), options: .atomic)
        }
        if let only {
            let records = report.records.filter { $0.failure?.name == only }
            try Output.list(records, format: output.format, header: ["RECIPE", "PHASE", "LINE"]) {
                [$0.recipe, $0.phase, $0.failure?.line ?? ""]
            }
            return
        }
        if output.format == .json {
            try Output.json(report)
            return
        }
        Output.table(
            ["CLASS", "RECIPES", "WAITING", "FOR EXAMPLE"],
            report.classes.map { row in
                let example = report.records.first { $0.recipe == row.recipes.first }
                return [
                    row.name, "\(row.recipes.count)", "\(row.blocked)",
                    "\(row.recipes.first ?? ""): \(example?.failure?.line.prefix(80) ?? "")",
                ]
            })
        Output.data(
            "\(report.total) recipes: \(report.built) built, \(report.failed) failed, \(report.blocked) blocked; "
                + "tests: \(report.testsPassed) passed, \(report.testsFailed) failed")
    }
}
