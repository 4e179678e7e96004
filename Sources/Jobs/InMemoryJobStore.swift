public import FoundationEssentials
import Synchronization

/// A store that is gone with its process: for tests, and for builds that keep no record.
public final class InMemoryJobStore: JobStore {
    private let storage = Mutex(MemoryStorage())

    /// An empty store.
    public init() {}

    /// See ``JobStore/add(_:at:)``.
    public func add(_ jobs: [NewJob], at time: Date) throws(JobStoreError) -> [Job] {
        try change(at: time) { rules in
            let ids = try rules.add(jobs)
            return ids.compactMap { rules.storage.load($0) }
        }
    }

    /// See ``JobStore/record(_:for:holding:at:)``.
    @discardableResult
    public func record(
        _ kind: JobEvent.Kind, for job: JobID, holding token: Int64?, at time: Date
    ) throws(JobStoreError) -> Job {
        try change(at: time) { rules in
            try rules.record(kind, for: job, holding: token)
            return try rules.storage.existing(job)
        }
    }

    /// See ``JobStore/renew(_:holding:until:)``.
    public func renew(_ job: JobID, holding token: Int64, until deadline: Date?) throws(JobStoreError) {
        try change(at: deadline ?? Date(timeIntervalSince1970: 0)) { rules in
            try rules.renew(job, holding: token, until: deadline)
        }
    }

    /// See ``JobStore/release(_:holding:reason:at:)``.
    @discardableResult
    public func release(
        _ job: JobID, holding token: Int64, reason: String, at time: Date
    ) throws(JobStoreError) -> Job {
        try change(at: time) { rules in
            try rules.release(job, holding: token, reason: reason)
            return try rules.storage.existing(job)
        }
    }

    /// See ``JobStore/retry(_:at:)``.
    @discardableResult
    public func retry(_ job: JobID, at time: Date) throws(JobStoreError) -> Job {
        try change(at: time) { rules in
            try rules.retry(job)
            return try rules.storage.existing(job)
        }
    }

    /// See ``JobStore/begin(_:log:at:)``.
    public func begin(_ job: JobID, log: String, at time: Date) throws(JobStoreError) -> Attempt {
        try change(at: time) { rules in
            _ = try rules.storage.existing(job)
            let attempts = rules.storage.attempts[job] ?? []
            guard attempts.last?.ended != nil || attempts.isEmpty else {
                throw JobStoreError.openAttempt(job)
            }
            let attempt = Attempt(job: job, number: attempts.count + 1, log: log, started: time)
            rules.storage.attempts[job, default: []].append(attempt)
            return attempt
        }
    }

    /// See ``JobStore/update(_:)``.
    public func update(_ attempt: Attempt) throws(JobStoreError) {
        try change(at: attempt.started) { rules in
            guard
                let index = rules.storage.attempts[attempt.job]?.firstIndex(where: {
                    $0.number == attempt.number
                }),
                rules.storage.attempts[attempt.job]?[index].ended == nil
            else { throw JobStoreError.noAttempt(attempt.job, number: attempt.number) }
            rules.storage.attempts[attempt.job]?[index] = attempt
        }
    }

    /// See ``JobStore/job(_:)``.
    public func job(_ id: JobID) -> Job? {
        storage.withLock { $0.jobs[id] }
    }

    /// See ``JobStore/jobs(_:)``.
    public func jobs(_ query: JobQuery) -> [Job] {
        storage.withLock { query.selected(from: $0.jobs.values.sorted { $0.id > $1.id }) }
    }

    /// See ``JobStore/ready(limit:)``.
    public func ready(limit: Int) -> [Job] {
        storage.withLock { storage in
            let ready = storage.jobs.values.filter { $0.state == .ready }
            return Array(ready.sorted { ($1.priority, $0.id) < ($0.priority, $1.id) }.prefix(limit))
        }
    }

    /// See ``JobStore/counts()``.
    public func counts() -> [JobState.Name: Int] {
        storage.withLock { Dictionary(grouping: $0.jobs.values, by: \.state.name).mapValues(\.count) }
    }

    /// See ``JobStore/events(of:)``.
    public func events(of job: JobID) -> [JobEvent] {
        storage.withLock { $0.events[job] ?? [] }
    }

    /// See ``JobStore/feed(after:limit:)``.
    public func feed(after position: Int64, limit: Int) -> [FeedItem] {
        storage.withLock { storage in
            let start = Int(max(0, min(position, Int64(storage.feed.count))))
            return storage.feed[start...].prefix(limit).enumerated().map { offset, entry in
                FeedItem(position: Int64(start + offset + 1), entry: entry)
            }
        }
    }

    /// See ``JobStore/lastPosition()``.
    public func lastPosition() -> Int64 { storage.withLock { Int64($0.feed.count) } }

    /// See ``JobStore/attempts(of:)``.
    public func attempts(of job: JobID) -> [Attempt] {
        storage.withLock { $0.attempts[job] ?? [] }
    }

    /// See ``JobStore/expired(at:)``.
    public func expired(at time: Date) -> [Job] { storage.withLock { $0.expired(at: time) } }

    /// See ``JobStore/blocked(by:)``.
    public func blocked(by job: JobID) -> [Job] {
        storage.withLock { $0.blocked(by: job) }
    }

    /// See ``JobStore/troubles()``.
    public func troubles() -> [Trouble] { storage.withLock { $0.troubles() } }

    /// See ``JobStore/excuse(_:repository:by:at:)``.
    @discardableResult
    public func excuse(
        _ recipe: String, repository: String, by whom: String, at time: Date
    ) throws(JobStoreError) -> Job {
        try change(at: time) { rules in
            try rules.storage.existing(try rules.excuse(recipe, repository: repository, by: whom))
        }
    }

    /// See ``JobStore/stand(_:at:)``.
    @discardableResult
    public func stand(_ alerts: [Alert], at time: Date) throws(JobStoreError) -> [AlertEvent] {
        try change(at: time) { try $0.stand(alerts) }
    }

    /// See ``JobStore/standingAlerts()``.
    public func standingAlerts() -> [StandingAlert] { storage.withLock { $0.standingAlerts() } }

    /// See ``JobStore/webhooks()``.
    public func webhooks() -> [WebhookCursor] {
        storage.withLock { $0.webhooks.values.sorted { $0.url < $1.url } }
    }

    /// See ``JobStore/setWebhooks(_:)``.
    public func setWebhooks(_ urls: [String]) {
        storage.withLock { storage in
            storage.webhooks = storage.webhooks.filter { urls.contains($0.key) }
            for url in urls where storage.webhooks[url] == nil {
                storage.webhooks[url] = WebhookCursor(url: url, position: Int64(storage.feed.count))
            }
        }
    }

    /// See ``JobStore/keep(_:)``.
    public func keep(_ cursor: WebhookCursor) { storage.withLock { $0.webhooks[cursor.url] = cursor } }

    /// See ``JobStore/triggerMemory(of:)``.
    public func triggerMemory(of name: String) -> [UInt8]? { storage.withLock { $0.triggerMemories[name] } }

    /// See ``JobStore/keep(triggerMemory:of:firing:)``.
    public func keep(triggerMemory memory: [UInt8], of name: String, firing: TriggerFiring?) {
        storage.withLock { storage in
            storage.triggerMemories[name] = memory
            if let firing { storage.firings.append(firing) }
        }
    }

    /// See ``JobStore/firings(of:limit:)``.
    public func firings(of name: String?, limit: Int) -> [TriggerFiring] {
        storage.withLock { storage in
            Array(storage.firings.reversed().filter { name == nil || $0.trigger == name }.prefix(limit))
        }
    }

    /// See ``JobStore/waitingSince()``.
    public func waitingSince() -> Date? {
        storage.withLock { storage in
            storage.jobs.values.filter { [.waiting, .ready].contains($0.state.name) }.map(\.created).min()
        }
    }

    /// See ``JobStore/buildSeconds()``.
    public func buildSeconds() -> [String: Double] {
        storage.withLock { storage in
            var seconds: [String: Double] = [:]
            for job in storage.jobs.values where job.state == .published {
                for attempt in storage.attempts[job.id] ?? [] where attempt.outcome == .succeeded {
                    guard let ended = attempt.ended else { continue }
                    let time = ended.timeIntervalSince(attempt.started)
                    seconds[job.identity] = max(seconds[job.identity] ?? 0, time)
                }
            }
            return seconds
        }
    }

    /// See ``JobStore/traffic(from:to:)``.
    public func traffic(from start: Date, to end: Date) -> JobTraffic {
        storage.withLock { storage in
            let jobs = storage.jobs.values
            return JobTraffic(
                queued: jobs.filter { $0.created >= start && $0.created < end }.count,
                ended: jobs.filter { $0.state.isEnded && $0.changed >= start && $0.changed < end }.count)
        }
    }

    /// Runs a change on a copy and keeps it only when it went through, as a transaction does.
    private func change<T: Sendable>(
        at time: Date, _ body: (inout LedgerRules<MemoryStorage>) throws -> T
    ) throws(JobStoreError) -> T {
        let result = storage.withLock { storage -> Result<T, JobStoreError> in
            var rules = LedgerRules(storage: storage, time: time)
            do {
                let value = try body(&rules)
                storage = rules.storage
                return .success(value)
            } catch let error as JobStoreError {
                return .failure(error)
            } catch {
                return .failure(.database(path: "memory", reason: "\(error)"))
            }
        }
        return try result.get()
    }
}

private struct MemoryStorage: LedgerStorage {
    var jobs: [JobID: Job] = [:]
    var events: [JobID: [JobEvent]] = [:]
    var attempts: [JobID: [Attempt]] = [:]
    var webhooks: [String: WebhookCursor] = [:]
    var triggerMemories: [String: [UInt8]] = [:]
    var firings: [TriggerFiring] = []
    var feed: [FeedItem.Entry] = []
    private var trouble: [String: Trouble] = [:]
    private var alerts: [StandingAlert] = []
    private var created: [JobID: (job: NewJob, at: Date, needs: Set<JobID>)] = [:]

    func load(_ id: JobID) -> Job? { jobs[id] }

    func existing(_ id: JobID) throws -> Job {
        guard let job = jobs[id] else { throw JobStoreError.noJob(id) }
        return job
    }

    func live(_ wanted: NewJob, input: String) -> Job? {
        sorted { $0.isLive && wanted.isLike($0) && $0.input == input }.last
    }

    func pending(like wanted: NewJob, before id: JobID) -> [Job] {
        sorted { $0.id < id && $0.state.isPending && wanted.isLike($0) }
    }

    func dependents(of id: JobID) -> [Job] { sorted { $0.needs.contains(id) } }

    func blocked(by id: JobID) -> [Job] { sorted { $0.blocker == id } }

    mutating func create(_ job: NewJob, at time: Date) -> JobID {
        let id = JobID(Int64(created.count + 1))
        created[id] = (job, time, [])
        return id
    }

    mutating func addNeed(_ need: JobID, to job: JobID) {
        created[job]?.needs.insert(need)
    }

    mutating func append(_ kind: JobEvent.Kind, to id: JobID, state: JobState, at time: Date) {
        guard let (new, at, needs) = created[id] else { return }
        var request = jobs[id]?.request
        if case .requested(let digest) = kind { request = digest }
        let sequence = (events[id]?.count ?? 0) + 1
        let event = JobEvent(job: id, sequence: sequence, at: time, kind: kind)
        events[id, default: []].append(event)
        feed.append(.job(event))
        var fence = jobs[id]?.fence ?? 0
        if case .leased(let lease) = kind { fence = lease.token }
        jobs[id] = Job(
            id: id, recipe: new.recipe, repository: new.repository, version: new.version,
            priority: new.priority,
            needs: needs, created: at, changed: time, request: request, input: new.input,
            isFirstBuild: new.isFirstBuild, state: state, fence: fence,
            deadline: kind.endsDeadline(in: state) ? nil : jobs[id]?.deadline)
    }

    mutating func setDeadline(_ deadline: Date?, of id: JobID) {
        guard let job = jobs[id] else { return }
        jobs[id] = Job(
            id: id, recipe: job.recipe, repository: job.repository, version: job.version,
            priority: job.priority, needs: job.needs, created: job.created, changed: job.changed,
            request: job.request, input: job.input, isFirstBuild: job.isFirstBuild, state: job.state,
            fence: job.fence, deadline: deadline)
    }

    mutating func interruptAttempt(of id: JobID, at time: Date) {
        guard let index = attempts[id]?.firstIndex(where: { $0.ended == nil }) else { return }
        attempts[id]?[index].ended = time
        attempts[id]?[index].outcome = .interrupted
    }

    func expired(at time: Date) -> [Job] {
        sorted { job in job.deadline.map { $0 <= time } ?? false }
    }

    mutating func countFailure(_ failure: JobFailure, of job: Job, at time: Date) {
        let old = trouble[job.identity]
        trouble[job.identity] = Trouble(
            recipe: job.recipe, repository: job.repository, failures: (old?.failures ?? 0) + 1,
            since: old?.since ?? time, job: job.id, reason: failure.description)
    }

    mutating func endTrouble(of recipe: String, repository: String) {
        trouble["\(repository)/\(recipe)"] = nil
    }

    func troubles() -> [Trouble] { trouble.values.sorted { $0.identity < $1.identity } }

    func newest(_ recipe: String, repository: String) -> Job? {
        sorted { $0.recipe == recipe && $0.repository == repository }.last
    }

    func standingAlerts() -> [StandingAlert] { alerts }

    mutating func append(_ event: AlertEvent) {
        feed.append(.alert(event))
        if event.isRaised {
            alerts.append(StandingAlert(alert: event.alert, since: event.at))
        } else {
            alerts.removeAll { $0.alert.key == event.alert.key }
        }
    }

    private func sorted(_ isWanted: (Job) -> Bool) -> [Job] {
        jobs.values.filter(isWanted).sorted { $0.id < $1.id }
    }
}

extension NewJob {
    /// Whether a job is of the same recipe and the same of its two builds.
    func isLike(_ job: Job) -> Bool {
        job.recipe == recipe && job.repository == repository && job.isFirstBuild == isFirstBuild
    }
}

extension JobQuery {
    /// What is asked for of `jobs`, which are sorted.
    func selected(from jobs: [Job]) -> [Job] {
        var seen: Set<String> = []
        var blockers: Set<JobID> = []
        let found = jobs.filter { job in
            if let before, job.id >= before { return false }
            if let recipe, job.recipe != recipe, job.identity != recipe { return false }
            if latestOnly {
                let isNewest = seen.insert(job.identity).inserted
                guard isNewest || (job.isFirstBuild && blockers.contains(job.id)) else { return false }
                if let blocker = job.blocker { blockers.insert(blocker) }
            }
            return states?.contains(job.state.name) ?? true
        }
        return limit.map { Array(found.prefix($0)) } ?? found
    }
}
