import Apk
import Building
import Compressing
import Foundation
import Jobs
import Packages
import Planning
import Publishing
import Recipes
import Signing
import Toolchains

/// Carries out one plan: steps side by side as far as their needs allow, each built (or found done), signed and
/// published as soon as it is good.
///
/// It is the one writer while it runs: the caller holds the farm's lock.
public struct BuildSession: Sendable {
    /// How a session works.
    public struct Options: Sendable {
        /// Steps side by side.
        public var workers = 2
        /// Go on with steps that do not need a failed one.
        public var keepsGoing = false
        /// Which tests run.
        public var checks = BuildRequest.Checks.short
        /// Build although an equal request was built before.
        public var ignoresCache = false

        /// Two workers, the short form of tests, an end at the first failure.
        public init() {}
    }

    let folders: FarmFolders
    let equipment: Builder.Equipment
    let toolDigests: ToolDigests
    let plan: BuildPlan
    let store: any JobStore
    let key: PrivateKey
    let options: Options
    let tell: @Sendable (SessionEvent) -> Void
    let publisher = PublishingTurn()

    /// Digests that every request carries.
    public struct ToolDigests: Sendable {
        /// Of the build functions.
        public var phases: String
        /// Debian packages of host tools, with their versions.
        public var hostPackages: [String: String]
        /// Alpine's tool names to Debian's packages.
        public var hostTools: HostTools

        /// Gathers the digests.
        public init(phases: String, hostPackages: [String: String], hostTools: HostTools) {
            self.phases = phases
            self.hostPackages = hostPackages
            self.hostTools = hostTools
        }
    }

    /// A session for one plan.
    public init(
        folders: FarmFolders, equipment: Builder.Equipment, toolDigests: ToolDigests, plan: BuildPlan,
        store: any JobStore, key: PrivateKey, options: Options, tell: @escaping @Sendable (SessionEvent) -> Void
    ) {
        self.folders = folders
        self.equipment = equipment
        self.toolDigests = toolDigests
        self.plan = plan
        self.store = store
        self.key = key
        self.options = options
        self.tell = tell
    }

    /// Works until every step is done, failed or blocked.
    /// - Returns: one report a step, in the plan's order.
    public func run() async -> [StepReport] {
        var schedule = Schedule(plan)
        var reports: [String: StepReport] = [:]
        await withTaskGroup(of: StepReport.self) { group in
            while true {
                while schedule.running.count < options.workers, let step = schedule.takeReady() {
                    group.addTask { await process(step) }
                }
                guard let report = await group.next() else { break }
                schedule.ended(report.identity, good: report.outcome.isGood)
                reports[report.identity] = report
                tell(.ended(report, left: schedule.left))
                for (step, cause) in schedule.takeBlocked() {
                    let report = await blocked(step, by: cause)
                    reports[report.identity] = report
                    tell(.ended(report, left: schedule.left))
                }
                if !report.outcome.isGood && !options.keepsGoing { _ = schedule.dropWaiting() }
            }
        }
        return plan.steps.compactMap { reports[$0.identity] }
    }

    private func blocked(_ step: BuildPlan.Step, by cause: String) async -> StepReport {
        var report = StepReport(
            identity: step.identity, version: "\(step.recipe.version)", outcome: .blocked(by: cause))
        do { try JobLedger(store).blocked(step, by: cause) } catch { report.why = ["not recorded: \(error)"] }
        return report
    }

    /// One step from beginning to end. Every failure ends in the report.
    private func process(_ step: BuildPlan.Step) async -> StepReport {
        var report = StepReport(
            identity: step.identity, version: "\(step.recipe.version)",
            outcome: .failed(phase: "plan", reason: "not begun"))
        do {
            let work = try await prepare(step)
            if case .nothing(let provenance) = work {
                report.describe(provenance)
                report.size = try sizes(of: provenance.files, in: step)
                report.outcome = .unchanged
                return report
            }
            guard case .build(let candidate) = work else { return report }
            report.why = candidate.why
            try await StepRun(session: self, step: step, candidate: candidate).run(&report)
        } catch let error as BuildError {
            report.outcome = .failed(phase: error.phase, reason: error.description)
        } catch {
            report.outcome = .failed(phase: "farm", reason: "\(error)")
        }
        return report
    }

    /// Why a step would be built, in words.
    public func why(_ step: BuildPlan.Step) async throws -> String {
        switch try await prepare(step) {
        case .nothing(let provenance):
            "nothing to do: \(provenance.request.pkgver)-r\(provenance.request.release) is published and satisfies it"
        case .build(let candidate):
            candidate.why.isEmpty ? "never built" : candidate.why.joined(separator: "; ")
        }
    }

    func sizes(of files: [String], in step: BuildPlan.Step) throws -> Int {
        var total = 0
        for file in files {
            let path = repository(of: step).packages + "/" + file
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            total += (attributes[.size] as? Int) ?? 0
        }
        return total
    }

    func repository(of step: BuildPlan.Step) -> (folder: String, packages: String) {
        let folder = folders.repository(step.recipe.repository)
        return (folder, folder + "/wasm32")
    }
}

extension StepReport {
    mutating func describe(_ provenance: Provenance) {
        version = "\(provenance.request.pkgver)-r\(provenance.request.release)"
        suite = provenance.suite
        suiteNote = provenance.suiteNote
        seconds = provenance.seconds
    }
}

/// One publication at a time: the index is read, changed and written by one step.
actor PublishingTurn {
    private var busy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async {
        if busy { await withCheckedContinuation { waiting.append($0) } } else { busy = true }
    }

    func give() {
        if waiting.isEmpty { busy = false } else { waiting.removeFirst().resume() }
    }
}
