import Building
import Foundation
public import Jobs
import Signing
import Synchronization

/// Where workers of other processes come for work and bring it back. What it knows may be lost at any time: who has a
/// job is in the ledger, and each call is checked there by the lease's fencing token.
public final class WorkerDesk: Sendable {
    /// A worker that waits for work.
    private struct Seat {
        let profile: WorkerProfile
        let waiting: CheckedContinuation<ClaimAnswer, Never>
        /// A job is being made ready for it.
        var isTaken = false
        /// It waited long enough.
        var isOver = false
        var unfit: [JobID: String] = [:]
    }

    /// A build that a worker is at.
    private struct Build {
        let order: WorkOrder
        let inputs: [String: String]
        let folder: String
        let log: String
        var logged = 0
        var phase: String?
        let outcome: CheckedContinuation<WorkerResult, any Error>
    }

    private struct State {
        var nextSeat = 1
        var seats: [Int: Seat] = [:]
        var builds: [JobID: Build] = [:]
        var isClosed = false
    }

    /// What a worker sent cannot be taken.
    public struct Refusal: Error, CustomStringConvertible {
        /// What is wrong with it, and what to do.
        public let description: String
    }

    /// For how many seconds a lease is good without a heartbeat.
    public let lasts: Int
    private let store: any JobStore
    private let now: @Sendable () -> Date
    private let state = Mutex(State())

    /// A desk before the jobs of `store`.
    public init(store: any JobStore, lasts: Int, now: @escaping @Sendable () -> Date = { Date() }) {
        self.store = store
        self.lasts = lasts
        self.now = now
    }

    // MARK: Workers that wait

    /// Waits for work, at most so many seconds, or longer when a job is being made ready. `arrived` is called when the
    /// worker can be given something.
    func wait(
        _ profile: WorkerProfile, seconds: Double, arrived: @escaping @Sendable () -> Void
    ) async -> ClaimAnswer {
        let number = state.withLock { state in
            defer { state.nextSeat += 1 }
            return state.nextSeat
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isClosed = state.withLock { state in
                    if !state.isClosed { state.seats[number] = Seat(profile: profile, waiting: continuation) }
                    return state.isClosed
                }
                guard !isClosed else { return continuation.resume(returning: ClaimAnswer(unfit: [])) }
                arrived()
                Task {
                    // Cancelled or not: the time is up.
                    try? await Task.sleep(for: .seconds(seconds))
                    self.timeIsUp(number)
                }
            }
        } onCancel: {
            timeIsUp(number)
        }
    }

    private func timeIsUp(_ number: Int) {
        let seat: Seat? = state.withLock { state in
            guard state.seats[number]?.isTaken == false else {
                state.seats[number]?.isOver = true
                return nil
            }
            return state.seats.removeValue(forKey: number)
        }
        seat?.waiting.resume(returning: ClaimAnswer(unfit: seat?.unfit.values.sorted() ?? []))
    }

    /// Workers that could be given a job now, who waited longest first.
    var freeSeats: [Int] {
        state.withLock { state in
            state.seats.filter { !$0.value.isTaken && !$0.value.isOver }.keys.sorted()
        }
    }

    /// How many workers wait, and how many builds are at workers.
    public var counts: (waiting: Int, building: Int) {
        state.withLock { ($0.seats.count, $0.builds.count) }
    }

    func profile(of seat: Int) -> WorkerProfile? { state.withLock { $0.seats[seat]?.profile } }

    func isUnfit(_ seat: Int, for job: JobID) -> Bool {
        state.withLock { $0.seats[seat]?.unfit[job] != nil }
    }

    func take(_ seat: Int) { state.withLock { $0.seats[seat]?.isTaken = true } }

    /// The worker got nothing of what was made ready: it waits on. With `why` it is not asked for this job again.
    func leave(_ seat: Int, job: JobID, unfit why: String? = nil) {
        let isOver = state.withLock { state in
            state.seats[seat]?.isTaken = false
            if let why { state.seats[seat]?.unfit[job] = why }
            return state.seats[seat]?.isOver ?? false
        }
        if isOver { timeIsUp(seat) }
    }

    // MARK: A build at a worker

    /// Gives an order to a waiting worker and waits for what it brings back.
    /// - Throws: `LeaseLost` when it is not heard of in time, `WorkerFailure` when it says so, `CancellationError`.
    func perform(
        _ order: WorkOrder, at seat: Int, inputs: [String: String], folder: String, log: String
    ) async throws -> WorkerResult {
        try store.renew(order.job, holding: order.token, until: now().addingTimeInterval(Double(lasts)))
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let build = Build(
                    order: order, inputs: inputs, folder: folder, log: log, outcome: continuation)
                let worker = state.withLock { state in
                    state.builds[order.job] = build
                    return state.seats.removeValue(forKey: seat)
                }
                worker?.waiting.resume(returning: ClaimAnswer(order: order, unfit: []))
                if Task.isCancelled { end(order.job, throwing: CancellationError()) }
            }
        } onCancel: {
            end(order.job, throwing: CancellationError())
        }
    }

    private func end(_ job: JobID, throwing error: any Error) {
        state.withLock { $0.builds.removeValue(forKey: job) }?.outcome.resume(throwing: error)
    }

    private static func build(_ job: JobID, _ token: Int64, in state: State) throws -> Build {
        guard let build = state.builds[job], build.order.token == token else {
            throw JobStoreError.fenced(job: job, token: token)
        }
        return build
    }

    /// A worker's sign of life.
    /// - Throws: `JobStoreError.fenced` when the job is not the worker's any more; `Refusal`.
    public func beat(_ job: JobID, _ beat: WorkerBeat) throws -> BeatAnswer {
        try state.withLock { state in
            var build = try Self.build(job, beat.token, in: state)
            try store.renew(job, holding: beat.token, until: now().addingTimeInterval(Double(lasts)))
            if beat.offset == build.logged, !beat.log.isEmpty {
                guard build.logged + beat.log.count <= 1 << 30 else {
                    throw Refusal(description: "the log has more than 1 GiB; end the build")
                }
                try Self.append(beat.log, to: build.log)
                build.logged += beat.log.count
            }
            if let phase = beat.phase, phase != build.phase {
                guard phase.utf8.count <= 100 else {
                    throw Refusal(description: "the phase's name is too long")
                }
                try store.record(.phase(JobPhase(phase)), for: job, holding: beat.token, at: now())
                build.phase = phase
            }
            state.builds[job] = build
            return BeatAnswer(logged: build.logged)
        }
    }

    private static func append(_ data: Data, to log: String) throws {
        let descriptor = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw BuildError.unreadable(path: log, reason: String(cString: strerror(errno)))
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: data)
        try file.close()
    }

    /// Where an input lies; only what the order names.
    public func input(_ job: JobID, token: Int64, digest: String) throws -> String {
        let build = try state.withLock { try Self.build(job, token, in: $0) }
        guard let path = build.inputs[digest] else {
            throw Refusal(description: "job \(job) has no input \(digest); the order lists them")
        }
        return path
    }

    /// Where an output of this digest is to be put, under its whole name only when it is whole.
    public func place(forOutput digest: String, of job: JobID, token: Int64) throws -> String {
        let build = try state.withLock { try Self.build(job, token, in: $0) }
        guard Self.isDigest(digest) else {
            throw Refusal(description: "'\(digest)' is no SHA-256; send 64 hexadecimal digits")
        }
        return build.folder + "/" + digest
    }

    /// Whether a worker's word for an output can be a file's name: nothing else may become part of a path.
    static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.allSatisfy { $0.isASCII && $0.isHexDigit && !$0.isUppercase }
    }

    /// The build is done and its packages are here. From now on the farm itself holds the job.
    /// - Throws: `JobStoreError.fenced`; `Refusal` for packages that did not come or are not this job's: it has failed.
    public func complete(_ job: JobID, _ result: WorkerResult) throws {
        let build = try state.withLock { state in
            let build = try Self.build(job, result.token, in: state)
            try store.renew(job, holding: result.token, until: nil)
            state.builds[job] = nil
            return build
        }
        do {
            try WorkerPackages(request: build.order.request, result: result).gather(in: build.folder)
        } catch {
            let failure = WorkerFailure(token: result.token, phase: "upload", reason: "\(error)")
            build.outcome.resume(throwing: failure)
            throw error
        }
        build.outcome.resume(returning: result)
    }

    /// The build failed, or the worker gives it back.
    public func fail(_ job: JobID, _ failure: WorkerFailure) throws {
        _ = try state.withLock { try Self.build(job, failure.token, in: $0) }
        if failure.returned == true {
            let released = try store.release(
                job, holding: failure.token, reason: failure.reason, at: now())
            try store.endAfterInterruptions(released, at: now())
            end(job, throwing: LeaseLost(reason: failure.reason))
        } else {
            try store.renew(job, holding: failure.token, until: nil)
            end(job, throwing: failure)
        }
    }

    /// Takes back the leases of workers that were not heard of in time.
    /// - Returns: the jobs that others may have now.
    func sweep() throws -> [Job] {
        // Nothing has a deadline unless it is at a worker.
        guard counts.building > 0 else { return [] }
        return try store.expired(at: now()).map { job in
            let worker = job.state.lease?.worker ?? "a worker"
            let reason = "\(worker) was not heard of for \(lasts) seconds"
            let released = try store.release(job.id, holding: job.fence, reason: reason, at: now())
            try store.endAfterInterruptions(released, at: now())
            end(job.id, throwing: LeaseLost(reason: reason))
            return released
        }
    }

    /// Sends all waiting workers away and takes no more.
    func close() {
        let seats = state.withLock { state in
            state.isClosed = true
            defer { state.seats = [:] }
            return state.seats.values.map(\.waiting)
        }
        for seat in seats { seat.resume(returning: ClaimAnswer(unfit: [])) }
    }
}
