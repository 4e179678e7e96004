public import Foundation
public import Jobs

extension JobStore {
    /// A build that takes its worker or the farm down each time, or that every worker gives back, must not do so for ever:
    /// after five attempts without an end the job has failed. A retry that somebody asked for begins to count anew.
    /// - Returns: the job as it is now.
    @discardableResult
    public func endAfterInterruptions(_ job: Job, at time: Date) throws(JobStoreError) -> Job {
        let interrupted = try events(of: job.id).interruptions
        guard interrupted >= 5, job.state == .ready else { return job }
        let failure = JobFailure(
            .interrupted, phase: .gaveUp,
            reason:
                "the farm or a worker ended \(interrupted) times while it ran; 'apkfarm job retry \(job.id)' tries again"
        )
        return try record(.failed(failure), for: job.id, at: time)
    }
}

extension Sequence<JobEvent> {
    /// How often a job's process or worker ended without a word, or gave it back, since it was queued or somebody asked to
    /// try it again. What the farm itself retries after its own death is not such a request.
    var interruptions: Int {
        var count = 0
        var wasInterrupted = false
        for event in self {
            switch event.kind {
            case .released: count += 1
            case .failed(let failure) where failure.kind == .interrupted && failure.phase != .gaveUp:
                count += 1
                wasInterrupted = true
                continue
            case .retried where !wasInterrupted: count = 0
            default: break
            }
            wasInterrupted = false
        }
        return count
    }
}
