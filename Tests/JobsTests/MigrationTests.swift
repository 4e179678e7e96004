import Foundation
import GRDB
import Jobs
import Testing

/// Databases that older farms wrote, kept as text: `Fixtures/schema-N.sql`.
@Suite("Databases of older farms")
struct MigrationTests {
    private let work: Workplace
    private var path: String { work.path + "/jobs.sqlite" }

    init() throws { work = try Workplace() }

    @Test(
        "A database of any older schema is brought up to date without losing an event",
        arguments: [1, 2, 3, 4, 5, 6, 7])
    func older(schema: Int) throws {
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/schema-\(schema).sql")
        let text = try String(contentsOf: fixture, encoding: .utf8)
        // The text's tables are in the order of their names.
        var unchecked = Configuration()
        unchecked.foreignKeysEnabled = false
        let old = try DatabaseQueue(path: path, configuration: unchecked)
        try old.write { try $0.execute(sql: text) }
        let events = try old.read { try Int64.fetchOne($0, sql: "SELECT count(*) FROM event") ?? 0 }
        try old.close()

        let store = try SQLiteJobStore(path: path)
        #expect(try store.faults() == [])
        #expect(try store.lastPosition() == events)
        #expect(events > 0)
        let jobs = try store.jobs(JobQuery())
        #expect(jobs.count == 5)
        #expect(jobs.allSatisfy { $0.input == nil && !$0.isFirstBuild })
        #expect(jobs.allSatisfy { $0.fence == 0 && $0.deadline == nil })
        for job in jobs {
            let fed = try store.feed(after: 0, limit: 10_000).compactMap(\.event).filter { $0.job == job.id }
            #expect(try fed == store.events(of: job.id))
        }
        let new = try store.add([NewJob(recipe: "a", repository: "main", version: "1")], at: moment(0))
        #expect(try store.feed(after: events, limit: 10).map(\.event?.job) == new.map(\.id))
    }
}
