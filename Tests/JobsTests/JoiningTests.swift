import Foundation
import Jobs
import Testing

/// Requests for what is queued already, the same for each kind of store.
@Suite("Joining jobs")
struct JoiningTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func wanted(_ musl: String, _ zlib: String) -> [NewJob] {
        [
            NewJob(recipe: "musl", repository: "main", version: "1", input: musl),
            NewJob(recipe: "zlib", repository: "main", version: "1", needs: ["main/musl"], input: zlib),
        ]
    }

    @Test("A request of equal inputs joins the jobs that are on their way", arguments: StoreKind.allCases)
    func joins(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let first = try store.add(wanted("m", "z"), at: moment(0))
        try store.record(.leased(Lease(worker: "w", process: 1)), for: first[0].id, at: moment(1))
        let second = try store.add(wanted("m", "z"), at: moment(2))
        #expect(second.map(\.id) == first.map(\.id))
        #expect(try store.jobs(JobQuery()).count == 2)
    }

    @Test("Where a need is made anew, what needs it is too", arguments: StoreKind.allCases)
    func changedNeed(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let first = try store.add(wanted("m", "z"), at: moment(0))
        let second = try store.add(wanted("changed", "z"), at: moment(1))
        #expect(Set(second.map(\.id)).isDisjoint(with: first.map(\.id)))
        #expect(try store.job(first[1].id)?.state == .superseded(by: second[1].id))
        #expect(second[1].state == .waiting(on: [second[0].id]))
    }

    @Test("A failed job is never joined: a failure is no result", arguments: StoreKind.allCases)
    func failed(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let first = try store.add(wanted("m", "z"), at: moment(0))
        try store.record(.failed(JobFailure(phase: "build", reason: "no")), for: first[0].id, at: moment(1))
        let second = try store.add(wanted("m", "z"), at: moment(2))
        #expect(second[0].id != first[0].id)
        #expect(second[0].state == .ready)
        #expect(second[1].state == .waiting(on: [second[0].id]))
    }

    @Test("Without inputs nothing is joined", arguments: StoreKind.allCases)
    func noInput(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let job = [NewJob(recipe: "musl", repository: "main", version: "1")]
        let first = try store.add(job, at: moment(0))
        #expect(try store.add(job, at: moment(1)).map(\.id) != first.map(\.id))
    }

    @Test("The feed has every event once, in order, from any position", arguments: StoreKind.allCases)
    func feed(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let jobs = try store.add(wanted("m", "z"), at: moment(0))
        try store.record(.cancelled(by: "me"), for: jobs[0].id, at: moment(1))
        let all = try store.feed(after: 0, limit: 100)
        #expect(all.map(\.position) == Array(1...Int64(all.count)))
        #expect(try store.lastPosition() == Int64(all.count))
        #expect(try store.feed(after: 2, limit: 1) == [all[2]])
        #expect(try store.feed(after: 1000, limit: 10).isEmpty)
        let states = try store.counts()
        #expect(states[.cancelled] == 1)
        #expect(states[.blocked] == 1)
    }
}
