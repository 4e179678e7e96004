import Foundation
import Jobs
import Planning

extension BuildTimes {
    /// What the job database recorded: of each recipe the longest good try, since tries that found everything done
    /// are short. Nothing when there is no database.
    public static func recorded(in store: any JobStore) throws -> BuildTimes {
        var seconds: [String: Double] = [:]
        for job in try store.jobs(JobQuery(states: [.published])) {
            for attempt in try store.attempts(of: job.id) where attempt.outcome == .succeeded {
                guard let ended = attempt.ended else { continue }
                let time = ended.timeIntervalSince(attempt.started)
                seconds[job.identity] = max(seconds[job.identity] ?? 0, time)
            }
        }
        return BuildTimes(seconds)
    }
}
