import Building
import Foundation
import Jobs
import Synchronization

/// A build that a worker of another process is at. What it writes is bounded by a lock of its own: the desk's other
/// workers do not wait for its disk.
final class WorkerBuild: Sendable {
    private struct Progress {
        var logged = 0
        var phase: String?
        var isOver = false
        /// Bytes of the outputs that came or are coming.
        var uploaded: Int64 = 0
        /// Sizes of those that came, by digest.
        var outputs: [String: Int64] = [:]
    }

    let order: WorkOrder
    /// Who took it: the access token, or the owner at the socket.
    let holder: String
    let inputs: [String: String]
    let folder: String
    private let log: String
    let outcome: CheckedContinuation<WorkerResult, any Error>
    private let progress = Mutex(Progress())

    init(
        order: WorkOrder, holder: String, inputs: [String: String], folder: String, log: String,
        outcome: CheckedContinuation<WorkerResult, any Error>
    ) {
        self.order = order
        self.holder = holder
        self.inputs = inputs
        self.folder = folder
        self.log = log
        self.outcome = outcome
    }

    /// From now on no sign of life counts: how the build ended is known.
    func close() { progress.withLock { $0.isOver = true } }

    /// Keeps the lease until `deadline`, and what the worker tells.
    /// - Throws: `JobStoreError.fenced` for a build that is over; `WorkerDesk.Refusal`.
    func beat(_ beat: WorkerBeat, store: any JobStore, at time: Date, until deadline: Date) throws
        -> BeatAnswer
    {
        try progress.withLock { progress in
            guard !progress.isOver else {
                throw JobStoreError.fenced(job: order.job, token: beat.token)
            }
            try store.renew(order.job, holding: beat.token, until: deadline)
            if beat.offset == progress.logged, !beat.log.isEmpty {
                guard progress.logged + beat.log.count <= 1 << 30 else {
                    throw WorkerDesk.Refusal("the log has more than 1 GiB; end the build")
                }
                try append(beat.log)
                progress.logged += beat.log.count
            }
            if let phase = beat.phase, phase != progress.phase {
                guard phase.utf8.count <= 100 else {
                    throw WorkerDesk.Refusal("the phase's name is too long")
                }
                try store.record(.phase(JobPhase(phase)), for: order.job, holding: beat.token, at: time)
                progress.phase = phase
            }
            return BeatAnswer(logged: progress.logged)
        }
    }

    private func append(_ data: Data) throws {
        let descriptor = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw BuildError.unreadable(path: log, reason: String(cString: strerror(errno)))
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: data)
        try file.close()
    }

    /// Counts bytes that are coming; false when the outputs would be more than `limit` together.
    func take(_ bytes: Int64, limit: Int64) -> Bool {
        progress.withLock { progress in
            guard bytes <= limit - progress.uploaded else { return false }
            progress.uploaded += bytes
            return true
        }
    }

    /// An output of `bytes` ended: it is there, or it was of no use. One that came twice counts once.
    func ended(_ digest: String, bytes: Int64, isWhole: Bool) {
        progress.withLock { progress in
            if isWhole, progress.outputs[digest] == nil {
                progress.outputs[digest] = bytes
            } else {
                progress.uploaded -= bytes
            }
        }
    }
}
