import Foundation
public import Jobs
import Synchronization

/// Where workers of other processes come for work and bring it back. What it knows may be lost at any time: who has a
/// job is in the ledger, and each call is checked there by the lease's fencing token.
///
/// A lease belongs to who took it, too: the bearer of another access token can neither keep nor end it.
public final class WorkerDesk: Sendable {
    /// A worker that waits for work.
    private struct Seat {
        let profile: WorkerProfile
        let holder: String
        let waiting: CheckedContinuation<ClaimAnswer, Never>
        /// A job is being made ready for it.
        var isTaken = false
        /// It waited long enough.
        var isOver = false
        var unfit: [JobID: String] = [:]
    }

    private struct State {
        var nextSeat = 1
        var seats: [Int: Seat] = [:]
        var builds: [JobID: WorkerBuild] = [:]
        var isClosed = false
    }

    /// What a worker sent cannot be taken.
    public struct Refusal: Error, CustomStringConvertible {
        /// Whose matter it is.
        public enum Kind: Sendable {
            /// What was sent is wrong in itself.
            case content
            /// It is more than one order may bring.
            case tooMuch
            /// The farm has no room for it now.
            case noSpace
            /// The lease was taken with another access token.
            case foreign
            /// The worker cannot build for this farm at all.
            case unfit
        }

        /// Whose matter it is.
        public let kind: Kind
        /// What is wrong with it, and what to do.
        public let description: String

        /// A refusal with its reason.
        public init(_ description: String, _ kind: Kind = .content) {
            self.kind = kind
            self.description = description
        }
    }

    /// For how many seconds a lease is good without a heartbeat.
    public let lasts: Int
    /// What workers may bring.
    public let limits: Limits
    let store: any JobStore
    let now: @Sendable () -> Date
    private let state = Mutex(State())

    /// A desk before the jobs of `store`.
    public init(
        store: any JobStore, lasts: Int, limits: Limits = Limits(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.lasts = lasts
        self.limits = limits
        self.now = now
    }

    // MARK: Workers that wait

    /// Waits for work, at most so many seconds, or longer when a job is being made ready. `arrived` is called when the
    /// worker can be given something; `holder` is who will have the lease.
    package func wait(
        _ profile: WorkerProfile, holder: String, seconds: Double, arrived: @escaping @Sendable () -> Void
    ) async -> ClaimAnswer {
        let number = state.withLock { state in
            defer { state.nextSeat += 1 }
            return state.nextSeat
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isClosed = state.withLock { state in
                    if !state.isClosed {
                        state.seats[number] = Seat(profile: profile, holder: holder, waiting: continuation)
                    }
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
        // One reason may be that of a hundred jobs.
        seat?.waiting.resume(returning: ClaimAnswer(unfit: Set(seat?.unfit.values ?? [:].values).sorted()))
    }

    /// Workers that could be given a job now, who waited longest first.
    package var freeSeats: [Int] {
        state.withLock { state in
            state.seats.filter { !$0.value.isTaken && !$0.value.isOver }.keys.sorted()
        }
    }

    /// How many workers wait, and how many builds are at workers.
    public var counts: (waiting: Int, building: Int) {
        state.withLock { ($0.seats.count, $0.builds.count) }
    }

    func profile(of seat: Int) -> WorkerProfile? { state.withLock { $0.seats[seat]?.profile } }

    package func isUnfit(_ seat: Int, for job: JobID) -> Bool {
        state.withLock { $0.seats[seat]?.unfit[job] != nil }
    }

    package func take(_ seat: Int) { state.withLock { $0.seats[seat]?.isTaken = true } }

    /// The worker got nothing of what was made ready: it waits on. With `why` it is not asked for this job again.
    package func leave(_ seat: Int, job: JobID, unfit why: String? = nil) {
        let isOver = state.withLock { state in
            state.seats[seat]?.isTaken = false
            if let why { state.seats[seat]?.unfit[job] = why }
            return state.seats[seat]?.isOver ?? false
        }
        if isOver { timeIsUp(seat) }
    }

    /// Sends all waiting workers away and takes no more.
    package func close() {
        let seats = state.withLock { state in
            state.isClosed = true
            defer { state.seats = [:] }
            return state.seats.values.map(\.waiting)
        }
        for seat in seats { seat.resume(returning: ClaimAnswer(unfit: [])) }
    }

    // MARK: Builds at workers

    /// Gives an order to a waiting worker and waits for what it brings back.
    /// - Throws: `LeaseLost` when it is not heard of in time, `WorkerFailure` when it says so, `CancellationError`.
    package func perform(
        _ order: WorkOrder, at seat: Int, inputs: [String: String], folder: String, log: String
    ) async throws -> WorkerResult {
        try store.renew(order.job, holding: order.token, until: now().addingTimeInterval(Double(lasts)))
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let worker = state.withLock { state in
                    let worker = state.seats.removeValue(forKey: seat)
                    state.builds[order.job] = WorkerBuild(
                        order: order, holder: worker?.holder ?? "", inputs: inputs, folder: folder, log: log,
                        outcome: continuation)
                    return worker
                }
                worker?.waiting.resume(returning: ClaimAnswer(order: order, unfit: []))
                if Task.isCancelled { end(order.job, throwing: CancellationError()) }
            }
        } onCancel: {
            end(order.job, throwing: CancellationError())
        }
    }

    /// The build ended without its worker's word.
    func end(_ job: JobID, throwing error: any Error) {
        state.withLock { $0.builds.removeValue(forKey: job) }?.outcome.resume(throwing: error)
    }

    /// The build of a lease, for who holds it.
    func build(_ job: JobID, _ token: Int64, of holder: String) throws -> WorkerBuild {
        try state.withLock { try Self.build(job, token, holder, in: $0) }
    }

    /// The same, which is nobody's any more: how it ended is about to be said.
    func takeBuild(_ job: JobID, _ token: Int64, of holder: String) throws -> WorkerBuild {
        let build = try state.withLock { state in
            let build = try Self.build(job, token, holder, in: state)
            state.builds[job] = nil
            return build
        }
        build.close()
        return build
    }

    private static func build(
        _ job: JobID, _ token: Int64, _ holder: String, in state: State
    ) throws -> WorkerBuild {
        guard let build = state.builds[job], build.order.token == token else {
            throw JobStoreError.fenced(job: job, token: token)
        }
        guard build.holder == holder else {
            throw Refusal(
                "lease \(token) of job \(job) was taken with another access token; only that one may speak for it",
                .foreign)
        }
        return build
    }
}
