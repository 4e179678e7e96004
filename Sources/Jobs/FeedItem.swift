/// An event with its place among all events of the store.
public struct FeedItem: Sendable, Hashable {
    /// Whose event it is.
    public enum Entry: Sendable, Hashable {
        /// Something happened to a job.
        case job(JobEvent)
        /// An alert was raised or cleared.
        case alert(AlertEvent)
    }

    /// From 1, without gaps; a follower that says the last one it saw misses nothing.
    public let position: Int64
    /// What happened.
    public let entry: Entry

    /// An event at a position.
    public init(position: Int64, entry: Entry) {
        self.position = position
        self.entry = entry
    }

    /// What happened to a job; nil for an alert.
    public var event: JobEvent? {
        if case .job(let event) = entry { return event }
        return nil
    }
}
