import Building
import Fetching
import Foundation
import Planning
import Recipes
import Signing

/// Tries recipes one after the other, each after those that it needs, and notes how each ended.
public struct Sweep: Sendable {
    /// Opens a session for a plan.
    public typealias Opening = @Sendable (BuildPlan) async throws -> BuildSession

    let planner: Planner
    let sources: SourceStore
    let catalogue: DebianCatalogue
    let classes: FailureClasses
    let ledger: SweepLedger
    /// The digest of what decides outcomes besides the recipe: toolchain and phases.
    let circumstances: String
    /// Sources that neither the store nor Debian has are fetched from where the recipe names them.
    let fetchesUpstream: Bool
    let open: Opening
    let tell: @Sendable (SweepRecord) -> Void

    /// A sweep over a planner's recipes.
    public init(
        planner: Planner, sources: SourceStore, catalogue: DebianCatalogue, classes: FailureClasses,
        ledger: SweepLedger, circumstances: String, fetchesUpstream: Bool, open: @escaping Opening,
        tell: @escaping @Sendable (SweepRecord) -> Void
    ) {
        self.planner = planner
        self.sources = sources
        self.catalogue = catalogue
        self.classes = classes
        self.ledger = ledger
        self.circumstances = circumstances
        self.fetchesUpstream = fetchesUpstream
        self.open = open
        self.tell = tell
    }

    /// Tries recipes until `limit` builds were begun. Outcomes that an earlier sweep noted for the same input stand.
    /// - Returns: how many builds were begun.
    public func run(limit: Int, isWanted: (String) -> Bool) async throws -> Int {
        var records = try ledger.records()
        var begun = 0
        for identity in order(isWanted) {
            guard begun < limit else { break }
            var record: SweepRecord
            switch plan(for: identity) {
            case .failure(let error):
                record = SweepRecord(recipe: identity, version: "", input: circumstances, outcome: .failed)
                record.phase = "plan"
                record.failure = classes.classify(phase: "plan", reason: "\(error)", log: "")
                if records[identity] == record { continue }
            case .success(let plan):
                guard let step = plan[identity] else { continue }
                let input = try input(of: step)
                let old = records[step.identity]
                if let old, old.input == input, old.outcome != .blocked { continue }
                record = SweepRecord(
                    recipe: step.identity, version: "\(step.recipe.version)", input: input, outcome: .built)
                record.needs = plan.steps.map(\.identity).filter { $0 != step.identity }
                if let missing = try missingSource(of: step.recipe) {
                    record.outcome = .failed
                    record.phase = "fetch"
                    record.failure = classes.classify(phase: "fetch", reason: missing, log: "")
                } else if let cause = record.needs.first(where: { Self.isBad(records[$0]) }) {
                    record.outcome = .blocked
                    record.blockedBy = records[cause]?.blockedBy.nonEmpty ?? cause
                    if old == record { continue }
                } else {
                    begun += 1
                    try await build(plan, &record, &records)
                }
            }
            records[record.recipe] = record
            try ledger.append(record)
            tell(record)
        }
        return begun
    }

    private static func isBad(_ record: SweepRecord?) -> Bool {
        record.map { $0.outcome != .built } ?? false
    }

    /// The recipes, those that need the fewest others first: a need always needs fewer than what needs it.
    private func order(_ isWanted: (String) -> Bool) -> [String] {
        let sized = planner.buildable.filter(isWanted).map { identity in
            // What cannot be planned costs nothing and is said first.
            (identity, (try? planner.size(of: identity)) ?? 0)
        }
        return sized.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    }

    /// Recipes are read for a plan only when its turn has come: reading all would take longer than the first builds.
    private func plan(for identity: String) -> Result<BuildPlan, PlanningError> {
        do throws(PlanningError) {
            return .success(try planner.plan([identity]).leading(to: identity))
        } catch { return .failure(error) }
    }

    private func input(of step: BuildPlan.Step) throws -> String {
        let files = try BuildSession.digests(of: step.recipe.folder).sorted { $0.key < $1.key }
        let text = files.reduce(into: circumstances) { $0 += "\n\($1.key) \($1.value)" }
        return SHA256.digest(of: Array(text.utf8)).hex
    }

    /// Why a source cannot be had; nil when all can.
    private func missingSource(of recipe: Recipe) throws -> String? {
        guard !fetchesUpstream else { return nil }
        for source in recipe.sources {
            guard let request = try source.request else { continue }
            let isHad = request.sha512s.contains {
                sources.path(of: $0) != nil || !catalogue.entries(for: $0).isEmpty
            }
            if !isHad { return "\(source.name) could not be fetched: no place in the catalogue has it" }
        }
        return nil
    }

    /// Builds the recipe and what of its needs is not published; a need that fails is noted too.
    private func build(
        _ plan: BuildPlan, _ record: inout SweepRecord, _ records: inout [String: SweepRecord]
    ) async throws {
        for report in try await open(plan).run() {
            guard report.identity == record.recipe else {
                if case .failed = report.outcome, let step = plan[report.identity] {
                    var need = SweepRecord(
                        recipe: report.identity, version: report.version, input: try input(of: step),
                        outcome: .failed)
                    note(report, in: &need)
                    records[need.recipe] = need
                    try ledger.append(need)
                    tell(need)
                }
                continue
            }
            note(report, in: &record)
        }
    }

    private func note(_ report: StepReport, in record: inout SweepRecord) {
        record.suite = report.suite
        record.seconds = report.seconds
        record.log = report.log
        switch report.outcome {
        case .failed(let phase, let reason):
            record.outcome = .failed
            record.phase = phase
            // A step that failed before its sandbox started has no log.
            let log = (try? LogFile.text(report.log)) ?? ""
            record.failure = classes.classify(phase: phase, reason: reason, log: log)
        case .blocked(let cause):
            record.outcome = .blocked
            record.blockedBy = cause
        default: record.outcome = .built
        }
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
