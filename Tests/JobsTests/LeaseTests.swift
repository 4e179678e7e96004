import Foundation
import Jobs
import Testing

/// Leases in every store: who has the newest may change a job, nobody else.
@Suite("Leases")
struct LeaseTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func one(_ kind: StoreKind) throws -> (store: any JobStore, job: JobID) {
        let store = try kind.make(in: work)
        let jobs = try store.add([NewJob(recipe: "zlib", repository: "main", version: "1-r0")], at: moment(0))
        return (store, jobs[0].id)
    }

    /// Takes the job and opens an attempt, as workers do.
    private func lease(_ job: JobID, _ store: any JobStore, to worker: String, at time: Double) throws
        -> Int64
    {
        let leased = try store.record(
            .leased(Lease(worker: worker, process: 1)), for: job, at: moment(time))
        _ = try store.begin(job, log: "/log-\(leased.fence)", at: moment(time))
        return leased.fence
    }

    private enum Answer { case done, fenced, refused, broken }

    private static func answer(_ body: () throws -> Job) -> Answer {
        do { _ = try body() } catch {
            switch error as? JobStoreError {
            case .fenced: return .fenced
            case .refused: return .refused
            default: return .broken
            }
        }
        return .done
    }

    private func isFenced(_ body: () throws -> Void) -> Bool {
        do { try body() } catch {
            if case .fenced = error as? JobStoreError { return true }
        }
        return false
    }

    @Test(
        "Leases of a job are numbered by the ledger, whatever the worker says", arguments: StoreKind.allCases)
    func numbers(kind: StoreKind) throws {
        let (store, job) = try one(kind)
        #expect(try lease(job, store, to: "a", at: 1) == 1)
        try store.release(job, holding: 1, reason: "lost", at: moment(2))
        let again = try store.record(
            .leased(Lease(worker: "b", process: 1, token: 99)), for: job, at: moment(3))
        #expect(again.fence == 2)
        #expect(again.state == .leased(Lease(worker: "b", process: 1, token: 2)))
        #expect(try store.faults() == [])
    }

    @Test("A lease that ran out is found, and taking it back ends its attempt", arguments: StoreKind.allCases)
    func expiry(kind: StoreKind) throws {
        let (store, job) = try one(kind)
        let token = try lease(job, store, to: "a", at: 1)
        #expect(try store.expired(at: moment(1_000_000)) == [], "without a deadline it ends with its process")
        try store.renew(job, holding: token, until: moment(60))
        try store.record(.phase("build"), for: job, holding: token, at: moment(2))
        #expect(try store.job(job)?.deadline == moment(60), "a phase keeps the deadline")
        #expect(try store.expired(at: moment(59)) == [])
        #expect(try store.expired(at: moment(60)).map(\.id) == [job])
        let released = try store.release(job, holding: token, reason: "silent", at: moment(61))
        #expect(released.state == .ready)
        #expect(released.deadline == nil)
        #expect(try store.expired(at: moment(1_000_000)) == [])
        let attempts = try store.attempts(of: job)
        #expect(attempts.map(\.outcome) == [.interrupted])
        #expect(attempts[0].ended == moment(61))
    }

    @Test("A worker that comes back late can change nothing, and not publish", arguments: StoreKind.allCases)
    func late(kind: StoreKind) throws {
        let (store, job) = try one(kind)
        let old = try lease(job, store, to: "late", at: 1)
        try store.renew(job, holding: old, until: moment(10))
        try store.release(job, holding: old, reason: "silent", at: moment(11))
        let kinds: [JobEvent.Kind] = [
            .phase("check"), .built(reused: false), .publishing, .published(unchanged: false),
            .published(unchanged: true), .failed(JobFailure(phase: "check", reason: "late")),
            .cancelled(by: "late"), .released(reason: "late"),
        ]
        func tries() throws {
            let before = try store.events(of: job)
            for kind in kinds {
                #expect(
                    isFenced { try store.record(kind, for: job, holding: old, at: moment(20)) }, "\(kind)")
            }
            #expect(isFenced { try store.renew(job, holding: old, until: moment(99)) })
            #expect(isFenced { try store.release(job, holding: old, reason: "late", at: moment(20)) })
            #expect(try store.events(of: job) == before)
        }
        try tries()
        let new = try lease(job, store, to: "next", at: 12)
        try tries()
        try store.record(.built(reused: false), for: job, holding: new, at: moment(13))
        try tries()
        #expect(isFenced { try store.renew(job, holding: new, until: moment(99)) }, "built has no deadline")
        try store.record(.publishing, for: job, holding: new, at: moment(14))
        try tries()
        try store.record(.published(unchanged: false), for: job, holding: new, at: moment(15))
        try tries()
        #expect(try store.job(job)?.state == .published)
    }

    @Test(
        "With any number of workers, each silent or late at random, a job is published once and by its last lease",
        arguments: StoreKind.allCases, 0..<12)
    func fencing(kind: StoreKind, seed: Int) throws {
        var dice = Dice(state: UInt64(seed))
        let (store, job) = try one(kind)
        /// Leases that some worker believes to have, lost ones among them.
        var believed: [Int64] = []
        var publishers: [Int64] = []
        for step in 1...150 {
            let time = moment(Double(step))
            let before = try #require(try store.job(job))
            if before.state == .ready {
                believed.append(try lease(job, store, to: "w\(step)", at: Double(step)))
                try store.renew(job, holding: believed[believed.count - 1], until: moment(Double(step + 5)))
                continue
            }
            for late in try store.expired(at: time) {
                try store.release(late.id, holding: late.fence, reason: "silent", at: time)
            }
            let current = try #require(try store.job(job))
            guard let token = believed.randomElement(using: &dice) else { continue }
            let mayAct = current.state.isHeld && token == current.fence
            let kinds: [JobEvent.Kind] = [
                .phase("build"), .built(reused: false), .publishing, .published(unchanged: false),
            ]
            let kind = kinds[Int.random(in: 0..<kinds.count, using: &dice)]
            switch Self.answer({ try store.record(kind, for: job, holding: token, at: time) }) {
            case .done:
                #expect(mayAct, "lease \(token) did \(kind) while \(current.fence) is the last")
                if case .published = kind { publishers.append(token) }
            case .fenced: #expect(!mayAct)
            case .refused: #expect(mayAct)
            case .broken: Issue.record("the store broke")
            }
        }
        #expect(publishers.count <= 1)
        if let publisher = publishers.first { #expect(try publisher == store.job(job)?.fence) }
        let leases = try store.events(of: job).compactMap { event -> Int64? in
            guard case .leased(let lease) = event.kind else { return nil }
            return lease.token
        }
        #expect(leases == Array(1...Int64(max(1, leases.count))))
        #expect(try store.faults() == [])
    }
}
