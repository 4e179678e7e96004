import Foundation
import Jobs

/// What a trigger remembers across restarts, in the ledger.
struct TriggerMemory: Codable, Sendable, Equatable {
    /// Recipes that wait until a few others are published.
    struct Pending: Codable, Sendable, Equatable {
        /// Why the trigger fired.
        var reason: String
        /// The jobs that must be published first.
        var canary: [JobID]
        /// Some of these were under way before: what they say may be of what was before, so they are run once more.
        var isOfBefore: Bool
        /// What could not be queued among them, and why: then they cannot pass.
        var refused: [TriggerFiring.Refusal]
        /// What is queued when they have.
        var rest: [String]
    }

    /// The state of what is watched that was dealt with: a commit, a digest. Nil before the first look.
    var mark: String?
    /// Up to which moment a timer's times were dealt with.
    var last: Date?
    /// What waits for its canary.
    var pending: Pending?
    /// What could not be queued, until it can.
    var refused: [TriggerFiring.Refusal] = []

    /// Takes over what came of queueing these: what was refused before and is not any more is forgotten.
    mutating func note(_ queued: [String], refused new: [TriggerFiring.Refusal], gone: [String] = []) {
        let settled = Set(queued).union(gone)
        refused = refused.filter { !settled.contains($0.recipe) } + new
    }
}

/// How the jobs that go first are.
enum CanaryState: Equatable {
    case running
    case passed
    /// Why they did not pass, with the job to look at.
    case failed(String, JobID?)

    /// Looks at them; what was superseded is stood for by its newer job.
    init(_ pending: TriggerMemory.Pending, in store: any JobStore) throws {
        if let refusal = pending.refused.first {
            self = .failed("\(refusal.recipe) cannot be queued: \(refusal.reason)", nil)
            return
        }
        var isPassed = true
        for var id in pending.canary {
            var job = try store.job(id)
            while case .superseded(let newer)? = job?.state, newer > id {
                id = newer
                job = try store.job(id)
            }
            guard let job else { continue }
            switch job.state {
            case .published: continue
            case .failed(let failure):
                self = .failed("\(job.identity) failed: \(failure)", id)
                return
            case .blocked(let by):
                self = .failed("\(job.identity) is blocked by job \(by)", by)
                return
            case .cancelled, .superseded:
                self = .failed("\(job.identity) was cancelled", id)
                return
            case .waiting, .ready, .leased, .running, .built, .publishing: isPassed = false
            }
        }
        self = isPassed ? .passed : .running
    }
}
