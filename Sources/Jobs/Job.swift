public import FoundationEssentials

/// One recipe that is to be built and published.
public struct Job: Sendable, Hashable {
    /// The job's number.
    public let id: JobID
    /// The recipe's name: `zlib`.
    public let recipe: String
    /// The repository that its packages go to: `main`.
    public let repository: String
    /// The version that the recipe had when the job was made.
    public let version: String
    /// Among ready jobs, the highest goes first.
    public let priority: Int
    /// The jobs that it was queued after. Those that are published already are in the list too.
    public let needs: Set<JobID>
    /// When it was made.
    public let created: Date
    /// When its last event was recorded.
    public let changed: Date
    /// The digest of everything that may influence its bytes, once known.
    public let request: String?
    /// What it was queued for, as the one who queued it sees it: a later request of equal input joins the job.
    public let input: String?
    /// Whether it is the first of two builds that are declared as the way out of a circle: without its tests. The second
    /// one is a job of its own.
    public let isFirstBuild: Bool
    /// Where it stands.
    public let state: JobState
    /// The fencing token of its newest lease; 0 before the first.
    public let fence: Int64
    /// Until when its worker must be heard of. Nil for a worker that ends with the process that has the farm's lock.
    public let deadline: Date?

    /// `main/zlib`.
    public var identity: String { "\(repository)/\(recipe)" }
    /// What went wrong, in a failed job.
    public var failure: JobFailure? {
        if case .failed(let failure) = state { return failure }
        return nil
    }
    /// The job whose failure blocks it.
    public var blocker: JobID? {
        if case .blocked(let job) = state { return job }
        return nil
    }
    /// Whether it is on its way to be published: waiting, ready or being worked on.
    public var isLive: Bool {
        switch state {
        case .waiting, .ready, .leased, .running, .built, .publishing: true
        case .published, .failed, .blocked, .cancelled, .superseded: false
        }
    }
    /// The phase that it is in, or in which it failed.
    public var phase: JobPhase? {
        switch state {
        case .running(_, let phase): phase
        case .failed(let failure): failure.phase
        default: nil
        }
    }
}

/// A job that is to be added.
public struct NewJob: Sendable, Hashable {
    /// The recipe's name: `zlib`.
    public var recipe: String
    /// The repository that its packages go to: `main`.
    public var repository: String
    /// The version of the recipe.
    public var version: String
    /// Among ready jobs, the highest goes first.
    public var priority: Int
    /// Identities of jobs in the same call that must be published before: `main/musl`. Others are not waited on.
    public var needs: [String]
    /// Identities of which the first build, a job in the same call, must be published before.
    public var firstBuilds: [String]
    /// Whether it is the first of two builds that are declared as the way out of a circle.
    public var isFirstBuild: Bool
    /// What the job is for, for example a digest of recipe and options; a live job of equal input is joined instead of
    /// made again. Nil never joins.
    public var input: String?
    /// A job that is there already and stands for this one, so that none is made: what needs it waits on that one, or is
    /// blocked by it.
    public var standing: JobID?

    /// A job to add.
    public init(
        recipe: String, repository: String, version: String, priority: Int = 0, needs: [String] = [],
        firstBuilds: [String] = [], isFirstBuild: Bool = false, input: String? = nil, standing: JobID? = nil
    ) {
        self.firstBuilds = firstBuilds
        self.isFirstBuild = isFirstBuild
        self.input = input
        self.standing = standing
        self.recipe = recipe
        self.repository = repository
        self.version = version
        self.priority = priority
        self.needs = needs
    }

    /// `main/zlib`.
    public var identity: String { "\(repository)/\(recipe)" }
}

/// Which jobs are wanted.
public struct JobQuery: Sendable, Hashable {
    /// Only these states; nil for all.
    public var states: Set<JobState.Name>?
    /// Only jobs of this recipe: `zlib` or `main/zlib`.
    public var recipe: String?
    /// At most so many, the newest.
    public var limit: Int?
    /// Only the newest job of each recipe, and its first build where that is what blocks it.
    public var latestOnly: Bool
    /// Only jobs with a lower number.
    public var before: JobID?

    /// All jobs unless narrowed.
    public init(
        states: Set<JobState.Name>? = nil, recipe: String? = nil, limit: Int? = nil, latestOnly: Bool = false
    ) {
        self.states = states
        self.recipe = recipe
        self.limit = limit
        self.latestOnly = latestOnly
    }
}

extension Job: Encodable {
    private enum CodingKeys: String, CodingKey {
        case id, recipe, repository, version, priority, needs, created, changed, request, state
        case phase, reason, kind
        case waitingOn = "waiting_on"
        case blockedBy = "blocked_by"
        case firstBuild = "first_build"
        case supersededBy = "superseded_by"
    }

    /// Writes the job with its state as a word and what the state carries beside it; times in ISO 8601.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(recipe, forKey: .recipe)
        try container.encode(repository, forKey: .repository)
        try container.encode(version, forKey: .version)
        try container.encode(priority, forKey: .priority)
        try container.encode(needs.sorted(), forKey: .needs)
        try container.encode(created.formatted(.iso8601), forKey: .created)
        try container.encode(changed.formatted(.iso8601), forKey: .changed)
        try container.encodeIfPresent(request, forKey: .request)
        if isFirstBuild { try container.encode(true, forKey: .firstBuild) }
        try container.encode(state.publicName, forKey: .state)
        try container.encodeIfPresent(phase, forKey: .phase)
        try container.encodeIfPresent(failure?.reason, forKey: .reason)
        try container.encodeIfPresent(failure?.kind, forKey: .kind)
        try container.encodeIfPresent(blocker, forKey: .blockedBy)
        if case .waiting(let needs) = state { try container.encode(needs.sorted(), forKey: .waitingOn) }
        if case .superseded(let newer) = state { try container.encode(newer, forKey: .supersededBy) }
    }
}
