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
        /// Build what was asked for although an equal request was built before; what it needs comes from the cache.
        public var rebuildsRequested = false
        /// What may happen to those who have packages installed.
        public var accepted: Set<PublicationFinding.Kind> = []

        /// Two workers, the short form of tests, an end at the first failure.
        public init() {}
    }

    /// Whether a step is built past the cache of results.
    func isForced(_ step: BuildPlan.Step) -> Bool { options.rebuildsRequested && step.isRequested }

    let folders: FarmFolders
    let equipment: Builder.Equipment
    let toolDigests: ToolDigests
    let plan: BuildPlan
    let store: any JobStore
    let key: PrivateKey
    let options: Options
    let tell: @Sendable (SessionEvent) -> Void
    let publisher: PublishingTurn
    /// The worker of another process that builds; nil: built here.
    var seat: WorkerSeat?

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

    /// A session for one plan. Sessions of one farm that run side by side share a `publisher`.
    public init(
        folders: FarmFolders, equipment: Builder.Equipment, toolDigests: ToolDigests, plan: BuildPlan,
        store: any JobStore, key: PrivateKey, options: Options, publisher: PublishingTurn = PublishingTurn(),
        tell: @escaping @Sendable (SessionEvent) -> Void
    ) {
        self.publisher = publisher
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
    /// - Throws: only when the job store cannot be written at all; failures of steps are in the reports.
    public func run() async throws -> [StepReport] {
        if let reports = try await nothingToDo() { return reports }
        let ledger = try JobLedger(store, plan: plan, logs: folders.logs)
        var schedule = Schedule(plan)
        var reports: [String: StepReport] = [:]
        await withTaskGroup(of: StepReport.self) { group in
            while true {
                while schedule.running.count < options.workers, let step = schedule.takeReady() {
                    group.addTask { await process(step, ledger) }
                }
                guard let report = await group.next() else { break }
                schedule.ended(report.identity, good: report.outcome.isGood)
                reports[report.identity] = report
                tell(.ended(report, left: schedule.left))
                for (step, cause) in schedule.takeBlocked() {
                    let report = StepReport(
                        identity: step.identity, version: "\(step.recipe.version)",
                        outcome: .blocked(by: cause))
                    reports[report.identity] = report
                    tell(.ended(report, left: schedule.left))
                }
                if !report.outcome.isGood && !options.keepsGoing { _ = schedule.dropWaiting() }
            }
        }
        for step in schedule.dropWaiting() {
            // Steps of a sound plan do not wait for each other; if they do, it is said.
            reports[step.identity] = StepReport(
                identity: step.identity, version: "\(step.recipe.version)",
                outcome: .failed(
                    phase: "plan",
                    reason: "it waits for \(step.needs.filter { reports[$0] == nil }.joined(separator: ", "))"
                        + ", which waits for it"))
        }
        try ledger.cancelRest(of: plan)
        return plan.steps.compactMap { reports[$0.identity] }
    }

    /// The reports of a session in which every step is published and unchanged; nil when there is work.
    ///
    /// Such a session writes nothing: no job, no log.
    private func nothingToDo() async throws -> [StepReport]? {
        var reports: [StepReport] = []
        for step in plan.steps {
            // A build root that cannot be put together yet is work to do.
            guard let work = try? await prepare(step), case .nothing(let provenance) = work else {
                return nil
            }
            reports.append(try unchanged(step, provenance))
        }
        return reports
    }

    private func unchanged(_ step: BuildPlan.Step, _ provenance: Provenance) throws -> StepReport {
        var report = StepReport(identity: step.identity, version: "", outcome: .unchanged)
        report.describe(provenance)
        report.size = try sizes(of: provenance.files, in: step)
        return report
    }

    /// One step from beginning to end. Every failure ends in the report.
    private func process(_ step: BuildPlan.Step, _ ledger: JobLedger) async -> StepReport {
        var report = StepReport(
            identity: step.identity, version: "\(step.recipe.version)",
            outcome: .failed(phase: "plan", reason: "not begun"))
        do {
            guard let job = try ledger.begin(step) else { return report }
            report = await process(step, job)
        } catch { report.outcome = .failed(phase: "ledger", reason: "\(error)") }
        return report
    }

    /// One step whose job is leased, from beginning to end. Every failure ends in the report and in the job; when the
    /// task is cancelled and `leavesInterrupted` says so, the job stays as it is for the next start to recover.
    func process(
        _ step: BuildPlan.Step, _ job: JobLedger.Running,
        leavesInterrupted: @Sendable () async -> Bool = { false }
    ) async -> StepReport {
        var report = StepReport(
            identity: step.identity, version: "\(step.recipe.version)",
            outcome: .failed(phase: "plan", reason: "not begun"))
        report.log = job.log
        do {
            do {
                tell(.began(identity: step.identity))
                switch try await prepare(step) {
                case .nothing(let provenance):
                    report = try unchanged(step, provenance)
                    try job.unchanged()
                case .build(let candidate):
                    report.why = candidate.why
                    try await StepRun(session: self, step: step, candidate: candidate, job: job).run(&report)
                }
            } catch  where Task.isCancelled {
                report.outcome = .failed(phase: "cancel", reason: "cancelled while it ran")
                if await !leavesInterrupted() { try job.cancelled() }
            } catch let error as LeaseLost {
                // The job is another worker's by now, or ready for one.
                report.outcome = .failed(phase: "lease", reason: error.reason)
            } catch let error as WorkerFailure {
                report.outcome = .failed(phase: error.phase, reason: error.reason)
                try job.failed(phase: error.phase, reason: error.reason)
            } catch let error as BuildError {
                report.outcome = .failed(phase: error.phase, reason: error.description)
                try job.failed(phase: error.phase, reason: error.description)
            } catch {
                report.outcome = .failed(phase: "farm", reason: "\(error)")
                try job.failed(phase: "farm", reason: "\(error)")
            }
        } catch { report.outcome = .failed(phase: "ledger", reason: "\(error)") }
        report.log = LogFile.finished(report.log)
        return report
    }

    /// What a session would do and why, in words, a line for each step in the plan's order.
    ///
    /// What a step makes is only known when it was built, so of one that comes after others that are to be built it is
    /// said what it waits for.
    /// - Throws: As a build would for a build root that cannot be put together and waits for nothing.
    public func preview() async throws -> [(identity: String, line: String)] {
        var open: Set<String> = []
        var lines: [(identity: String, line: String)] = []
        for step in plan.steps {
            let ahead = step.needs.filter { open.contains($0) }
            let wait = ahead.joined(separator: ", ")
            let line: String
            do {
                switch try await prepare(step) {
                case .nothing(let provenance):
                    let version = "\(provenance.request.pkgver)-r\(provenance.request.release)"
                    line =
                        ahead.isEmpty
                        ? "nothing to do: \(version) is published and satisfies it"
                        : "only if its build root changes by \(wait): \(version) is published and satisfies it as it is"
                    if !ahead.isEmpty { open.insert(step.identity) }
                case .build(let candidate):
                    line = candidate.why.isEmpty ? "never built" : candidate.why.joined(separator: "; ")
                    open.insert(step.identity)
                }
            } catch let error as BuildError {
                guard case .sysroot = error, !ahead.isEmpty else { throw error }
                line = "after \(wait): its build root cannot be put together before"
                open.insert(step.identity)
            }
            lines.append((step.identity, line))
        }
        return lines
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
public actor PublishingTurn {
    private var busy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Nobody publishes yet.
    public init() {}

    func take() async {
        if busy { await withCheckedContinuation { waiting.append($0) } } else { busy = true }
    }

    func give() {
        if waiting.isEmpty { busy = false } else { waiting.removeFirst().resume() }
    }
}
