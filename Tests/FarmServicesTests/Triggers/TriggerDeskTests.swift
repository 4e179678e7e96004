import FarmServices
import Foundation
import Jobs
import Synchronization
import Testing

/// Triggers over a real folder, a ledger in memory, and a clock that is an argument.
@Suite("Triggers")
struct TriggerDeskTests {
    /// A farm that queues whatever it knows.
    private final class Farm: Sendable {
        let store = InMemoryJobStore()
        let state = Mutex(State())

        struct State {
            var published = ["main/a", "main/b", "main/c"]
            var faulty: Set<String> = []
            /// Published, and in no tree.
            var orphans: Set<String> = []
            var tools = "1"
            var asked: [[String]] = []
            var said: [String] = []
        }

        var asked: [[String]] { state.withLock { $0.asked } }

        func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

        func desk(_ lines: String...) throws -> TriggerDesk {
            TriggerDesk(
                try lines.map { try Trigger(parsing: $0) }, store: store,
                hands: TriggerDesk.Hands(
                    queue: { names, _ in try self.queue(names) },
                    published: {
                        self.state.withLock { state in
                            PublishedOrigins(state.published, of: { !state.orphans.contains($0) })
                        }
                    },
                    toolchain: { self.state.withLock { $0.tools } }),
                say: { line in self.change { $0.said.append(line) } })
        }

        private func queue(_ names: [String]) throws -> (jobs: [Job], refused: [TriggerFiring.Refusal]) {
            let faulty = state.withLock { state in
                state.asked.append(names)
                return state.faulty.union(state.orphans)
            }
            let new = names.filter { !faulty.contains($0) }.map { name in
                let parts = name.split(separator: "/").map(String.init)
                return NewJob(
                    recipe: parts.last ?? "", repository: parts.count == 2 ? parts[0] : "main", version: "1",
                    input: "\(name) \(UUID())")
            }
            return (
                try store.add(new, at: Date(timeIntervalSince1970: 0)),
                names.filter(faulty.contains).map { TriggerFiring.Refusal(recipe: $0, reason: "faulty") }
            )
        }

        func end(_ recipe: String, _ kinds: JobEvent.Kind...) throws {
            let job = try #require(try store.find(recipe))
            for kind in kinds { try store.record(kind, for: job.id, at: Date(timeIntervalSince1970: 1)) }
        }

        func publish(_ recipe: String) throws {
            try end(recipe, .leased(Lease(worker: "w", process: 1)), .built(reused: false), .publishing)
            try end(recipe, .published(unchanged: false))
        }

        func fail(_ recipe: String) throws {
            try end(
                recipe, .leased(Lease(worker: "w", process: 1)),
                .failed(JobFailure(phase: "check", reason: "no")))
        }
    }

    private let farm = Farm()
    private let tree: ScratchTree
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    init() throws {
        tree = try ScratchTree()
        for name in ["a", "b", "c"] { try tree.write("main/\(name)/APKBUILD", "pkgname=\(name)") }
    }

    /// Two looks, as one alone may be in the middle of an update.
    private func look(_ desk: TriggerDesk, _ seconds: Double) async {
        _ = await desk.look(at: now + seconds)
        _ = await desk.look(at: now + seconds + 5000)
    }

    @Test("What is there at the first look is where it begins; what changes later is queued once")
    func watch() async throws {
        let desk = try farm.desk("own watch \(tree.path)")
        await look(desk, 0)
        #expect(farm.asked.isEmpty)
        try tree.write("main/b/APKBUILD", "pkgname=b # new")
        _ = await desk.look(at: now + 20_000)
        #expect(farm.asked.isEmpty, "one look may be in the middle of an update")
        _ = await desk.look(at: now + 30_000)
        #expect(farm.asked == [["main/b"]])
        await look(desk, 40_000)
        #expect(farm.asked.count == 1)
        let firing = try #require(farm.store.firings(of: "own", limit: 1).first)
        #expect(firing.reason == "\(tree.path): 1 changed (main/b)")
        #expect(firing.jobs.count == 1)
    }

    @Test("A daemon that was away finds what changed meanwhile")
    func restart() async throws {
        await look(try farm.desk("own watch \(tree.path)"), 0)
        try tree.write("main/c/APKBUILD", "pkgname=c # new")
        await look(try farm.desk("own watch \(tree.path)"), 20_000)
        #expect(farm.asked == [["main/c"]])
    }

    @Test("A new recipe is queued only when that is wanted; one that went is said")
    func newAndGone() async throws {
        let desk = try farm.desk("own watch \(tree.path)", "all watch \(tree.path) new=yes")
        await look(desk, 0)
        try tree.write("main/d/APKBUILD", "pkgname=d")
        try tree.remove("main/c")
        await look(desk, 20_000)
        #expect(farm.asked == [["main/d"]])
        let reasons = farm.store.firings(of: nil, limit: 9).map(\.reason)
        #expect(reasons.allSatisfy { $0.hasSuffix("1 added (main/d), 1 removed (main/c)") })
        #expect(farm.store.firings(of: "own", limit: 9).count == 1)
    }

    @Test("A faulty recipe keeps no other back, is an alert, and is tried again when it changes")
    func faulty() async throws {
        let desk = try farm.desk("own watch \(tree.path)")
        await look(desk, 0)
        farm.change { $0.faulty = ["main/a"] }
        for name in ["a", "b"] { try tree.write("main/\(name)/APKBUILD", "pkgname=\(name) # new") }
        await look(desk, 20_000)
        #expect(farm.store.firings(of: "own", limit: 1).first?.jobs.count == 1)
        #expect(desk.alerts.map(\.key) == ["trigger-failed own"])
        #expect(desk.alerts.first?.text.contains("main/a could not be queued: faulty") == true)
        farm.change { $0.faulty = [] }
        try tree.write("main/a/APKBUILD", "pkgname=a # mended")
        await look(desk, 40_000)
        #expect(farm.asked.last == ["main/a"])
        #expect(desk.alerts.isEmpty)
    }

    @Test("A folder that goes away is an alert, and queues nothing when it comes back as it was")
    func away() async throws {
        let desk = try farm.desk("own watch \(tree.path)")
        await look(desk, 0)
        try FileManager.default.moveItem(atPath: tree.path, toPath: tree.path + "-away")
        _ = await desk.look(at: now + 20_000)
        #expect(desk.alerts.isEmpty, "once may be in the middle of an update")
        _ = await desk.look(at: now + 30_000)
        #expect(desk.alerts.first?.text.contains("is not there") == true)
        try FileManager.default.moveItem(atPath: tree.path + "-away", toPath: tree.path)
        await look(desk, 40_000)
        #expect(desk.alerts.isEmpty)
        #expect(farm.asked.isEmpty)
        try tree.write("main/a/APKBUILD", "pkgname=a # new")
        await look(desk, 60_000)
        #expect(farm.asked == [["main/a"]])
    }

    @Test("Another toolchain queues what must pass first, and then everything that is published")
    func toolchain() async throws {
        let desk = try farm.desk("tools toolchain canary=a")
        await look(desk, 0)
        farm.change { $0.tools = "2" }
        await look(desk, 20_000)
        #expect(farm.asked == [["a"]])
        #expect(try await desk.rows(at: now).map(\.state) == [.canary])
        await look(desk, 40_000)
        #expect(farm.asked.count == 1)
        try farm.publish("main/a")
        // The rest waits also across a restart.
        let other = try farm.desk("tools toolchain canary=a")
        await look(other, 60_000)
        #expect(farm.asked == [["a"], ["main/a", "main/b", "main/c"]])
        #expect(try await other.rows(at: now).map(\.state) == [.watching])
        #expect(farm.store.firings(of: nil, limit: 9).map(\.rest) == [[], ["main/a", "main/b", "main/c"]])
    }

    @Test("What is published and in no tree any more is named once and left out: it is no alert")
    func orphans() async throws {
        let desk = try farm.desk("tools toolchain canary=none")
        await look(desk, 0)
        farm.change {
            $0.tools = "2"; $0.faulty = ["main/b"]
        }
        await look(desk, 20_000)
        #expect(desk.alerts.first?.text.contains("main/b could not be queued") == true)
        // Its recipe is removed: nobody can correct it.
        farm.change {
            $0.tools = "3"; $0.faulty = []; $0.orphans = ["main/b"]
        }
        await look(desk, 40_000)
        #expect(farm.asked.last == ["main/a", "main/c"])
        #expect(desk.alerts.isEmpty)
        #expect(
            farm.store.firings(of: "tools", limit: 1).first?.reason
                == "the toolchain is another one; left out, as no tree has them any more: main/b")
    }

    @Test("When what goes first fails the rest stays unqueued, until it passes in another try")
    func canaryFails() async throws {
        let desk = try farm.desk("tools toolchain canary=a")
        await look(desk, 0)
        farm.change { $0.tools = "2" }
        await look(desk, 20_000)
        try farm.fail("main/a")
        await look(desk, 40_000)
        #expect(farm.asked.count == 1)
        #expect(desk.alerts.map(\.key) == ["canary-failed tools"])
        #expect(desk.alerts.first?.text.contains("3 recipes stay unqueued: main/a failed") == true)
        #expect(desk.alerts.first?.remedy == "apkfarm job log 1; correct it, then apkfarm job retry 1")
        let id = try #require(try farm.store.find("main/a")).id
        try farm.store.retry(id, at: now)
        await look(desk, 60_000)
        #expect(desk.alerts.isEmpty)
        try farm.publish("main/a")
        await look(desk, 80_000)
        #expect(farm.asked.count == 2)
    }

    @Test("What goes first and cannot even be queued does not pass; nor does a job that was under way before")
    func canaryOfBefore() async throws {
        let desk = try farm.desk("tools toolchain canary=a")
        await look(desk, 0)
        farm.change {
            $0.faulty = ["a"]; $0.tools = "2"
        }
        await look(desk, 20_000)
        await look(desk, 40_000)
        #expect(desk.alerts.first?.text.contains("a cannot be queued: faulty") == true)
        farm.change { $0.faulty = [] }
        let firing = try await desk.run("tools", isDryRun: false, by: "me", at: now + 60_000)
        #expect(firing.recipes == ["a"] && firing.rest.count == 3)
        #expect(desk.alerts.isEmpty)
    }

    @Test("By hand it fires at once; a dry run only says what would be queued")
    func byHand() async throws {
        let desk = try farm.desk("own watch \(tree.path)", "nightly daily 02:30 canary=a")
        await look(desk, 0)
        try tree.write("main/b/APKBUILD", "pkgname=b # new")
        let said = try await desk.run("own", isDryRun: true, by: "me", at: now)
        #expect(said.recipes == ["main/b"] && said.jobs.isEmpty)
        #expect(try await desk.run("nightly", isDryRun: true, by: "me", at: now).rest.count == 3)
        #expect(farm.asked.isEmpty)
        #expect(try await desk.run("own", isDryRun: false, by: "me", at: now).jobs.count == 1)
        #expect(farm.store.firings(of: "own", limit: 1).first?.reason.hasPrefix("by me: ") == true)
        await look(desk, 100)
        #expect(farm.asked == [["main/b"]])
        await #expect(throws: TriggerDesk.Unknown.self) {
            try await desk.run("nightli", isDryRun: false, by: "me", at: now)
        }
    }

    @Test("A timer fires with what its set names, and waits for a set that is not there")
    func timer() async throws {
        let set = tree.path + "/set"
        let desk = try farm.desk("nightly daily 02:30 set=\(set)")
        let noon = try Date("2026-11-28T12:00:00Z", strategy: .iso8601)
        _ = await desk.look(at: noon)
        _ = await desk.look(at: noon + 15 * 3600)
        #expect(farm.asked.isEmpty)
        try tree.write("set", "# every night\nmain/a\n\nmain/b # twice\n")
        _ = await desk.look(at: noon + 15 * 3600 + 30)
        #expect(farm.asked == [["main/a", "main/b"]])
        let reason = farm.store.firings(of: "nightly", limit: 1).first?.reason
        #expect(reason == "it was 2026-11-29T02:30:00Z, which was missed")
    }
}
