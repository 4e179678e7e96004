public import FoundationEssentials

/// Something that an operator should look at.
public struct Alert: Sendable, Hashable, Codable {
    /// What is wrong, in a word.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Jobs wait, and nothing was published for long.
        case nothingPublished = "nothing-published"
        /// More is queued than ends, for long.
        case queueGrows = "queue-grows"
        /// A recipe failed too often in a row.
        case quarantined
        /// A worker of another process was not heard of while it had a job.
        case workerLost = "worker-lost"
        /// The disk is too full for work.
        case diskFull = "disk-full"
        /// A trigger cannot see what it watches, or could not queue a recipe.
        case triggerFailed = "trigger-failed"
        /// Of what a trigger queued first something failed: the rest stays unqueued.
        case canaryFailed = "canary-failed"
    }

    /// What is wrong.
    public let kind: Kind
    /// Whose matter it is: `main/zlib`, a worker's name; empty for the farm's.
    public let subject: String
    /// What happened, in a sentence.
    public let text: String
    /// The command or act that helps.
    public let remedy: String

    /// An alert about a subject.
    public init(_ kind: Kind, _ subject: String = "", text: String, remedy: String) {
        self.kind = kind
        self.subject = subject
        self.text = text
        self.remedy = remedy
    }

    /// What tells it from others: two of one key are one alert, however their texts differ.
    public var key: String { subject.isEmpty ? kind.rawValue : "\(kind.rawValue) \(subject)" }
}

/// An alert that was raised and not cleared.
public struct StandingAlert: Sendable, Hashable, Codable {
    /// The alert, in the words with which it was raised.
    public let alert: Alert
    /// When it was raised.
    public let since: Date

    /// An alert since a time.
    public init(alert: Alert, since: Date) {
        self.alert = alert
        self.since = since
    }
}

/// The raising or the clearing of an alert.
public struct AlertEvent: Sendable, Hashable, Codable {
    /// When.
    public let at: Date
    /// The alert, in the words with which it was raised.
    public let alert: Alert
    /// Whether it was raised; else it was cleared.
    public let isRaised: Bool

    /// A change of an alert.
    public init(at: Date, alert: Alert, isRaised: Bool) {
        self.at = at
        self.alert = alert
        self.isRaised = isRaised
    }
}

/// A recipe that failed since it was last published or let go.
public struct Trouble: Sendable, Hashable, Codable {
    /// The recipe's name: `zlib`.
    public let recipe: String
    /// The repository: `main`.
    public let repository: String
    /// How often it failed.
    public let failures: Int
    /// When it failed first.
    public let since: Date
    /// The job that failed last.
    public let job: JobID
    /// Why.
    public let reason: String

    /// `main/zlib`.
    public var identity: String { "\(repository)/\(recipe)" }

    /// A recipe's trouble.
    public init(
        recipe: String, repository: String, failures: Int, since: Date, job: JobID, reason: String
    ) {
        self.recipe = recipe
        self.repository = repository
        self.failures = failures
        self.since = since
        self.job = job
        self.reason = reason
    }
}

/// How many jobs came and ended within a time.
public struct JobTraffic: Sendable, Hashable {
    /// Jobs that were queued.
    public let queued: Int
    /// Jobs that ended: published, failed, cancelled or superseded.
    public let ended: Int

    /// So many jobs.
    public init(queued: Int, ended: Int) {
        self.queued = queued
        self.ended = ended
    }
}

extension JobFailure {
    /// Whether it counts towards a recipe's quarantine: what the farm retries by itself, and what the machine did, does
    /// not.
    var isCounted: Bool { kind == .real || (kind == .interrupted && phase == .gaveUp) }
}

extension JobPhase {
    /// Where a job fails that was interrupted too often.
    public static let gaveUp: JobPhase = "farm"
}
