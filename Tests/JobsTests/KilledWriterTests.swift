import Foundation
import Jobs
import Testing

/// A writer that is killed: a second process of this very test program runs `writer` and dies by SIGKILL.
@Suite("A killed writer")
struct KilledWriterTests {
    private static let variable = "APKFARM_TEST_WRITER"
    private static let folder = ProcessInfo.processInfo.environment[variable]

    /// Takes the lock, then adds and works on jobs until it is killed.
    @Test("Only in the process that the other test starts: writes until it is killed")
    func writer() throws {
        guard let folder = Self.folder else { return }
        let lock = try FarmLock.acquire(path: folder + "/farm.lock", command: "writer")
        let store = try SQLiteJobStore(path: folder + "/jobs.sqlite")
        for round in 0..<100_000 {
            try store.recover(at: Date())
            let jobs = try store.add(
                [
                    NewJob(recipe: "a\(round % 7)", repository: "main", version: "\(round)"),
                    NewJob(
                        recipe: "b\(round % 5)", repository: "main", version: "\(round)",
                        needs: ["main/a\(round % 7)"]),
                ], at: Date())
            for job in jobs {
                try store.record(.leased(Lease(worker: "w", process: getpid())), for: job.id, at: Date())
                var attempt = try store.begin(job.id, log: "/logs/\(job.id)", at: Date())
                try store.record(.phase("build"), for: job.id, at: Date())
                try store.record(.built(reused: false), for: job.id, at: Date())
                try store.record(.publishing, for: job.id, at: Date())
                attempt.ended = Date()
                attempt.outcome = .succeeded
                try store.update(attempt)
                try store.record(.published(unchanged: false), for: job.id, at: Date())
            }
        }
        withExtendedLifetime(lock) {}
    }

    @Test("It leaves a store that the next process can read, check and go on with")
    func killed() throws {
        let work = try Workplace()
        var events = 0
        for round in 0..<8 {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = [
                "--testing-library", "swift-testing", "--filter", "KilledWriterTests/writer",
            ]
            process.environment = ProcessInfo.processInfo.environment.merging([Self.variable: work.path]) {
                $1
            }
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            try waitForWork(work.path, after: events + 10 * round)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()

            let lock = try FarmLock.acquire(path: work.path + "/farm.lock", command: "test")
            let store = try SQLiteJobStore(path: work.path + "/jobs.sqlite")
            #expect(try store.faults() == [])
            try store.recover(at: Date())
            #expect(try store.faults() == [])
            let jobs = try store.jobs(JobQuery())
            #expect(jobs.allSatisfy { !$0.state.isHeld })
            var count = 0
            for job in jobs {
                count += try store.events(of: job.id).count
                #expect(try store.attempts(of: job.id).allSatisfy { $0.ended != nil })
            }
            #expect(count > events)
            events = count
            try store.close()
            withExtendedLifetime(lock) {}
        }
    }

    /// Waits until the writer has recorded more than `count` events, as another reader sees them.
    private func waitForWork(_ folder: String, after count: Int) throws {
        for _ in 0..<6_000 {
            usleep(5_000)
            // Until the writer has made the database there is none to read.
            guard let store = try? SQLiteJobStore(path: folder + "/jobs.sqlite", access: .read) else {
                continue
            }
            var events = 0
            for job in try store.jobs(JobQuery()) { events += try store.events(of: job.id).count }
            if events > count { return }
        }
        Issue.record("the writer recorded nothing for 30 s")
    }
}
