import ArgumentParser
import FarmServices
import Foundation
import Recipes

/// `apkfarm recipe lint`: what is wrong or doubtful in recipes.
struct RecipeLint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Checks recipes: what abuild refuses, what a rebuild stumbles over, and form.",
        discussion: """
            Ends with 1 when an error is among the findings that are shown.
            Examples:
              apkfarm recipe lint zlib
              apkfarm recipe lint --aports DIR --all --counts
              apkfarm recipe lint --aports DIR --all --severity error --format sarif >findings.sarif
            """)

    /// How findings are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, sarif
    }

    @OptionGroup var options: FarmOptions

    @Option(help: "How to write findings: table, json or sarif.")
    var format: Format = .table

    @Option(help: "The least severity that is shown: error, warning or note.")
    var severity: Finding.Severity = .note

    @Option(help: "Only findings of this rule. May be repeated.")
    var rule: [String] = []

    @Flag(help: "Check every recipe of the trees and of the farm.")
    var all = false

    @Flag(help: "Print how many findings each rule has, and in how many recipes.")
    var counts = false

    @Flag(help: "List the rules, and check nothing.")
    var rules = false

    @Argument(help: "Recipes' folders or names.")
    var recipes: [String] = []

    func validate() throws {
        if !rules && all == !recipes.isEmpty { throw ValidationError("name recipes, or say --all") }
        for name in rule where LintRule.named(name) == nil {
            throw ValidationError("no rule '\(name)'; see 'apkfarm recipe lint --rules'")
        }
    }

    func run() async throws {
        if rules { return try list() }
        let farm = try Farm(options)
        let found = RecipeLinter.sorted(
            all ? await everything(farm) : recipes.flatMap { Self.findings(of: $0, farm) })
        let shown = found.filter {
            $0.severity.rank <= severity.rank && (rule.isEmpty || rule.contains($0.rule))
        }
        if counts { try count(shown) } else { try write(shown, farm) }
        if shown.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
    }

    private func list() throws {
        let format: OutputFormat = format == .json ? .json : .table
        try Output.list(LintRule.all, format: format, header: ["RULE", "SEVERITY", "WHAT IT ASKS FOR"]) {
            [$0.id, $0.severity.rawValue, $0.summary]
        }
    }

    private func write(_ findings: [Finding], _ farm: Farm) throws {
        switch format {
        case .table: for finding in findings { Output.data("\(finding) [\(finding.rule)]") }
        case .json: try Output.json(findings)
        case .sarif:
            Output.data(try SARIFLog(findings, root: farm.aports.first ?? farm.folders.overlay).json())
        }
    }

    private struct Count: Encodable {
        let rule: String
        let severity: Finding.Severity
        let findings: Int
        let recipes: Int
    }

    private func count(_ findings: [Finding]) throws {
        let rows = Dictionary(grouping: findings, by: \.rule).map { rule, findings in
            Count(
                rule: rule, severity: findings[0].severity, findings: findings.count,
                recipes: Set(findings.map(\.place.file)).count)
        }.sorted { ($0.severity.rank, $0.rule) < ($1.severity.rank, $1.rule) }
        let format: OutputFormat = format == .json ? .json : .table
        try Output.list(rows, format: format, header: ["RULE", "SEVERITY", "FINDINGS", "RECIPES"]) {
            [$0.rule, $0.severity.rawValue, "\($0.findings)", "\($0.recipes)"]
        }
    }

    // MARK: Reading

    private func everything(_ farm: Farm) async -> [Finding] {
        let tree = RecipeTree(trees: farm.aports, overlays: farm.folders.overlays)
        let entries = tree.entries
        let share = max(1, entries.count / max(1, ProcessInfo.processInfo.activeProcessorCount))
        return await withTaskGroup(of: [Finding].self) { group in
            for start in stride(from: 0, to: entries.count, by: share) {
                group.addTask {
                    entries[start..<min(start + share, entries.count)].flatMap { entry in
                        Self.findings(farm) { () throws(RecipeError) in try entry.open() }
                    }
                }
            }
            var findings = tree.findings
            for await part in group { findings += part }
            return findings
        }
    }

    private static func findings(of name: String, _ farm: Farm) -> [Finding] {
        do {
            let folder = try farm.recipeFolder(name)
            return findings(farm) { folder }
        } catch let error as RecipeError { return error.findings } catch {
            let place = Place(file: name, line: 1, column: 1)
            return [
                Finding(
                    .error, rule: "unreadable-recipe", at: place, what: "\(error)",
                    remedy: "see 'apkfarm recipe list'")
            ]
        }
    }

    private static func findings(
        _ farm: Farm, of open: () throws(RecipeError) -> RecipeFolder
    ) -> [Finding] {
        do throws(RecipeError) {
            return RecipeLinter().findings(in: try FarmCatalogue.read(try open(), farm.evaluator))
        } catch { return error.findings }
    }
}

extension Finding.Severity: ExpressibleByArgument {
    /// Errors first.
    var rank: Int {
        switch self {
        case .error: 0
        case .warning: 1
        case .note: 2
        }
    }
}
