public import FoundationEssentials

/// How far a receiver of webhooks has been told what happens.
public struct WebhookCursor: Sendable, Hashable {
    /// The receiver.
    public let url: String
    /// The position in the feed up to which everything was sent, or given up.
    public var position: Int64
    /// How often the next event was tried in vain.
    public var attempts: Int
    /// When it is tried again; nil for at once.
    public var due: Date?
    /// Events that were given up so far.
    public var dropped: Int
    /// Why the last try failed; nil when it did not.
    public var problem: String?

    /// A receiver that knows everything up to a position.
    public init(
        url: String, position: Int64, attempts: Int = 0, due: Date? = nil, dropped: Int = 0,
        problem: String? = nil
    ) {
        self.url = url
        self.position = position
        self.attempts = attempts
        self.due = due
        self.dropped = dropped
        self.problem = problem
    }
}
