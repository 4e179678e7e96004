import Apk
import Building
import Compressing
import Foundation
import Jobs
import Planning
import Recipes

/// Writes a session's doings into the job store: one job a step, one attempt a try, every log kept.
struct JobLedger: Sendable {
    private let store: any JobStore
    private let logs: String
    private let jobs: [String: JobID]

    /// Queues a job for every step of a plan, each waiting on those that it needs.
    init(_ store: any JobStore, plan: BuildPlan, logs: String) throws {
        self.store = store
        self.logs = logs
        let firsts = Set(plan.steps.filter(\.isFirstBuild).map(\.identity))
        let new = plan.steps.map { step in
            NewJob(
                recipe: step.recipe.pkgname.description, repository: step.recipe.repository,
                version: "\(step.recipe.version)", priority: step.priority,
                needs: step.needs.filter { !firsts.contains($0) },
                firstBuilds: step.needs.filter(firsts.contains), isFirstBuild: step.isFirstBuild)
        }
        var jobs: [String: JobID] = [:]
        for job in try store.add(new, at: Date()) { jobs[job.identity] = job.id }
        self.jobs = jobs
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
    }

    /// Takes a step's job and opens an attempt with its log.
    /// - Returns: nil when the store has no such job, which the session treats as nothing to record.
    func begin(_ step: BuildPlan.Step) throws -> Running? {
        guard let id = jobs[step.identity] else { return nil }
        return try Running(
            leasing: id, of: step.recipe.pkgname.description, worker: "build", store: store, logs: logs)
    }

    /// Ends every job that was not begun: the session stopped before it.
    func cancelRest(of plan: BuildPlan) throws {
        for step in plan.steps {
            guard let id = jobs[step.identity], let job = try store.job(id), job.state.isPending else {
                continue
            }
            if case .blocked = job.state { continue }
            try store.record(.cancelled(by: "the session ended at an earlier failure"), for: id, at: Date())
        }
    }

    /// A job that is being worked on.
    struct Running: Sendable {
        let store: any JobStore
        let id: JobID
        let attempt: Attempt
        /// The fencing token of the lease: what is recorded under it is refused when another worker has the job.
        let token: Int64

        /// Takes a ready job and opens an attempt with its log.
        init(leasing id: JobID, of recipe: String, worker: String, store: any JobStore, logs: String) throws {
            self.store = store
            self.id = id
            token = try store.record(
                .leased(Lease(worker: worker, process: getpid())), for: id, at: Date()
            ).fence
            let attempts = try store.attempts(of: id).count
            attempt = try store.begin(
                id, log: "\(logs)/\(id)-\(recipe)-\(attempts + 1).log", at: Date())
        }

        /// The log of this attempt, while it is written.
        var log: String { attempt.log }

        /// The digest of the request became known.
        func requested(_ digest: String) throws {
            try record(.requested(digest: digest))
        }

        /// A phase began.
        func entered(_ phase: String) throws {
            try record(.phase(JobPhase(phase)))
        }

        /// The published packages satisfy the request.
        func unchanged() throws {
            try close(.succeeded, suite: nil)
            try record(.published(unchanged: true))
        }

        /// The packages are there.
        func built(reused: Bool) throws {
            try record(.built(reused: reused))
        }

        /// Publishing begins: from here on nobody else gets the job. Refused when the lease was lost.
        func publishing() throws {
            try record(.publishing)
        }

        /// It is published, or equals what was.
        func published(_ report: StepReport) throws {
            try close(.succeeded, suite: report.suite)
            try record(.published(unchanged: report.outcome == .kept))
        }

        /// Somebody cancelled it while it ran.
        func cancelled() throws {
            try close(.interrupted, suite: nil)
            try record(.cancelled(by: "request"))
        }

        /// It failed.
        func failed(phase: String, reason: String) throws {
            try close(.failed, suite: nil)
            try record(.failed(JobFailure(phase: JobPhase(phase), reason: reason)))
        }

        private func record(_ kind: JobEvent.Kind) throws {
            try store.record(kind, for: id, holding: token, at: Date())
        }

        private func close(_ outcome: Attempt.Outcome, suite: SuiteReport?) throws {
            var ended = attempt
            ended.ended = Date()
            ended.outcome = outcome
            ended.suite = suite.map {
                SuiteCounts(
                    passed: $0.passed, failed: 0, accepted: $0.failed.count,
                    skipped: $0.skipped,
                    wasmProcesses: $0.wasmProcesses)
            }
            try store.update(ended)
        }
    }
}
