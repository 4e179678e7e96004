import FoundationEssentials

/// What the rules need of wherever jobs are kept. Calls of one rule belong to one transaction.
protocol LedgerStorage {
    func load(_ id: JobID) throws -> Job?
    /// The newest live job of the same recipe and build with this input.
    func live(_ wanted: NewJob, input: String) throws -> Job?
    /// Pending jobs of the same recipe and build that are older than one, by number.
    func pending(like wanted: NewJob, before id: JobID) throws -> [Job]
    /// Jobs that have `id` among their needs, by number.
    func dependents(of id: JobID) throws -> [Job]
    /// Jobs in state blocked by `id`, by number.
    func blocked(by id: JobID) throws -> [Job]
    /// Gives a new job a number and keeps it without a state.
    mutating func create(_ job: NewJob, at time: Date) throws -> JobID
    mutating func addNeed(_ need: JobID, to job: JobID) throws
    /// Appends the event and keeps the state that it leads to.
    mutating func append(_ kind: JobEvent.Kind, to id: JobID, state: JobState, at time: Date) throws
    /// Keeps until when a job's worker must be heard of.
    mutating func setDeadline(_ deadline: Date?, of id: JobID) throws
    /// Ends the attempt of a job that has not ended, as interrupted.
    mutating func interruptAttempt(of id: JobID, at time: Date) throws
    /// Counts a failure of a job's recipe.
    mutating func countFailure(_ failure: JobFailure, of job: Job, at time: Date) throws
    /// The recipe has no failures any more.
    mutating func endTrouble(of recipe: String, repository: String) throws
    /// Recipes with failures, by repository and name.
    func troubles() throws -> [Trouble]
    /// The newest job of a recipe.
    func newest(_ recipe: String, repository: String) throws -> Job?
    /// Alerts that were raised and not cleared, the oldest first.
    func standingAlerts() throws -> [StandingAlert]
    mutating func append(_ event: AlertEvent) throws
}

/// How events of one job lead to events of others. The same for every store.
struct LedgerRules<Storage: LedgerStorage> {
    var storage: Storage
    let time: Date

    mutating func add(_ new: [NewJob]) throws -> [JobID] {
        var numbers: [RequestedBuild: JobID] = [:]
        var created: Set<JobID> = []
        for job in new {
            guard numbers[job.build] == nil else { throw JobStoreError.duplicate(job: job.identity) }
            if let standing = job.standing {
                guard try storage.load(standing) != nil else { throw JobStoreError.noJob(standing) }
                numbers[job.build] = standing
                continue
            }
            if let live = try joinable(job, numbers, created) {
                numbers[job.build] = live
                continue
            }
            let id = try storage.create(job, at: time)
            numbers[job.build] = id
            created.insert(id)
        }
        for job in new {
            guard let id = numbers[job.build], created.contains(id) else { continue }
            var needs: Set<JobID> = []
            for need in job.builds {
                guard let other = numbers[need] else {
                    throw JobStoreError.unknownNeed(job: job.identity, need: need.identity)
                }
                needs.insert(other)
            }
            for need in needs.sorted() { try storage.addNeed(need, to: id) }
            try storage.append(
                .queued(waitingOn: needs), to: id, state: needs.isEmpty ? .ready : .waiting(on: needs),
                at: time)
        }
        for standing in new.compactMap(\.standing) {
            if let root = try failed(among: [standing]) { try block(dependentsOf: standing, by: root) }
        }
        for job in new {
            guard let id = numbers[job.build], created.contains(id) else { continue }
            for old in try storage.pending(like: job, before: id) {
                try record(.superseded(by: id), for: old.id)
            }
        }
        return new.compactMap { numbers[$0.build] }
    }

    /// The job that a new one would only repeat: a need that is made anew means other packages to build with.
    private func joinable(
        _ job: NewJob, _ numbers: [RequestedBuild: JobID], _ created: Set<JobID>
    ) throws -> JobID? {
        guard let input = job.input,
            !job.builds.contains(where: { numbers[$0].map(created.contains) ?? true })
        else { return nil }
        return try storage.live(job, input: input)?.id
    }

    mutating func record(_ kind: JobEvent.Kind, for id: JobID, holding token: Int64? = nil) throws {
        let job = try held(id, under: token)
        let kind = kind.numbered(after: job.fence)
        guard case .to(let state) = job.state.after(kind) else {
            throw JobStoreError.refused(job: id, state: job.state.name, event: kind.verb)
        }
        try storage.append(kind, to: id, state: state, at: time)
        try count(kind, of: job)
        if state != job.state { try follow(id, from: job.state, to: state) }
    }

    /// The job, which is held under this lease unless `token` is nil.
    private func held(_ id: JobID, under token: Int64?) throws -> Job {
        guard let job = try storage.load(id) else { throw JobStoreError.noJob(id) }
        guard let token else { return job }
        guard job.state.isHeld, job.fence == token else {
            throw JobStoreError.fenced(job: id, token: token)
        }
        return job
    }

    mutating func renew(_ id: JobID, holding token: Int64, until deadline: Date?) throws {
        let job = try held(id, under: token)
        // What is built is the farm's own to publish, and has no deadline.
        guard job.state.lease != nil else { throw JobStoreError.fenced(job: id, token: token) }
        try storage.setDeadline(deadline, of: id)
    }

    mutating func release(_ id: JobID, holding token: Int64, reason: String) throws {
        try record(.released(reason: reason), for: id, holding: token)
        try storage.interruptAttempt(of: id, at: time)
    }

    mutating func retry(_ id: JobID) throws {
        guard let job = try storage.load(id) else { throw JobStoreError.noJob(id) }
        let needs = try unpublished(job.needs)
        try record(.retried(waitingOn: needs), for: id)
        if let root = try failed(among: needs) { try record(.needFailed(root), for: id) }
    }

    /// What a change of one job means for those that need it.
    private mutating func follow(_ id: JobID, from old: JobState, to new: JobState) throws {
        switch new {
        case .published:
            for job in try storage.dependents(of: id) where job.state.isWaiting(on: id) {
                try record(.needPublished(id), for: job.id)
            }
        case .failed, .cancelled:
            try block(dependentsOf: id, by: id)
        case .superseded(let newer):
            try replace(id, by: newer)
        case .ready, .waiting:
            if old.isEnded { try unblock(by: id) }
        default: break
        }
    }

    /// Blocks what waits on `id`, what waits on that, and so on; `root` is what failed.
    private mutating func block(dependentsOf id: JobID, by root: JobID) throws {
        for job in try storage.dependents(of: id) where job.state.isWaiting(on: id) {
            try record(.needFailed(root), for: job.id)
            try block(dependentsOf: job.id, by: root)
        }
    }

    /// Frees what `root` blocked, neighbours first: a job whose need is still blocked waits for the next pass.
    private mutating func unblock(by root: JobID) throws {
        var isDone = false
        while !isDone {
            isDone = true
            for job in try storage.blocked(by: root) {
                let needs = try unpublished(job.needs)
                switch try failed(among: needs) {
                case root: continue
                case let other?: try record(.needFailed(other), for: job.id)
                case nil: try record(.unblocked(waitingOn: needs), for: job.id)
                }
                isDone = false
            }
        }
    }

    private mutating func replace(_ old: JobID, by newer: JobID) throws {
        for job in try storage.dependents(of: old) where job.state.isWaiting(on: old) {
            try storage.addNeed(newer, to: job.id)
            try record(.needReplaced(old, by: newer), for: job.id)
        }
    }

    /// Those of `needs` that are still to be published, each as the job that took its place.
    private func unpublished(_ needs: Set<JobID>) throws -> Set<JobID> {
        var result: Set<JobID> = []
        for need in needs {
            var current = need
            while let job = try storage.load(current), case .superseded(let newer) = job.state {
                current = newer
            }
            if let job = try storage.load(current), job.state != .published { result.insert(current) }
        }
        return result
    }

    private func failed(among needs: Set<JobID>) throws -> JobID? {
        for need in needs.sorted() {
            guard let job = try storage.load(need) else { continue }
            switch job.state {
            case .failed, .cancelled: return need
            case .blocked(let root): return root
            default: continue
            }
        }
        return nil
    }
}

/// One of the builds that a call asks for: a recipe is built once, or first and then again.
private struct RequestedBuild: Hashable {
    let identity: String
    let isFirst: Bool
}

extension NewJob {
    fileprivate var build: RequestedBuild { RequestedBuild(identity: identity, isFirst: isFirstBuild) }

    /// What must be published before.
    fileprivate var builds: [RequestedBuild] {
        needs.map { RequestedBuild(identity: $0, isFirst: false) }
            + firstBuilds.map { RequestedBuild(identity: $0, isFirst: true) }
    }
}

extension JobState {
    /// The lease under which a worker has the job now.
    public var lease: Lease? {
        switch self {
        case .leased(let lease), .running(let lease, _): lease
        default: nil
        }
    }

    /// Whether it waits on that job, among others.
    func isWaiting(on job: JobID) -> Bool {
        if case .waiting(let needs) = self { return needs.contains(job) }
        return false
    }
}

extension JobEvent.Kind {
    /// Whether a job has no deadline any more after this event, which led to `state`: it is a new lease, or none.
    func endsDeadline(in state: JobState) -> Bool {
        if case .leased = self { return true }
        return state.lease == nil
    }

    /// The event with the next number, when it is a lease.
    func numbered(after fence: Int64) -> JobEvent.Kind {
        guard case .leased(let lease) = self else { return self }
        return .leased(Lease(worker: lease.worker, process: lease.process, token: fence + 1))
    }

    /// What is done to a job, for messages: `published`.
    var verb: String {
        switch self {
        case .queued: "queued"
        case .requested: "given a request"
        case .needPublished: "told that a need is published"
        case .needReplaced: "told that a need is replaced"
        case .needFailed: "blocked"
        case .unblocked: "unblocked"
        case .leased: "taken by a worker"
        case .released: "released"
        case .phase(let phase): "put into phase \(phase)"
        case .built: "marked as built"
        case .publishing: "published"
        case .published: "marked as published"
        case .failed: "marked as failed"
        case .retried: "retried"
        case .cancelled: "cancelled"
        case .superseded: "superseded"
        case .excused: "excused"
        }
    }
}
