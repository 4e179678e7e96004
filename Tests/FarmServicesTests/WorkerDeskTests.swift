import Building
import FarmServices
import Foundation
import Jobs
import Synchronization
import Testing

/// The desk at which workers of other processes get builds and bring them back, over a ledger in memory and a clock that
/// only moves when a test moves it.
@Suite("The workers' desk")
struct WorkerDeskTests {
    private final class Clock: Sendable {
        private let time = Mutex(Date(timeIntervalSince1970: 1_800_000_000))
        var now: Date { time.withLock { $0 } }
        func pass(_ seconds: Double) { time.withLock { $0 += seconds } }
    }

    private let clock = Clock()
    private let store = InMemoryJobStore()
    private let folder = NSTemporaryDirectory() + "desk-\(UUID().uuidString)"
    private let profile = WorkerProfile(name: "mill", toolchain: "t", runner: "r", phases: "p", tools: [:])
    private let digest = String(repeating: "a", count: 64)

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func remove() {
        // The system cleans what stays.
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func desk(_ limits: WorkerDesk.Limits = WorkerDesk.Limits(free: { _ in nil })) -> WorkerDesk {
        WorkerDesk(store: store, lasts: 60, limits: limits, now: { [clock] in clock.now })
    }

    private func queued() throws -> JobID {
        let job = NewJob(recipe: "zlib", repository: "main", version: "1-r0")
        return try store.add([job], at: clock.now)[0].id
    }

    /// The order of the job's next lease.
    private func order(_ job: JobID) throws -> WorkOrder {
        let lease = JobEvent.Kind.leased(Lease(worker: "mill", process: 1))
        let fence = try store.record(lease, for: job, at: clock.now).fence
        _ = try store.begin(job, log: log, at: clock.now)
        let request = BuildRequest(
            repository: "main", pkgname: "zlib", pkgver: "1", release: 0, recipeFiles: [:], sources: [:],
            toolchain: "t", runner: "r", phases: "p", dependencies: [:], hostTools: [:], checks: .short)
        let text = try JSONEncoder().encode(request)
        let json = """
            {"job":\(job),"token":\(fence),"lasts":60,"request":\(String(decoding: text, as: UTF8.self)),
            "recipe":[],"sources":[],"archives":[],"dependencies":[]}
            """
        return try JSONDecoder().decode(WorkOrder.self, from: Data(json.utf8))
    }

    private var log: String { folder + "/log" }

    /// How a build at a worker ended, in words.
    private func outcome(_ work: () async throws -> WorkerResult) async -> String {
        do {
            _ = try await work()
            return "done"
        } catch { return "\(error)" }
    }

    /// Gives the order to a worker that came with the token of `holder`, and runs `body` while it builds.
    /// - Returns: how the build ended for the farm.
    private func building(
        _ desk: WorkerDesk, _ order: WorkOrder, by holder: String = "a (token 1)",
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws -> String {
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        async let claim = desk.wait(profile, holder: holder, seconds: 600) { arrived.yield() }
        for await _ in arrivals { break }
        let seat = try #require(desk.freeSeats.first)
        desk.take(seat)
        async let ended = outcome {
            try await desk.perform(
                order, at: seat, inputs: [digest: "/input"], folder: folder, log: log)
        }
        #expect(await claim.order == order)
        do { try await body() } catch { Issue.record("\(error)") }
        return await ended
    }

    private func refusal(_ body: () throws -> Void) -> WorkerDesk.Refusal.Kind? {
        do { try body() } catch { return (error as? WorkerDesk.Refusal)?.kind }
        return nil
    }

    private func isFenced(_ body: () throws -> Void) -> Bool {
        do { try body() } catch {
            if case .fenced = error as? JobStoreError { return true }
        }
        return false
    }

    private static func beat(_ token: Int64, at offset: Int = 0, _ text: String = "") -> WorkerBeat {
        WorkerBeat(token: token, phase: "build", offset: offset, log: Data(text.utf8))
    }

    @Test(
        "A lease is for the bearer of the token that took it: another one can neither keep, read, bring nor end"
    )
    func foreign() async throws {
        defer { remove() }
        let (desk, job) = (desk(), try queued())
        let order = try order(job)
        let ended = try await building(desk, order) {
            let token = order.token
            for stranger in ["b (token 2)", "owner", ""] {
                let kinds = [
                    refusal { _ = try desk.beat(job, Self.beat(token), by: stranger) },
                    refusal { _ = try desk.input(job, token: token, digest: digest, by: stranger) },
                    refusal { _ = try desk.upload(digest, of: job, token: token, bytes: 1, by: stranger) },
                    refusal {
                        try desk.fail(
                            job, WorkerFailure(token: token, phase: "x", reason: "x"), by: stranger)
                    },
                    refusal {
                        try desk.fail(
                            job, WorkerFailure(token: token, phase: "x", reason: "x", returned: true),
                            by: stranger)
                    },
                ]
                #expect(kinds == [.foreign, .foreign, .foreign, .foreign, .foreign])
            }
            #expect(try desk.input(job, token: token, digest: digest, by: "a (token 1)") == "/input")
            let failure = WorkerFailure(token: token, phase: "check", reason: "two tests failed")
            try desk.fail(job, failure, by: "a (token 1)")
        }
        #expect(ended == "two tests failed")
        #expect(desk.counts.building == 0)
    }

    @Test("A sign of life keeps the lease and brings the log; a piece that came already is not written twice")
    func beats() async throws {
        defer { remove() }
        let (desk, job) = (desk(), try queued())
        let order = try order(job)
        _ = try await building(desk, order) { [self] in
            let (token, holder) = (order.token, "a (token 1)")
            let first = try desk.beat(job, Self.beat(token, at: 0, "one\n"), by: holder)
            #expect(first.logged == 4)
            #expect(try desk.beat(job, Self.beat(token, at: 0, "one\n"), by: holder).logged == 4)
            clock.pass(59)
            #expect(try desk.beat(job, Self.beat(token, at: 4, "two\n"), by: holder).logged == 8)
            clock.pass(59)
            #expect(try desk.sweep().isEmpty)
            #expect(isFenced { _ = try desk.beat(job, Self.beat(token + 1), by: holder) })
            clock.pass(2)
            #expect(try desk.sweep().map(\.job.id) == [job])
            #expect(isFenced { _ = try desk.beat(job, Self.beat(token), by: holder) })
        }
        #expect(try String(contentsOfFile: log, encoding: .utf8) == "one\ntwo\n")
        #expect(store.job(job)?.state == .ready)
    }

    @Test("After the fifth lost worker the sweep says that the job failed; a retry begins to count anew")
    func fifth() async throws {
        defer { remove() }
        let (desk, job) = (desk(), try queued())
        for round in 1...11 {
            let order = try order(job)
            let ended = try await building(desk, order) { [self] in
                clock.pass(61)
                let left = try desk.sweep()
                #expect(left.map(\.job.state.name) == [round % 5 == 0 ? .failed : .ready], "round \(round)")
            }
            #expect(ended == "mill was not heard of for 60 seconds")
            if round % 5 == 0 {
                #expect(store.job(job)?.failure?.reason.contains("ended 5 times") == true)
                try store.retry(job, at: clock.now)
            }
        }
    }

    @Test("Deaths of the farm itself count too, and its own retries do not begin anew")
    func deaths() throws {
        defer { remove() }
        let job = try queued()
        for round in 1...5 {
            let lease = JobEvent.Kind.leased(Lease(worker: "daemon", process: 1))
            try store.record(lease, for: job, at: clock.now)
            _ = try store.begin(job, log: log, at: clock.now)
            let found = try #require(try store.recover(at: clock.now).first)
            let left = try store.endAfterInterruptions(found, at: clock.now)
            #expect(left.state.name == (round == 5 ? .failed : .ready), "round \(round)")
        }
    }

    @Test("What a worker gives back is another one's; its reason is kept")
    func returned() async throws {
        defer { remove() }
        let (desk, job) = (desk(), try queued())
        let order = try order(job)
        let ended = try await building(desk, order) {
            let failure = WorkerFailure(token: order.token, phase: "x", reason: "mill stops", returned: true)
            try desk.fail(job, failure, by: "a (token 1)")
            #expect(isFenced { try desk.fail(job, failure, by: "a (token 1)") })
        }
        #expect(ended == "mill stops")
        #expect(store.job(job)?.state == .ready)
    }

    @Test("A lease that ends in the moment of the sweep keeps no other one from being taken back")
    func sweepBesideAnEnd() async throws {
        defer { remove() }
        let (first, second) = (
            try queued(),
            try store.add(
                [
                    NewJob(recipe: "lua", repository: "main", version: "1-r0")
                ], at: clock.now)[0].id
        )
        let orders = (try order(first), try order(second))
        // The desk reads the clock to find what has run out, and again for each lease that it takes back.
        let reads = Mutex(0)
        let desk = WorkerDesk(
            store: store, lasts: 60, limits: WorkerDesk.Limits(free: { _ in nil }),
            now: { [clock, store] in
                let read = reads.withLock { count in
                    if count > 0 { count += 1 }
                    return count
                }
                if read == 3 {
                    // What could go wrong here is seen below.
                    _ = try? store.record(.cancelled(by: "me"), for: first, at: clock.now)
                }
                return clock.now
            })
        let ended = try await building(desk, orders.0) { [self] in
            let other = try await building(desk, orders.1) { [self] in
                clock.pass(61)
                reads.withLock { $0 = 1 }
                let left = try desk.sweep()
                #expect(left.map(\.job.id) == [second])
                #expect(desk.counts.building == 0)
            }
            #expect(other == "mill was not heard of for 60 seconds")
        }
        #expect(ended == "mill was not heard of for 60 seconds")
        #expect(store.job(first)?.state == .cancelled)
        #expect(store.job(second)?.state == .ready)
    }

    @Test("All outputs of an order have one limit; what was cut off or came twice does not count twice")
    func limit() async throws {
        defer { remove() }
        let desk = desk(WorkerDesk.Limits(uploads: 100, free: { _ in nil }))
        let job = try queued()
        let order = try order(job)
        _ = try await building(desk, order) { [self] in
            func upload(_ digest: String, _ bytes: Int?) throws -> WorkerUpload {
                try desk.upload(digest, of: job, token: order.token, bytes: bytes, by: "a (token 1)")
            }
            let other = String(repeating: "b", count: 64)
            #expect(refusal { _ = try upload(digest, 101) } == .tooMuch)
            for _ in 1...3 {
                let cut = try upload(digest, nil)
                try cut.take(60)
                #expect(refusal { try cut.take(41) } == .tooMuch)
                cut.end(isWhole: false)
            }
            for _ in 1...3 {
                let whole = try upload(digest, 30)
                try whole.take(30)
                whole.end(isWhole: true)
            }
            #expect(refusal { _ = try upload(other, 71) } == .tooMuch)
            let second = try upload(other, 70)
            try second.take(70)
            #expect(refusal { try second.take(1) } == .tooMuch)
            second.end(isWhole: true)
            #expect(refusal { _ = try upload("../../etc/passwd", 1) } == .content)
            clock.pass(61)
            _ = try desk.sweep()
        }
    }

    @Test("Nothing is taken that would leave the disk too little room")
    func space() async throws {
        defer { remove() }
        let limits = WorkerDesk.Limits(uploads: 1 << 40, keepFree: 1000, free: { _ in 1100 })
        let (desk, job) = (desk(limits), try queued())
        let order = try order(job)
        _ = try await building(desk, order) { [self] in
            func upload(_ bytes: Int?) throws -> WorkerUpload {
                try desk.upload(digest, of: job, token: order.token, bytes: bytes, by: "a (token 1)")
            }
            #expect(refusal { _ = try upload(101) } == .noSpace)
            let unannounced = try upload(nil)
            #expect(refusal { try unannounced.take(16 << 20) } == .noSpace)
            unannounced.end(isWhole: false)
            _ = try upload(100)
            clock.pass(61)
            _ = try desk.sweep()
        }
    }

    @Test("While one build's log cannot be written, other workers are answered")
    func waiting() async throws {
        defer { remove() }
        // A pipe without a reader: opening it to write waits, as a disk that hangs does.
        #expect(mkfifo(log, 0o600) == 0)
        let (desk, job) = (desk(), try queued())
        let order = try order(job)
        _ = try await building(desk, order) { [self] in
            let (ends, ended) = AsyncStream.makeStream(of: Void.self)
            clock.pass(1)
            Thread.detachNewThread {
                // The answer does not matter: it comes when the pipe has a reader.
                _ = try? desk.beat(job, Self.beat(order.token, at: 0, "x"), by: "a (token 1)")
                ended.yield()
            }
            // The lease is renewed right before the log is opened.
            while store.job(job)?.deadline != clock.now.addingTimeInterval(60) { await Task.yield() }
            for _ in 1...1000 {
                #expect(desk.counts.building == 1)
                #expect(
                    try desk.input(job, token: order.token, digest: digest, by: "a (token 1)") == "/input")
            }
            let reader = open(log, O_RDONLY | O_NONBLOCK)
            for await _ in ends { break }
            close(reader)
            clock.pass(120)
            _ = try desk.sweep()
        }
    }

    @Test("Reasons why a worker is left out are told once each, however many jobs they are of")
    func reasons() async throws {
        defer { remove() }
        let desk = desk()
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        async let claim = desk.wait(profile, holder: "a", seconds: 0.2) { arrived.yield() }
        for await _ in arrivals { break }
        let seat = try #require(desk.freeSeats.first)
        for number in 1...5 {
            desk.take(seat)
            desk.leave(seat, job: JobID(Int64(number)), unfit: "it has cmake 3, the farm 4")
        }
        #expect(desk.isUnfit(seat, for: JobID(5)))
        #expect(await claim.unfit == ["it has cmake 3, the farm 4"])
    }
}
