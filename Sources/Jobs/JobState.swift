/// Where a job stands. It follows from the job's events alone; see ``JobState/after(_:)``.
public enum JobState: Sendable, Hashable, Codable {
    /// Other jobs must be published before; never empty.
    case waiting(on: Set<JobID>)
    /// Could be worked on now.
    case ready
    /// A worker took it and has not begun.
    case leased(Lease)
    /// A worker works on it, in this phase.
    case running(Lease, JobPhase)
    /// The packages are made and not yet published.
    case built
    /// The packages are being published.
    case publishing
    /// Done: the packages are in the repository, or those there were found to be the same.
    case published
    /// Something went wrong.
    case failed(JobFailure)
    /// It waits on a job that failed; `by` is the root of the trouble, not a job that is blocked itself.
    case blocked(by: JobID)
    /// Somebody did not want it any more.
    case cancelled
    /// A newer job of the same recipe took its place.
    case superseded(by: JobID)

    /// The states without what they carry.
    public enum Name: String, Sendable, Codable, CaseIterable {
        case waiting, ready, leased, running, built, publishing, published, failed, blocked, cancelled,
            superseded
    }

    /// The state as people and programs outside see it: one that is leased counts as running.
    public var publicName: Name { name == .leased ? .running : name }

    /// The state without what it carries.
    public var name: Name {
        switch self {
        case .waiting: .waiting
        case .ready: .ready
        case .leased: .leased
        case .running: .running
        case .built: .built
        case .publishing: .publishing
        case .published: .published
        case .failed: .failed
        case .blocked: .blocked
        case .cancelled: .cancelled
        case .superseded: .superseded
        }
    }

    /// Whether a process holds the job now: if that process is dead, nothing will move it on.
    public var isHeld: Bool {
        switch self {
        case .leased, .running, .built, .publishing: true
        default: false
        }
    }

    /// Whether nobody has begun with it and it may still be replaced by a newer job.
    public var isPending: Bool {
        switch self {
        case .waiting, .ready, .blocked: true
        default: false
        }
    }

    /// Whether no event but a retry moves it on.
    public var isEnded: Bool {
        switch self {
        case .published, .failed, .cancelled, .superseded: true
        default: false
        }
    }
}

/// Who works on a job.
public struct Lease: Sendable, Hashable, Codable {
    /// The worker's name.
    public let worker: String
    /// The process that works, on this machine or on the worker's.
    public let process: Int32
    /// The fencing token: the job's leases are numbered from 1, and only who has the newest may still change the job.
    /// The ledger gives it; 0 in ledgers of farms that had none.
    public let token: Int64

    /// A lease of a worker in a process.
    public init(worker: String, process: Int32, token: Int64 = 0) {
        self.worker = worker
        self.process = process
        self.token = token
    }

    /// Reads a lease, also one that an older farm wrote.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        worker = try values.decode(String.self, forKey: .worker)
        process = try values.decode(Int32.self, forKey: .process)
        token = try values.decodeIfPresent(Int64.self, forKey: .token) ?? 0
    }

    private enum CodingKeys: String, CodingKey { case worker, process, token }
}

/// What went wrong with a job.
public struct JobFailure: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Whose doing it was.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// The recipe, its sources or its tests: it fails again until something is changed.
        case real
        /// The machine or the network: it may go better next time.
        case transient
        /// The process that worked on it ended without a word.
        case interrupted
    }

    /// Whose doing it was.
    public let kind: Kind
    /// The phase in which it happened.
    public let phase: JobPhase
    /// What happened, in one or several lines.
    public let reason: String

    /// A failure in `phase`.
    public init(_ kind: Kind = .real, phase: JobPhase, reason: String) {
        self.kind = kind
        self.phase = phase
        self.reason = reason
    }

    /// `check: 2 tests failed: …`.
    public var description: String { "\(phase): \(reason)" }
}
