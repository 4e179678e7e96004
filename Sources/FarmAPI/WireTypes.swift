public import Foundation
public import Jobs

/// What is to be queued.
public struct QueueRequest: Codable, Sendable, Equatable {
    /// Recipes or packages: `zlib`, `main/zlib`, `zlib-dev`.
    public var packages: [String]
    /// Above others that wait.
    public var priority: Int?
    /// `short`, `full` or `skipped`.
    public var checks: String?
    /// Only say what would be queued.
    public var dryRun: Bool?

    enum CodingKeys: String, CodingKey {
        case packages, priority, checks
        case dryRun = "dry_run"
    }

    /// A request for packages.
    public init(packages: [String], priority: Int? = nil, checks: String? = nil, dryRun: Bool? = nil) {
        self.packages = packages
        self.priority = priority
        self.checks = checks
        self.dryRun = dryRun
    }
}

/// What was queued.
public struct QueueAnswer: Encodable, Sendable {
    /// The jobs, in the plan's order; empty for a dry run.
    public var jobs: [Job]
    /// The recipes of the plan, with reasons.
    public var plan: [String]
    /// What whoever asked should know: recipes that were not queued, with the reason and what helps.
    public var notes: [String]
    /// The newest event before these jobs were queued: who follows the events after it misses nothing of them.
    public var position: Int64

    /// An answer of these jobs.
    public init(jobs: [Job], plan: [String], notes: [String] = [], position: Int64 = 0) {
        self.position = position
        self.notes = notes
        self.jobs = jobs
        self.plan = plan
    }
}

/// A job with its history.
public struct JobDetails: Encodable, Sendable {
    /// The job.
    public var job: Job
    /// What happened to it.
    public var events: [JobEvent]
    /// The tries at it.
    public var attempts: [Attempt]
    /// How it ended; nil while it goes on.
    public var report: JobReport?

    /// These details.
    public init(job: Job, events: [JobEvent], attempts: [Attempt], report: JobReport? = nil) {
        self.report = report
        self.job = job
        self.events = events
        self.attempts = attempts
    }
}

/// How a job ended, with what its packages are: a line of the table after a build.
public struct JobReport: Codable, Sendable, Equatable {
    /// What came of it.
    public enum Result: String, Codable, Sendable, CaseIterable {
        /// What is published satisfied it: nothing was done.
        case unchanged
        /// An equal build was made before; its packages were published.
        case reused
        /// Built and published.
        case built
        /// Built, and the result equals what is published.
        case kept
        case failed, blocked, cancelled, superseded
    }

    /// `main/zlib`.
    public var identity: String
    /// The version with the published release; of what did not get so far, the recipe's.
    public var version: String
    /// What came of it.
    public var result: Result
    /// What the package's own tests said.
    public var tests: SuiteCounts?
    /// Why there is none, or which failures were accepted.
    public var note: String
    /// Bytes of all package files.
    public var size: Int
    /// Seconds that the build took, now or when it was made.
    public var seconds: Double
    /// The log of the last attempt, on the farm's machine; empty when nothing ran.
    public var log: String
    /// The phase in which it failed.
    public var phase: String?
    /// Why it is not published.
    public var reason: String?

    /// A report of a job of which nothing is known but how it ended.
    public init(identity: String, version: String, result: Result, reason: String? = nil) {
        self.identity = identity
        self.version = version
        self.result = result
        self.reason = reason
        note = ""
        size = 0
        seconds = 0
        log = ""
    }
}

/// A failed job and what it holds up.
public struct StuckJob: Encodable, Sendable {
    /// The root of the trouble.
    public var job: Job
    /// Recipes that wait on it.
    public var blocks: [String]
    /// The command that helps.
    public var remedy: String

    /// A failed job.
    public init(job: Job, blocks: [String], remedy: String) {
        self.job = job
        self.blocks = blocks
        self.remedy = remedy
    }
}

/// A recipe that failed too often and is not queued by itself.
public struct QuarantinedRecipe: Encodable, Sendable {
    /// The recipe's name.
    public var recipe: String
    /// Its repository.
    public var repository: String
    /// How often it failed.
    public var failures: Int
    /// When it failed first.
    public var since: Date
    /// The job that failed last.
    public var job: JobID
    /// Why.
    public var reason: String
    /// The command that helps.
    public var remedy: String

    /// A recipe's trouble with what helps.
    public init(_ trouble: Trouble, remedy: String) {
        recipe = trouble.recipe
        repository = trouble.repository
        failures = trouble.failures
        since = trouble.since
        job = trouble.job
        reason = trouble.reason
        self.remedy = remedy
    }
}

/// An alert that stands.
public struct AlertRow: Encodable, Sendable {
    /// What is wrong, in a word.
    public var kind: Alert.Kind
    /// Whose matter it is; empty for the farm's.
    public var subject: String
    /// What happened.
    public var text: String
    /// What helps.
    public var remedy: String
    /// When it was raised.
    public var since: Date

    /// A standing alert.
    public init(_ standing: StandingAlert) {
        kind = standing.alert.kind
        subject = standing.alert.subject
        text = standing.alert.text
        remedy = standing.alert.remedy
        since = standing.since
    }
}

/// How the farm is.
public struct StatusReport: Encodable, Sendable {
    /// The program's version.
    public var version: String
    /// Whether no jobs are taken.
    public var paused: Bool
    /// Recipes built side by side.
    public var workers: Int
    /// Jobs by state.
    public var counts: [String: Int]
    /// What is being built.
    public var running: [Job]
    /// The newest job of each recipe where that has failed.
    public var stuck: [StuckJob]
    /// When something was last published.
    public var published: Date?
    /// Recipes that failed too often in a row.
    public var quarantined: [QuarantinedRecipe]
    /// What an operator should look at.
    public var alerts: [AlertRow]
    /// What queues jobs without being asked, a line each: `nightly: 02:30 UTC, next 2026-11-29T02:30:00Z`.
    public var triggers: [String]

    /// These facts.
    public init(
        version: String, paused: Bool, workers: Int, counts: [String: Int], running: [Job], stuck: [StuckJob],
        published: Date?, quarantined: [QuarantinedRecipe], alerts: [AlertRow], triggers: [String]
    ) {
        self.triggers = triggers
        self.quarantined = quarantined
        self.alerts = alerts
        self.version = version
        self.paused = paused
        self.workers = workers
        self.counts = counts
        self.running = running
        self.stuck = stuck
        self.published = published
    }
}

/// How a trigger is to be fired.
public struct TriggerRequest: Codable, Sendable {
    /// Only say what would be queued.
    public var dryRun: Bool?

    enum CodingKeys: String, CodingKey { case dryRun = "dry_run" }

    /// A request to fire.
    public init(dryRun: Bool? = nil) { self.dryRun = dryRun }
}

/// A token that is to be made.
public struct TokenRequest: Codable, Sendable {
    /// Who it is for.
    public var name: String
    /// What it allows.
    public var scopes: [AccessScope]
    /// How many days it is good for; nil for ever.
    public var days: Int?

    /// A request for a token.
    public init(name: String, scopes: [AccessScope], days: Int?) {
        self.name = name
        self.scopes = scopes
        self.days = days
    }
}

/// A token that was made, with its secret.
public struct NewToken: Codable, Sendable {
    /// The token.
    public var token: AccessToken
    /// What its bearer sends; kept nowhere.
    public var secret: String

    /// A token and its secret.
    public init(token: AccessToken, secret: String) {
        self.token = token
        self.secret = secret
    }
}

/// Why something was not done (RFC 9457).
public struct Problem: Error, Codable, Sendable, Equatable {
    /// A word for programs: `unknown-package`.
    public var type: String
    /// The same for people.
    public var title: String
    /// The HTTP status.
    public var status: Int
    /// What happened.
    public var detail: String
    /// What helps.
    public var cure: String?

    /// A problem.
    public init(_ status: Int, _ type: String, _ title: String, _ detail: String, cure: String? = nil) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.cure = cure
    }
}

/// JSON as the interface writes it: sorted keys, dates in ISO 8601.
public enum WireJSON {
    /// Encodes a value.
    public static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(value)
    }

    /// Decodes a value.
    public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: data)
    }
}
