import Foundation
import Jobs

extension JobStore {
    /// A build that takes its worker or the farm down each time, or that every worker gives back, must not do so for ever:
    /// after five attempts without an end the job has failed.
    func endAfterInterruptions(_ job: Job, at time: Date) throws(JobStoreError) {
        let interrupted = try attempts(of: job.id).filter { $0.outcome == .interrupted }.count
        guard interrupted >= 5, job.state == .ready else { return }
        let failure = JobFailure(
            .interrupted, phase: "farm",
            reason:
                "the farm or a worker ended \(interrupted) times while it ran; 'apkfarm job retry \(job.id)' tries again"
        )
        try record(.failed(failure), for: job.id, at: time)
    }
}
