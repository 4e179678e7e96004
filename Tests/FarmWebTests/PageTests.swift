import FarmAPI
import Foundation
import Jobs
import Testing

/// The dashboard of a server that really listens.
@Suite("Pages of a farm", .serialized)
struct PageTests {
    private static let script = "<script>alert('x')</script>"

    @Test("Text that a recipe controls is escaped on every page, and nothing foreign may run")
    func escaping() async throws {
        try await RunningFarm.run { farm in
            let jobs = try farm.store.add(
                [NewJob(recipe: Self.script, repository: "main", version: Self.script)], at: Date())
            let log = farm.root + "/x.log"
            try Data("\(Self.script)\n\u{1b}[31mred\u{1b}[0m\u{7}\nx.c:1: error: \(Self.script)\n".utf8)
                .write(to: URL(fileURLWithPath: log))
            let id = jobs[0].id
            try farm.store.record(.leased(Lease(worker: "w", process: 1)), for: id, at: Date())
            var attempt = try farm.store.begin(id, log: log, at: Date())
            attempt.ended = Date()
            attempt.outcome = .failed
            try farm.store.update(attempt)
            try farm.store.record(
                .failed(JobFailure(phase: JobPhase(Self.script), reason: Self.script)), for: id, at: Date())
            for path in ["/", "/jobs/1", "/blocked", "/plan", "/health"] {
                let page = try await farm.ask(path, "-i")
                #expect(page.status == 200, "\(path)")
                #expect(!page.body.contains("<script>alert"), "\(path)")
                #expect(page.body.contains("Content-Security-Policy: default-src 'none'"), "\(path)")
            }
            let page = try await farm.ask("/jobs/1").body
            #expect(page.contains("<span>red</span>"))
            #expect(page.contains("Compiler error in line 3"))
        }
    }

    @Test("A form is taken from this site's pages only, and from who is signed in")
    func forms() async throws {
        try await RunningFarm.run { farm in
            let secret = try farm.token([.queue])
            let cookie = "Cookie: apkfarm=\(secret)"
            #expect(try await farm.ask("/queue", "-H", cookie, "-d", "packages=a").status == 403)
            #expect(
                try await farm.ask(
                    "/queue", "-H", cookie, "-H", "Origin: http://evil.example", "-d", "packages=a"
                )
                .status
                    == 403)
            #expect(
                try await farm.ask("/queue", "-H", "Origin: \(farm.url)", "-d", "packages=a").status == 401)
            let answer = try await farm.ask(
                "/login", "-i", "-H", "Origin: \(farm.url)", "-d", "token=\(secret)")
            #expect(answer.status == 303)
            #expect(answer.body.contains("HttpOnly; SameSite=Strict"))
            #expect(
                try await farm.ask("/login", "-H", "Origin: \(farm.url)", "-d", "token=wrong").status == 403)
        }
    }

    @Test("Where the dashboard is not public, pages ask to sign in")
    func hidden() async throws {
        try await RunningFarm.run(isPublic: false) { farm in
            for path in ["/", "/live", "/jobs/1/log.txt", "/feed.atom"] {
                #expect(try await farm.ask(path).status == 303, "\(path)")
            }
            let cookie = "Cookie: apkfarm=\(try farm.token([.read]))"
            #expect(try await farm.ask("/", "-H", cookie).status == 200)
        }
    }

    @Test("Events are followed from the one that was seen last")
    func events() async throws {
        try await RunningFarm.run { farm in
            let jobs = try farm.store.add(
                [NewJob(recipe: "a", repository: "main", version: "1")], at: Date())
            try farm.store.record(.cancelled(by: "me"), for: jobs[0].id, at: Date())
            let header = "Authorization: Bearer \(try farm.token([.read]))"
            let all = try await farm.ask("/api/v1/events", "-m", "1", "-H", header, "-H", "Last-Event-ID: 0")
                .body
            #expect(all.contains("id: 1\nevent: job\n"))
            #expect(all.contains("id: 2\nevent: job\n"))
            let rest = try await farm.ask("/api/v1/events", "-m", "1", "-H", header, "-H", "Last-Event-ID: 1")
                .body
            #expect(!rest.contains("id: 1\n"))
            #expect(rest.contains("\"event\":\"cancelled\""))
        }
    }
}
