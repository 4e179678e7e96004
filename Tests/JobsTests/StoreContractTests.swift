import Foundation
import Jobs
import Testing

/// A kind of store, and a fresh one of it.
enum StoreKind: CaseIterable, Sendable {
    case memory, sqlite

    func make(in work: Workplace) throws -> any JobStore {
        switch self {
        case .memory: InMemoryJobStore()
        case .sqlite: try SQLiteJobStore(path: work.path + "/jobs.sqlite")
        }
    }
}

/// What every store does: the same tests for each.
@Suite("Job stores")
struct StoreContractTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
    }

    private func chain(_ store: any JobStore) throws -> [Job] {
        try store.add(
            [
                NewJob(recipe: "musl", repository: "main", version: "1.2-r0", priority: 3),
                NewJob(
                    recipe: "zlib", repository: "main", version: "1.3-r0", priority: 2, needs: ["main/musl"]),
                NewJob(
                    recipe: "lua", repository: "main", version: "5-r0", needs: ["main/zlib", "main/musl"]),
                NewJob(recipe: "tree", repository: "community", version: "2-r0"),
            ], at: moment(0))
    }

    private func publish(_ job: Job, _ store: any JobStore) throws {
        try store.record(.leased(Lease(worker: "w", process: 1)), for: job.id, at: moment(1))
        try store.record(.phase("build"), for: job.id, at: moment(2))
        try store.record(.built(reused: false), for: job.id, at: moment(3))
        try store.record(.publishing, for: job.id, at: moment(4))
        try store.record(.published(unchanged: false), for: job.id, at: moment(5))
    }

    private func fail(_ job: Job, _ store: any JobStore) throws {
        try store.record(.leased(Lease(worker: "w", process: 1)), for: job.id, at: moment(1))
        try store.record(.failed(JobFailure(phase: "check", reason: "no")), for: job.id, at: moment(2))
    }

    private func states(_ store: any JobStore) throws -> [String] {
        try store.jobs(JobQuery()).reversed().map { "\($0.recipe) \($0.state.name)" }
    }

    @Test(
        "Jobs get numbers in order, and wait on those of the same request that they need",
        arguments: StoreKind.allCases)
    func add(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try chain(store)
        #expect(jobs.map(\.id.number) == [1, 2, 3, 4])
        #expect(
            jobs.map(\.state) == [
                .ready, .waiting(on: [JobID(1)]), .waiting(on: [JobID(1), JobID(2)]), .ready,
            ])
        #expect(jobs[0].identity == "main/musl")
        #expect(jobs[0].priority == 3)
        #expect(jobs[2].needs == [JobID(1), JobID(2)])
        #expect(jobs[3].created == moment(0))
        #expect(try store.job(JobID(2)) == jobs[1])
        #expect(try store.job(JobID(77)) == nil)
    }

    @Test(
        "A request that names something else, or a recipe twice, adds nothing", arguments: StoreKind.allCases)
    func addRefused(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let unknown = #expect(throws: JobStoreError.self) {
            try store.add(
                [
                    NewJob(recipe: "a", repository: "main", version: "1"),
                    NewJob(recipe: "b", repository: "main", version: "1", needs: ["main/c"]),
                ], at: moment(0))
        }
        #expect(
            unknown?.description
                == "the job for main/b waits on main/c, which is not queued with it; queue both")
        #expect(throws: JobStoreError.duplicate(job: "main/a")) {
            try store.add(
                [
                    NewJob(recipe: "a", repository: "main", version: "1"),
                    NewJob(recipe: "a", repository: "main", version: "2"),
                ], at: moment(0))
        }
        #expect(try store.jobs(JobQuery()).isEmpty)
    }

    @Test("Publishing a job makes those ready that waited on nothing else", arguments: StoreKind.allCases)
    func publishing(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try chain(store)
        try publish(jobs[0], store)
        #expect(try states(store) == ["musl published", "zlib ready", "lua waiting", "tree ready"])
        try publish(jobs[1], store)
        #expect(try states(store) == ["musl published", "zlib published", "lua ready", "tree ready"])
        let zlib = try #require(try store.job(JobID(2)))
        #expect(zlib.changed == moment(5))
        #expect(try store.events(of: zlib.id).map(\.sequence) == [1, 2, 3, 4, 5, 6, 7])
        #expect(try store.events(of: zlib.id)[1].kind == .needPublished(JobID(1)))
        #expect(try store.faults().isEmpty)
    }

    @Test(
        "A failure blocks everything behind it and names the root; the reason is kept",
        arguments: StoreKind.allCases)
    func failing(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try chain(store)
        try fail(jobs[0], store)
        #expect(try states(store) == ["musl failed", "zlib blocked", "lua blocked", "tree ready"])
        #expect(try store.blocked(by: jobs[0].id).map(\.recipe) == ["zlib", "lua"])
        #expect(try store.job(JobID(3))?.blocker == JobID(1))
        #expect(try store.job(JobID(1))?.failure?.description == "check: no")
        #expect(try store.job(JobID(1))?.phase == "check")
    }

    @Test(
        "A retry frees what was blocked, each waiting on what is still to be published",
        arguments: StoreKind.allCases)
    func retrying(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try chain(store)
        try publish(jobs[0], store)
        try fail(jobs[1], store)
        #expect(try store.job(JobID(3))?.state == .blocked(by: JobID(2)))
        try store.retry(jobs[1].id, at: moment(9))
        #expect(try store.job(JobID(2))?.state == .ready)
        #expect(try store.job(JobID(3))?.state == .waiting(on: [JobID(2)]))
        try publish(jobs[1], store)
        #expect(try store.job(JobID(3))?.state == .ready)
        #expect(try store.faults().isEmpty)
    }

    @Test("Of two roots, the second blocks on when the first is tried again", arguments: StoreKind.allCases)
    func twoRoots(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try store.add(
            [
                NewJob(recipe: "top", repository: "main", version: "1", needs: ["main/mid", "main/b"]),
                NewJob(recipe: "mid", repository: "main", version: "1", needs: ["main/a"]),
                NewJob(recipe: "a", repository: "main", version: "1"),
                NewJob(recipe: "b", repository: "main", version: "1"),
            ], at: moment(0))
        try fail(jobs[2], store)
        try fail(jobs[3], store)
        #expect(try store.job(jobs[0].id)?.blocker == jobs[2].id)
        try store.retry(jobs[2].id, at: moment(9))
        #expect(try store.job(jobs[1].id)?.state == .waiting(on: [jobs[2].id]))
        #expect(try store.job(jobs[0].id)?.blocker == jobs[3].id)
        try store.retry(jobs[3].id, at: moment(9))
        #expect(try store.job(jobs[0].id)?.state == .waiting(on: [jobs[1].id, jobs[3].id]))
        #expect(try store.faults().isEmpty)
    }

    @Test(
        "A job that is tried again while its need has failed is blocked by that",
        arguments: StoreKind.allCases)
    func retryBehindFailure(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try chain(store)
        try store.record(.cancelled(by: "me"), for: jobs[1].id, at: moment(1))
        try fail(jobs[0], store)
        #expect(try store.retry(jobs[1].id, at: moment(2)).state == .blocked(by: jobs[0].id))
    }

    @Test("A cancelled job blocks what needs it", arguments: StoreKind.allCases)
    func cancelling(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try chain(store)
        try store.record(.cancelled(by: "me"), for: jobs[1].id, at: moment(1))
        #expect(try states(store) == ["musl ready", "zlib cancelled", "lua blocked", "tree ready"])
    }

    @Test(
        "A newer job of a recipe supersedes a pending one, and what waited on that waits on it",
        arguments: StoreKind.allCases)
    func superseding(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let old = try chain(store)
        let new = try store.add(
            [NewJob(recipe: "zlib", repository: "main", version: "1.4-r0")], at: moment(5))
        #expect(try store.job(old[1].id)?.state == .superseded(by: new[0].id))
        #expect(try store.job(old[2].id)?.state == .waiting(on: [old[0].id, new[0].id]))
        try publish(old[0], store)
        try publish(new[0], store)
        #expect(try store.job(old[2].id)?.state == .ready)
        let again = try chain(store)
        #expect(
            try states(store) == [
                "musl published", "zlib superseded", "lua superseded", "tree superseded", "zlib published",
                "musl ready", "zlib waiting", "lua waiting", "tree ready",
            ])
        #expect(again[1].needs == [again[0].id])
        #expect(try store.faults().isEmpty)
    }

    @Test("A job that is being worked on is not superseded", arguments: StoreKind.allCases)
    func heldIsKept(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try chain(store)
        try store.record(.leased(Lease(worker: "w", process: 1)), for: jobs[0].id, at: moment(1))
        _ = try store.add([NewJob(recipe: "musl", repository: "main", version: "2")], at: moment(2))
        #expect(try store.job(jobs[0].id)?.state.name == .leased)
    }

    @Test(
        "An event that cannot happen changes nothing and says how the job stands",
        arguments: StoreKind.allCases)
    func refused(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try chain(store)
        let error = #expect(throws: JobStoreError.self) {
            try store.record(.publishing, for: jobs[0].id, at: moment(1))
        }
        #expect(error?.description == "job 1 is ready and cannot be published; see 'apkfarm job show 1'")
        #expect(try store.events(of: jobs[0].id).count == 1)
        #expect(throws: JobStoreError.noJob(JobID(99))) {
            try store.record(.publishing, for: JobID(99), at: moment(1))
        }
    }

    @Test("The digest of a request is kept with the job", arguments: StoreKind.allCases)
    func request(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try chain(store)
        #expect(
            try store.record(.requested(digest: "c0ffee"), for: jobs[0].id, at: moment(1)).request == "c0ffee"
        )
        try publish(jobs[0], store)
        #expect(try store.job(jobs[0].id)?.request == "c0ffee")
    }

    @Test(
        "Attempts are numbered, keep what they are told, and one that ended stays as it is",
        arguments: StoreKind.allCases)
    func attempts(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let job = try chain(store)[0]
        var first = try store.begin(job.id, log: "/logs/1", at: moment(1))
        #expect(first.number == 1)
        #expect(throws: JobStoreError.openAttempt(job.id)) {
            try store.begin(job.id, log: "x", at: moment(2))
        }
        first.phase = "check"
        try store.update(first)
        #expect(try store.attempts(of: job.id) == [first])
        first.ended = moment(3)
        first.outcome = .failed
        first.use = ResourceUse(processorSeconds: 1.5, peakMemory: 1 << 40, disk: 7)
        first.suite = SuiteCounts(passed: 10, failed: 1, accepted: 2, skipped: 3, wasmProcesses: 99)
        try store.update(first)
        #expect(throws: JobStoreError.noAttempt(job.id, number: 1)) { try store.update(first) }
        let second = try store.begin(job.id, log: "/logs/2", at: moment(4))
        #expect(try store.attempts(of: job.id) == [first, second])
        #expect(throws: JobStoreError.noJob(JobID(55))) {
            try store.begin(JobID(55), log: "x", at: moment(2))
        }
    }

    @Test("Queries select by state, recipe and number, the newest first", arguments: StoreKind.allCases)
    func queries(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try chain(store)
        try publish(jobs[0], store)
        _ = try store.add([NewJob(recipe: "musl", repository: "main", version: "2")], at: moment(9))
        func names(_ query: JobQuery) throws -> [Int64] { try store.jobs(query).map(\.id.number) }
        #expect(try names(JobQuery()) == [5, 4, 3, 2, 1])
        #expect(try names(JobQuery(states: [.ready])) == [5, 4, 2])
        #expect(try names(JobQuery(states: [.ready, .published], limit: 2)) == [5, 4])
        #expect(try names(JobQuery(recipe: "musl")) == [5, 1])
        #expect(try names(JobQuery(recipe: "main/musl", limit: 1)) == [5])
        #expect(try names(JobQuery(recipe: "community/musl")) == [])
        #expect(try names(JobQuery(latestOnly: true)) == [5, 4, 3, 2])
        #expect(try names(JobQuery(states: [.published], latestOnly: true)) == [])
        #expect(try store.find("musl")?.id == JobID(5))
        #expect(try store.find("3")?.recipe == "lua")
        #expect(try store.find("nothing") == nil)
    }

    @Test(
        "What a dead process held has failed as interrupted and is tried again", arguments: StoreKind.allCases
    )
    func recovering(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try chain(store)
        try store.record(.leased(Lease(worker: "w", process: 1)), for: jobs[0].id, at: moment(1))
        _ = try store.begin(jobs[0].id, log: "/logs/1", at: moment(1))
        try store.record(.phase("build"), for: jobs[0].id, at: moment(2))
        try store.record(.leased(Lease(worker: "v", process: 1)), for: jobs[3].id, at: moment(2))
        try store.record(.built(reused: true), for: jobs[3].id, at: moment(2))
        let found = try store.recover(at: moment(60))
        #expect(found.map(\.recipe) == ["musl", "tree"])
        #expect(try states(store) == ["musl ready", "zlib waiting", "lua waiting", "tree ready"])
        let attempt = try #require(try store.attempts(of: jobs[0].id).first)
        #expect(attempt.outcome == .interrupted)
        #expect(attempt.ended == moment(60))
        let events = try store.events(of: jobs[0].id).map(\.kind)
        #expect(
            events.suffix(2) == [
                .failed(
                    JobFailure(
                        .interrupted, phase: "build",
                        reason: "the process that worked on it ended without a word")),
                .retried(waitingOn: []),
            ])
        #expect(try store.recover(at: moment(61)).isEmpty)
        #expect(try store.faults().isEmpty)
    }

    @Test("A job's JSON has the state as a word and what it carries beside it", arguments: StoreKind.allCases)
    func json(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try chain(store)
        try fail(jobs[0], store)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let lines = try store.jobs(JobQuery()).reversed().map {
            String(decoding: try encoder.encode($0), as: UTF8.self)
        }
        #expect(
            lines[0] == """
                {"changed":"2027-01-15T08:00:02Z","created":"2027-01-15T08:00:00Z","id":1,"kind":"real","needs":[],\
                "phase":"check","priority":3,"reason":"no","recipe":"musl","repository":"main","state":"failed",\
                "version":"1.2-r0"}
                """)
        #expect(lines[1].contains(#""blocked_by":1"#))
    }
}
