public import FoundationEssentials

/// One try at a job: where its log is, how it went and what it took. Kept for ever, also of failures.
public struct Attempt: Sendable, Hashable, Codable {
    /// How a try ended.
    public enum Outcome: String, Sendable, Codable, CaseIterable {
        case succeeded, failed, interrupted
    }

    /// The job.
    public let job: JobID
    /// The number of the try, from 1.
    public let number: Int
    /// The log's path.
    public let log: String
    /// When it began.
    public let started: Date
    /// When it ended; nil while it goes on.
    public var ended: Date?
    /// The last phase that began.
    public var phase: JobPhase?
    /// How it ended; nil while it goes on.
    public var outcome: Outcome?
    /// What it took.
    public var use: ResourceUse
    /// What the package's own tests said; nil when they did not run.
    public var suite: SuiteCounts?

    /// The `number`-th try at a job.
    public init(
        job: JobID, number: Int, log: String, started: Date, ended: Date? = nil, phase: JobPhase? = nil,
        outcome: Outcome? = nil, use: ResourceUse = ResourceUse(), suite: SuiteCounts? = nil
    ) {
        self.job = job
        self.number = number
        self.log = log
        self.started = started
        self.ended = ended
        self.phase = phase
        self.outcome = outcome
        self.use = use
        self.suite = suite
    }
}

/// What a try took of the machine.
public struct ResourceUse: Sendable, Hashable, Codable {
    /// Processor time in seconds, of all processes.
    public var processorSeconds: Double
    /// The most memory at one time, in bytes.
    public var peakMemory: Int64
    /// What was written below the build's folder, in bytes.
    public var disk: Int64

    /// A use of so much; nothing unless given.
    public init(processorSeconds: Double = 0, peakMemory: Int64 = 0, disk: Int64 = 0) {
        self.processorSeconds = processorSeconds
        self.peakMemory = peakMemory
        self.disk = disk
    }
}

/// What a package's own tests said, in numbers.
public struct SuiteCounts: Sendable, Hashable, Codable {
    /// Tests that passed.
    public var passed: Int
    /// Tests that failed and were not accepted.
    public var failed: Int
    /// Tests that failed and are listed in `check.known-failures`.
    public var accepted: Int
    /// Tests that the suite left out.
    public var skipped: Int
    /// Wasm processes that ran meanwhile: a suite with none has tested nothing.
    public var wasmProcesses: Int

    /// These counts.
    public init(passed: Int, failed: Int = 0, accepted: Int = 0, skipped: Int = 0, wasmProcesses: Int) {
        self.passed = passed
        self.failed = failed
        self.accepted = accepted
        self.skipped = skipped
        self.wasmProcesses = wasmProcesses
    }
}
