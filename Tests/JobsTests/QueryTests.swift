import Foundation
import GRDB
import Jobs
import Testing

/// What queries select, and what they read for it.
@Suite("Queries of jobs")
struct QueryTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// Two recipes in a circle, and one of another repository with the same name as one of them.
    private func add(_ store: any JobStore, _ round: Int, _ dice: inout Dice) throws {
        func job(_ name: String, _ repository: String = "main", needs: [String] = [], firsts: [String] = [])
            -> NewJob
        {
            NewJob(
                recipe: name, repository: repository, version: "\(round)",
                priority: Int.random(in: 0..<3, using: &dice), needs: needs, firstBuilds: firsts)
        }
        var first = job("a")
        first.isFirstBuild = true
        let circle = [first, job("b", firsts: ["main/a"]), job("a", needs: ["main/b"])]
        let plain = [job("c"), job("a", "community", needs: ["main/c"])]
        let new = Bool.random(using: &dice) ? circle : plain
        for added in try store.add(new, at: moment(Double(round))) where Bool.random(using: &dice) {
            let lease = JobEvent.Kind.leased(Lease(worker: "w", process: 1))
            let end: [JobEvent.Kind] =
                Bool.random(using: &dice)
                ? [.built(reused: false), .publishing, .published(unchanged: false)]
                : [.failed(JobFailure(phase: "check", reason: "no"))]
            do {
                for kind in [lease] + end {
                    try store.record(kind, for: added.id, at: moment(Double(round)))
                }
            } catch JobStoreError.refused {
                // It waits, or is blocked.
            }
        }
    }

    @Test("Both stores select the same, whatever is asked for", arguments: 0..<6)
    func same(seed: Int) throws {
        let (memory, sqlite) = (InMemoryJobStore(), try SQLiteJobStore(path: work.path + "/jobs.sqlite"))
        var one = Dice(state: UInt64(seed))
        var other = one
        for round in 0..<25 {
            try add(memory, round, &one)
            try add(sqlite, round, &other)
        }
        let states: [Set<JobState.Name>?] = [
            nil, [], [.ready], [.failed], [.published], [.blocked, .waiting], Set(JobState.Name.allCases),
        ]
        for states in states {
            for recipe in [nil, "a", "main/a", "community/a", "b", "nothing", "/", ""] {
                for before in [nil, 1, 20, 45, 9999] as [Int64?] {
                    for limit in [nil, 0, 1, 7] as [Int?] {
                        for latestOnly in [false, true] {
                            var query = JobQuery(
                                states: states, recipe: recipe, limit: limit, latestOnly: latestOnly)
                            query.before = before.map { JobID($0) }
                            #expect(try sqlite.jobs(query) == memory.jobs(query), "\(query)")
                        }
                    }
                }
            }
        }
        for limit in [0, 1, 5, 1000] {
            #expect(try sqlite.ready(limit: limit) == memory.ready(limit: limit))
        }
    }

    @Test("What is ready comes in the order in which it is to be begun", arguments: StoreKind.allCases)
    func ready(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        let new = [1, 3, 2, 3, 0].enumerated().map { number, priority in
            NewJob(recipe: "r\(number)", repository: "main", version: "1", priority: priority)
        }
        _ = try store.add(new, at: moment(0))
        try store.record(.leased(Lease(worker: "w", process: 1)), for: JobID(2), at: moment(1))
        #expect(try store.ready(limit: 3).map(\.id.number) == [4, 3, 1])
        #expect(try store.ready(limit: 99).map(\.id.number) == [4, 3, 1, 5])
    }

    @Test("A page of jobs reads no others, however many there are")
    func page() throws {
        let path = work.path + "/jobs.sqlite"
        let store = try SQLiteJobStore(path: path)
        for number in 0..<40 {
            let job = try store.add(
                [NewJob(recipe: "r\(number)", repository: "main", version: "1")], at: moment(0))[0]
            let lease = JobEvent.Kind.leased(Lease(worker: "w", process: 1))
            for kind in [lease, .failed(JobFailure(phase: "check", reason: "no"))] {
                try store.record(kind, for: job.id, at: moment(1))
            }
        }
        // Whoever reads one of these fails.
        try DatabaseQueue(path: path).write {
            try $0.execute(sql: "UPDATE job SET detail = 'unreadable' WHERE id <= 35")
        }
        #expect(throws: JobStoreError.self) { try store.job(JobID(35)) }
        #expect(try store.jobs(JobQuery(limit: 5)).count == 5)
        #expect(try store.jobs(JobQuery(states: [.failed], limit: 5)).count == 5)
        #expect(try store.jobs(JobQuery(states: [.failed], limit: 5, latestOnly: true)).count == 5)
        #expect(try store.jobs(JobQuery(states: [.ready], latestOnly: true)) == [])
        #expect(try store.jobs(JobQuery(recipe: "r38", limit: 1)).map(\.id) == [JobID(39)])
    }
}
