public import FoundationEssentials

/// Something that happened to a job. Events are only ever appended.
public struct JobEvent: Sendable, Hashable, Codable {
    /// What happened.
    public enum Kind: Sendable, Hashable, Codable {
        /// The job came to be; it waits on these.
        case queued(waitingOn: Set<JobID>)
        /// The digest of everything that may influence its bytes became known.
        case requested(digest: String)
        /// One of the jobs that it waits on is published.
        case needPublished(JobID)
        /// Another job took the place of one that it waits on.
        case needReplaced(JobID, by: JobID)
        /// A job that it needs, directly or not, failed or was cancelled.
        case needFailed(JobID)
        /// What blocked it is tried again; it waits on these.
        case unblocked(waitingOn: Set<JobID>)
        /// A worker took it.
        case leased(Lease)
        /// The worker lost it: it was not heard of in time, or gave it back. The job can be taken again.
        case released(reason: String)
        /// Work on a phase began.
        case phase(JobPhase)
        /// The packages are made, or were found in the cache of results.
        case built(reused: Bool)
        /// Publishing began.
        case publishing
        /// The packages are published; with `unchanged` those that were there already are the same.
        case published(unchanged: Bool)
        /// It failed.
        case failed(JobFailure)
        /// It is tried again; it waits on these.
        case retried(waitingOn: Set<JobID>)
        /// Somebody cancelled it.
        case cancelled(by: String)
        /// A newer job of the same recipe takes its place.
        case superseded(by: JobID)
        /// Somebody let its recipe go: what it failed so far does not count any more.
        case excused(by: String)
    }

    /// The job.
    public let job: JobID
    /// The event's number among the job's, from 1.
    public let sequence: Int
    /// When it was recorded.
    public let at: Date
    /// What happened.
    public let kind: Kind

    /// The `sequence`-th event of a job.
    public init(job: JobID, sequence: Int, at: Date, kind: Kind) {
        self.job = job
        self.sequence = sequence
        self.at = at
        self.kind = kind
    }
}
