import Foundation
import Jobs
import Testing

/// Two jobs of one recipe: the first build that is declared as the way out of a circle, and the second one. The same for
/// each kind of store.
@Suite("First builds")
struct FirstBuildTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// `a` is tested with `b`, which is built with `a`.
    private func circle(_ input: String? = nil) -> [NewJob] {
        [
            NewJob(
                recipe: "a", repository: "main", version: "1", isFirstBuild: true,
                input: input.map { "skipped \($0)" }),
            NewJob(recipe: "b", repository: "main", version: "1", firstBuilds: ["main/a"], input: input),
            NewJob(
                recipe: "a", repository: "main", version: "1", needs: ["main/b"], firstBuilds: ["main/a"],
                input: input),
        ]
    }

    private func publish(_ job: Job, _ store: any JobStore) throws {
        try store.record(.leased(Lease(worker: "w", process: 1)), for: job.id, at: moment(1))
        try store.record(.built(reused: false), for: job.id, at: moment(3))
        try store.record(.publishing, for: job.id, at: moment(4))
        try store.record(.published(unchanged: false), for: job.id, at: moment(5))
    }

    private func fail(_ job: Job, _ store: any JobStore) throws {
        try store.record(.leased(Lease(worker: "w", process: 1)), for: job.id, at: moment(1))
        try store.record(.failed(JobFailure(phase: "build", reason: "no")), for: job.id, at: moment(2))
    }

    @Test("The first build goes first, then what needs it, then the second", arguments: StoreKind.allCases)
    func order(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try store.add(circle(), at: moment(0))
        #expect(jobs.map(\.isFirstBuild) == [true, false, false])
        #expect(
            jobs.map(\.state) == [
                .ready, .waiting(on: [jobs[0].id]), .waiting(on: [jobs[0].id, jobs[1].id]),
            ])
        try publish(jobs[0], store)
        #expect(try store.job(jobs[1].id)?.state == .ready)
        #expect(try store.job(jobs[2].id)?.state == .waiting(on: [jobs[1].id]))
        try publish(jobs[1], store)
        #expect(try store.job(jobs[2].id)?.state == .ready)
        #expect(try store.find("a")?.id == jobs[2].id)
        #expect(try store.faults() == [])
    }

    @Test(
        "Neither build supersedes the other; a newer request supersedes each by its like",
        arguments: StoreKind.allCases)
    func superseding(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let old = try store.add(circle(), at: moment(0))
        #expect(old.allSatisfy { !$0.state.isEnded })
        let new = try store.add(circle(), at: moment(1))
        #expect(try old.map { try store.job($0.id)?.state } == new.map { .superseded(by: $0.id) })
    }

    @Test(
        "A request of equal input joins both builds; none joins a build that is not its like",
        arguments: StoreKind.allCases)
    func joining(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try store.add(circle("x"), at: moment(0))
        #expect(try store.add(circle("x"), at: moment(1)).map(\.id) == jobs.map(\.id))
        let plain = NewJob(recipe: "a", repository: "main", version: "1", input: "skipped x")
        #expect(try store.add([plain], at: moment(2))[0].id != jobs[0].id)
    }

    @Test(
        "A first build that failed is what is found of its recipe beside the job that it blocks, and a retry frees both",
        arguments: StoreKind.allCases)
    func failing(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try store.add(circle(), at: moment(0))
        try fail(jobs[0], store)
        #expect(try store.blocked(by: jobs[0].id).map(\.id) == [jobs[1].id, jobs[2].id])
        #expect(
            try store.jobs(JobQuery(states: [.failed], latestOnly: true)).map(\.id) == [jobs[0].id])
        try store.retry(jobs[0].id, at: moment(5))
        #expect(try store.job(jobs[0].id)?.state == .ready)
        #expect(try store.job(jobs[1].id)?.state == .waiting(on: [jobs[0].id]))
        // Once the recipe was built without a first build, an old failure of one is nobody's any more.
        try fail(jobs[0], store)
        try publish(
            try store.add(
                [circle()[1], circle()[2]].map { one in
                    var job = one
                    (job.needs, job.firstBuilds) = ([], [])
                    return job
                }, at: moment(6))[1], store)
        #expect(try store.jobs(JobQuery(states: [.failed], latestOnly: true)) == [])
    }

    @Test("How long builds took is known of the longest good one", arguments: StoreKind.allCases)
    func seconds(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try store.add(circle(), at: moment(0))
        for (job, seconds) in zip(jobs, [7.0, 3, 2]) {
            var attempt = try store.begin(job.id, log: "/log", at: moment(10))
            try publish(job, store)
            (attempt.ended, attempt.outcome) = (moment(10 + seconds), .succeeded)
            try store.update(attempt)
        }
        #expect(try store.buildSeconds() == ["main/a": 7, "main/b": 3])
    }
}
