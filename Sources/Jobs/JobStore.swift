public import FoundationEssentials

/// Jobs, their events and attempts, kept in order. Whoever calls the writing functions holds the ``FarmLock``.
///
/// Calls return when what they did is safe: a process that is killed a moment later loses nothing of it. They block
/// for as long as the disk takes (about a millisecond).
public protocol JobStore: Sendable {
    /// Adds jobs of one request, all or none; needs come before what needs them. A live job of equal input whose needs
    /// are joined too is joined: it is returned in place of a new one, which would do the same again. Else a pending
    /// job of the same recipe is superseded by the new one; what waited on it waits on the new one. Throws `unknownNeed` when a job names a need that is not among `jobs`.
    /// Returns the jobs in the given order.
    func add(_ jobs: [NewJob], at time: Date) throws(JobStoreError) -> [Job]

    /// Appends an event and what follows from it for other jobs: what waited on a published job may become ready,
    /// what waited on one that failed or was cancelled is blocked, and freed when that one is tried again.
    /// Throws `refused` when the event cannot happen in the job's state, `noJob` for an unknown number.
    ///
    /// With `token` the event is of a worker: `fenced` is thrown unless the job is held under that very lease, in the
    /// same transaction as the event is written. A lease's token is given here, whatever `leased` says.
    @discardableResult
    func record(
        _ kind: JobEvent.Kind, for job: JobID, holding token: Int64?, at time: Date
    ) throws(JobStoreError) -> Job

    /// The worker was heard of: its lease is good until `deadline`. Nil: as long as the process that has the farm's
    /// lock. Throws `fenced` when the job is not held under that lease any more.
    func renew(_ job: JobID, holding token: Int64, until deadline: Date?) throws(JobStoreError)

    /// Takes a lease back: the attempt has ended as interrupted, and the job is ready for another worker. Throws `fenced`.
    @discardableResult
    func release(_ job: JobID, holding token: Int64, reason: String, at time: Date) throws(JobStoreError)
        -> Job

    /// Jobs whose lease has run out, by number.
    func expired(at time: Date) throws(JobStoreError) -> [Job]

    /// Tries a failed or cancelled job again, and with it what it blocked.
    @discardableResult
    func retry(_ job: JobID, at time: Date) throws(JobStoreError) -> Job

    /// Begins an attempt; the one before must have ended (`openAttempt`).
    func begin(_ job: JobID, log: String, at time: Date) throws(JobStoreError) -> Attempt

    /// Writes how an attempt stands or ended. Job and number say which; one that ended does not change any more.
    func update(_ attempt: Attempt) throws(JobStoreError)

    /// The job of this number; nil when there is none.
    func job(_ id: JobID) throws(JobStoreError) -> Job?
    /// Jobs, the newest first.
    func jobs(_ query: JobQuery) throws(JobStoreError) -> [Job]
    /// Ready jobs, at most so many, in the order in which they are to be begun: by priority, then age.
    func ready(limit: Int) throws(JobStoreError) -> [Job]
    /// How many jobs there are in each state.
    func counts() throws(JobStoreError) -> [JobState.Name: Int]
    /// What happened to a job, in order.
    func events(of job: JobID) throws(JobStoreError) -> [JobEvent]
    /// Events of all jobs in the order in which they were recorded, those after a position; 0 for all.
    func feed(after position: Int64, limit: Int) throws(JobStoreError) -> [FeedItem]
    /// The position of the newest event; 0 when there is none.
    func lastPosition() throws(JobStoreError) -> Int64
    /// The tries at a job, the first one first.
    func attempts(of job: JobID) throws(JobStoreError) -> [Attempt]
    /// Jobs that cannot go on because `job` failed, in the order of their numbers.
    func blocked(by job: JobID) throws(JobStoreError) -> [Job]

    /// Recipes that failed since they were last published or excused, by repository and name.
    func troubles() throws(JobStoreError) -> [Trouble]
    /// Somebody lets a recipe go: what it failed so far does not count any more. Throws `noRecipe` when it never had a job,
    /// `noTrouble` when nothing counts. Returns its newest job.
    @discardableResult
    func excuse(_ recipe: String, repository: String, by whom: String, at time: Date) throws(JobStoreError)
        -> Job
    /// Makes these the alerts that stand: new ones are raised, those that stood and are not among them cleared, each as one
    /// event of the feed. Returns these events.
    @discardableResult
    func stand(_ alerts: [Alert], at time: Date) throws(JobStoreError) -> [AlertEvent]
    /// Alerts that were raised and not cleared, the oldest first.
    func standingAlerts() throws(JobStoreError) -> [StandingAlert]
    /// Receivers of webhooks, by URL.
    func webhooks() throws(JobStoreError) -> [WebhookCursor]
    /// Makes these the receivers: others are forgotten, new ones begin after the newest event.
    func setWebhooks(_ urls: [String]) throws(JobStoreError)
    /// Keeps how far a receiver is. One that is not among the receivers any more comes back.
    func keep(_ cursor: WebhookCursor) throws(JobStoreError)
    /// What a trigger remembers, in a form of its own; nil for one that never looked.
    func triggerMemory(of name: String) throws(JobStoreError) -> [UInt8]?
    /// Keeps what a trigger remembers, and in the same transaction that it fired.
    func keep(triggerMemory memory: [UInt8], of name: String, firing: TriggerFiring?) throws(JobStoreError)
    /// The firings of a trigger, or of all, the newest first.
    func firings(of name: String?, limit: Int) throws(JobStoreError) -> [TriggerFiring]
    /// When the oldest job that waits or is ready was queued; nil when there is none.
    func waitingSince() throws(JobStoreError) -> Date?
    /// By recipe (`main/zlib`), how many seconds its longest good attempt took, of jobs that are published: those that found
    /// everything done are short.
    func buildSeconds() throws(JobStoreError) -> [String: Double]
    /// How many jobs came and ended from one moment until before another.
    func traffic(from start: Date, to end: Date) throws(JobStoreError) -> JobTraffic
}

extension JobStore {
    /// Appends an event that is not of a worker, or of one that cannot have lost its lease.
    @discardableResult
    public func record(_ kind: JobEvent.Kind, for job: JobID, at time: Date) throws(JobStoreError) -> Job {
        try record(kind, for: job, holding: nil, at: time)
    }

    /// To be called by a writer before it begins: whatever a process was holding when it died has failed as
    /// interrupted, its attempt has ended, and it is tried again. Returns the jobs that were found so.
    @discardableResult
    public func recover(at time: Date) throws(JobStoreError) -> [Job] {
        var recovered: [Job] = []
        for job in try jobs(JobQuery(states: [.leased, .running, .built, .publishing])).reversed() {
            for var attempt in try attempts(of: job.id) where attempt.ended == nil {
                attempt.ended = time
                attempt.outcome = .interrupted
                try update(attempt)
            }
            let failure = JobFailure(
                .interrupted, phase: job.phase ?? JobPhase(job.state.name.rawValue),
                reason: "the process that worked on it ended without a word")
            try record(.failed(failure), for: job.id, at: time)
            recovered.append(try retry(job.id, at: time))
        }
        return recovered
    }

    /// The newest job of a recipe (`zlib` or `main/zlib`), or of the number when `name` is one; nil when there is none.
    public func find(_ name: String) throws(JobStoreError) -> Job? {
        if let number = Int64(name) { return try job(JobID(number)) }
        return try jobs(JobQuery(recipe: name, limit: 1)).first
    }

    /// Compares each job's state with what its events say. Returns what is wrong, empty when nothing is.
    public func faults() throws(JobStoreError) -> [String] {
        var faults: [String] = []
        for job in try jobs(JobQuery()) {
            let events = try events(of: job.id)
            if events.map(\.sequence) != Array(1...max(events.count, 1)) {
                faults.append("job \(job.id): its events are not numbered 1 to \(events.count)")
            }
            let folded = JobState.fold(events)
            if folded != job.state {
                let said = folded.map { "\($0.name)" } ?? "nothing"
                faults.append("job \(job.id): it is \(job.state.name) but its events say \(said)")
            }
        }
        return faults
    }
}

/// Why a store did not do what it was asked.
public enum JobStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no job of this number.
    case noJob(JobID)
    /// There was never a job of this recipe.
    case noRecipe(String)
    /// The recipe has no failures that count.
    case noTrouble(String)
    /// The event cannot happen in the job's state.
    case refused(job: JobID, state: JobState.Name, event: String)
    /// The job is not held under this lease any more: another worker may have it.
    case fenced(job: JobID, token: Int64)
    /// A new job names a need that is not added with it.
    case unknownNeed(job: String, need: String)
    /// Two new jobs are for one recipe.
    case duplicate(job: String)
    /// An attempt of the job has not ended.
    case openAttempt(JobID)
    /// The attempt does not exist or has ended.
    case noAttempt(JobID, number: Int)
    /// The database cannot be opened, read or written.
    case database(path: String, reason: String)
    /// The database has an older schema, which only a writer brings up to date.
    case outdated(path: String)

    /// What, where, and what to do.
    public var description: String {
        switch self {
        case .noJob(let job): "there is no job \(job); see 'apkfarm job list'"
        case .noRecipe(let recipe): "there was never a job of \(recipe); see 'apkfarm job list'"
        case .noTrouble(let recipe): "\(recipe) has no failures that count: it is in no quarantine"
        case .refused(let job, let state, let event):
            "job \(job) is \(state.rawValue) and cannot be \(event); see 'apkfarm job show \(job)'"
        case .fenced(let job, let token):
            "job \(job) is not held under lease \(token) any more: it was given to another worker, cancelled or ended;"
                + " drop this build and ask for other work"
        case .unknownNeed(let job, let need):
            "the job for \(job) waits on \(need), which is not queued with it; queue both"
        case .duplicate(let job): "\(job) is queued twice in one request; name it once"
        case .openAttempt(let job): "job \(job) is being worked on; wait for it or cancel it"
        case .noAttempt(let job, let number): "job \(job) has no open attempt \(number)"
        case .database(let path, let reason): "\(path): \(reason)"
        case .outdated(let path):
            "\(path): was made by an older farm; any 'apkfarm build' brings it up to date"
        }
    }
}
