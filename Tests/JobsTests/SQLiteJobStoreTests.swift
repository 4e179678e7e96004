import Foundation
import GRDB
import Jobs
import Testing

@Suite("Jobs in SQLite")
struct SQLiteJobStoreTests {
    private let work: Workplace
    private var path: String { work.path + "/jobs.sqlite" }

    init() throws {
        work = try Workplace()
    }

    private let new = [
        NewJob(recipe: "a", repository: "main", version: "1"),
        NewJob(recipe: "b", repository: "main", version: "1", needs: ["main/a"]),
    ]

    @Test("What was recorded is there for the next process, and for readers beside the writer")
    func reopening() throws {
        let store = try SQLiteJobStore(path: path)
        let jobs = try store.add(new, at: moment(0))
        let reader = try SQLiteJobStore(path: path, access: .read)
        #expect(try reader.jobs(JobQuery()) == jobs.reversed())
        try store.record(.cancelled(by: "me"), for: jobs[1].id, at: moment(1))
        #expect(try reader.job(jobs[1].id)?.state == .cancelled)
        #expect(throws: JobStoreError.self) { try reader.add(new, at: moment(1)) }
        try reader.close()
        try store.close()
        #expect(try SQLiteJobStore(path: path).jobs(JobQuery()).count == 2)
    }

    @Test("Writes are synced in full, with a write-ahead log and foreign keys")
    func pragmas() throws {
        let store = try SQLiteJobStore(path: path)
        _ = try store.add(new, at: moment(0))
        let mode = try DatabaseQueue(path: path).read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
        #expect(mode == "wal")
    }

    @Test("A reader without a database is told what makes one")
    func noDatabase() {
        let error = #expect(throws: JobStoreError.self) { try SQLiteJobStore(path: path, access: .read) }
        #expect(error?.description == "\(path): there are no jobs yet; 'apkfarm build NAME' makes some")
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("A file that is no database is refused with a remedy")
    func damaged() throws {
        try Data("this is no database, whatever it is called, and it goes on a while".utf8)
            .write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: JobStoreError.self) { try SQLiteJobStore(path: path) }
        #expect(error?.description.contains("move it away") == true)
    }

    @Test("A database of a newer farm is refused")
    func newer() throws {
        _ = try SQLiteJobStore(path: path).add(new, at: moment(0))
        try DatabaseQueue(path: path).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9 from the future')")
        }
        let error = #expect(throws: JobStoreError.self) { try SQLiteJobStore(path: path) }
        #expect(
            error?.description.hasSuffix("was made by a newer farm; use that one, or move the file away")
                == true)
    }

    @Test(
        "The schema itself refuses what must never be",
        arguments: [
            "UPDATE event SET at = 0", "DELETE FROM event", "DELETE FROM attempt",
            "INSERT INTO event VALUES (1, 9, 0, '{}')", "INSERT INTO event VALUES (77, 1, 0, '{}')",
            "UPDATE job SET state = 'happy' WHERE id = 1", "UPDATE job SET state = 'blocked' WHERE id = 1",
            "UPDATE job SET state = 'blocked', blocker = 1 WHERE id = 1", "INSERT INTO need VALUES (1, 1)",
            "INSERT INTO need VALUES (1, 99)",
            "INSERT INTO attempt (job, number, log, started, use) VALUES (1, 2, '', 0, '{}')",
            "UPDATE attempt SET ended = 5 WHERE job = 1", "DELETE FROM job WHERE id = 1",
            "UPDATE job SET recipe = '' WHERE id = 1", "UPDATE attempt SET log = 'other' WHERE job = 2",
        ])
    func constraints(sql: String) throws {
        let store = try SQLiteJobStore(path: path)
        let jobs = try store.add(new, at: moment(0))
        _ = try store.begin(jobs[0].id, log: "/log", at: moment(0))
        var ended = try store.begin(jobs[1].id, log: "/log", at: moment(0))
        ended.ended = moment(1)
        ended.outcome = .failed
        try store.update(ended)
        let database = try DatabaseQueue(path: path)
        #expect(throws: DatabaseError.self) { try database.write { try $0.execute(sql: sql) } }
    }

    @Test("Ten thousand jobs are added and listed")
    func many() throws {
        let store = try SQLiteJobStore(path: path)
        let jobs = (0..<10_000).map { number in
            NewJob(
                recipe: "r\(number)", repository: "main", version: "1",
                needs: number == 0 ? [] : ["main/r\(number / 2)"])
        }
        #expect(try store.add(jobs, at: moment(0)).count == 10_000)
        #expect(try store.jobs(JobQuery(limit: 5)).count == 5)
        #expect(try store.jobs(JobQuery(states: [.ready])).count == 1)
    }
}
