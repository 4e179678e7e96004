import Building
import Planning

/// What happened to one step of a session.
public enum StepOutcome: Sendable, Equatable {
    /// The published packages satisfy the request: nothing was done.
    case unchanged
    /// An equal request was built before; its packages were published.
    case reused(files: [String])
    /// Built and published.
    case built(files: [String])
    /// Built again, and the result equals what is published in everything but the rebuild count: nothing was published.
    case kept
    /// Failed in a phase; the log tells more.
    case failed(phase: String, reason: String)
    /// Not tried, as a recipe that it needs failed.
    case blocked(by: String)

    /// Whether there is something new in the repository.
    var hasPublished: Bool {
        switch self {
        case .built, .reused: true
        default: false
        }
    }

    /// True unless something went wrong.
    public var isGood: Bool {
        switch self {
        case .failed, .blocked: false
        default: true
        }
    }
}

/// One line of a session's final table.
public struct StepReport: Sendable {
    /// The recipe, `main/zlib`.
    public var identity: String
    /// The version with the published release.
    public var version: String
    /// What happened.
    public var outcome: StepOutcome
    /// What the package's own tests said, when they ran at any time for these bytes.
    public var suite: SuiteReport?
    /// Why there is no report, or which failures were accepted.
    public var suiteNote = ""
    /// Bytes of all package files.
    public var size = 0
    /// Seconds that the build took, now or when it was made.
    public var seconds = 0.0
    /// The log's path; empty when nothing ran.
    public var log = ""
    /// Why it was built.
    public var why: [String] = []
}

/// What a session tells while it works.
public enum SessionEvent: Sendable {
    /// A step began.
    case began(identity: String)
    /// A step entered a phase.
    case phase(identity: String, phase: String)
    /// A step ended.
    case ended(StepReport, left: Int)
}
