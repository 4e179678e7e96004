import Foundation
import Jobs
import Testing

/// Failures of recipes in a row, and alerts, in every store.
@Suite("Troubles and alerts")
struct TroubleTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func queued(_ store: any JobStore, _ version: String = "1", needs: [String] = []) throws -> Job {
        try store.add([NewJob(recipe: "zlib", repository: "main", version: version)], at: moment(0))[0]
    }

    private func fail(
        _ job: JobID, _ store: any JobStore, at time: Double, _ failure: JobFailure = real
    ) throws {
        try store.record(.leased(Lease(worker: "w", process: 1)), for: job, at: moment(time))
        try store.record(.failed(failure), for: job, at: moment(time))
    }

    private static let real = JobFailure(phase: "check", reason: "2 tests failed")

    @Test(
        "Failures of a recipe are counted over retries and new jobs until it is published",
        arguments: StoreKind.allCases)
    func counting(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let job = try queued(store)
        try fail(job.id, store, at: 1)
        try store.retry(job.id, at: moment(2))
        try fail(job.id, store, at: 3)
        let newer = try queued(store, "2")
        try fail(newer.id, store, at: 4)
        let trouble = Trouble(
            recipe: "zlib", repository: "main", failures: 3, since: moment(1), job: newer.id,
            reason: "check: 2 tests failed")
        #expect(try store.troubles() == [trouble])
        try store.retry(newer.id, at: moment(5))
        try store.record(.leased(Lease(worker: "w", process: 1)), for: newer.id, at: moment(6))
        try store.record(.published(unchanged: true), for: newer.id, at: moment(7))
        #expect(try store.troubles() == [])
        #expect(try store.faults() == [])
    }

    @Test(
        "What the machine did, and deaths that the farm retries itself, are no failures of a recipe",
        arguments: StoreKind.allCases)
    func others(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let job = try queued(store)
        try fail(job.id, store, at: 1, JobFailure(.transient, phase: "fetch", reason: "no network"))
        try store.retry(job.id, at: moment(2))
        try store.record(.leased(Lease(worker: "w", process: 1)), for: job.id, at: moment(3))
        try store.recover(at: moment(4))
        #expect(try store.troubles() == [])
        try fail(job.id, store, at: 5, JobFailure(.interrupted, phase: .gaveUp, reason: "five times"))
        #expect(try store.troubles().map(\.failures) == [1])
    }

    @Test("Somebody lets a recipe go, which its ledger says", arguments: StoreKind.allCases)
    func excuse(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        #expect(throws: JobStoreError.noRecipe("main/zlib")) {
            try store.excuse("zlib", repository: "main", by: "me", at: moment(0))
        }
        let job = try queued(store)
        #expect(throws: JobStoreError.noTrouble("main/zlib")) {
            try store.excuse("zlib", repository: "main", by: "me", at: moment(0))
        }
        try fail(job.id, store, at: 1)
        let excused = try store.excuse("zlib", repository: "main", by: "me", at: moment(2))
        #expect(excused.id == job.id)
        #expect(excused.state.name == .failed)
        #expect(try store.troubles() == [])
        #expect(try store.events(of: job.id).last?.kind == .excused(by: "me"))
        #expect(try store.faults() == [])
    }

    @Test(
        "A failed job stands for a new one: what needs it is blocked, and freed when that one is retried",
        arguments: StoreKind.allCases)
    func standing(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let failed = try queued(store)
        try fail(failed.id, store, at: 1)
        let jobs = try store.add(
            [
                NewJob(recipe: "zlib", repository: "main", version: "2", standing: failed.id),
                NewJob(recipe: "lua", repository: "main", version: "5", needs: ["main/zlib"]),
                NewJob(recipe: "tree", repository: "main", version: "2"),
            ], at: moment(2))
        #expect(jobs.map(\.id) == [failed.id, JobID(2), JobID(3)])
        #expect(jobs.map(\.state.name) == [.failed, .blocked, .ready])
        try store.retry(failed.id, at: moment(3))
        #expect(try store.job(JobID(2))?.state == .waiting(on: [failed.id]))
        #expect(try store.faults() == [])
    }

    @Test(
        "An alert is one event when it is raised and one when it is cleared, however often it is found",
        arguments: StoreKind.allCases)
    func alerts(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let job = try queued(store)
        let before = try store.lastPosition()
        let full = Alert(.diskFull, text: "full", remedy: "make room")
        let lost = Alert(.workerLost, "mill", text: "lost", remedy: "look")
        for second in 1...3 { try store.stand([full, lost], at: moment(Double(second))) }
        // The same alert in other words is no new one.
        try store.stand([Alert(.diskFull, text: "fuller", remedy: "make room"), lost], at: moment(4))
        #expect(try store.standingAlerts().map(\.alert) == [full, lost])
        #expect(try store.standingAlerts().map(\.since) == [moment(1), moment(1)])
        try store.stand([lost], at: moment(5))
        try store.stand([lost], at: moment(6))
        try store.record(.cancelled(by: "me"), for: job.id, at: moment(7))
        try store.stand([full], at: moment(8))
        let feed = try store.feed(after: before, limit: 100)
        #expect(feed.map(\.position) == Array(before + 1...before + Int64(feed.count)))
        let entries: [FeedItem.Entry] = [
            .alert(AlertEvent(at: moment(1), alert: full, isRaised: true)),
            .alert(AlertEvent(at: moment(1), alert: lost, isRaised: true)),
            .alert(AlertEvent(at: moment(5), alert: full, isRaised: false)),
            .job(try #require(try store.events(of: job.id).last)),
            .alert(AlertEvent(at: moment(8), alert: full, isRaised: true)),
            .alert(AlertEvent(at: moment(8), alert: lost, isRaised: false)),
        ]
        #expect(feed.map(\.entry) == entries)
    }

    @Test(
        "What came and ended within a time is counted, and since when something waits",
        arguments: StoreKind.allCases)
    func traffic(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        #expect(try store.waitingSince() == nil)
        let job = try queued(store)
        #expect(try store.waitingSince() == moment(0))
        try store.record(.cancelled(by: "me"), for: job.id, at: moment(10))
        #expect(try store.waitingSince() == nil)
        #expect(try store.traffic(from: moment(0), to: moment(10)) == JobTraffic(queued: 1, ended: 0))
        #expect(try store.traffic(from: moment(1), to: moment(11)) == JobTraffic(queued: 0, ended: 1))
    }
}
