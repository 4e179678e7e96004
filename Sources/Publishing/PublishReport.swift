public import Apk

/// What a publication changed.
public struct PublishReport: Sendable, Equatable {
    /// Packages whose files are new.
    public var published: [IndexEntry] = []
    /// Packages that were there with the same bytes.
    public var unchanged: [IndexEntry] = []
    /// Packages that the index no longer lists.
    public var superseded: [IndexEntry] = []
    /// Files that were removed because their retention ended.
    public var removed: [String] = []

    /// Packages that were not taken over because their origin is held here.
    public var held: [IndexEntry] = []
    /// What the policy accepted although it may hurt.
    public var accepted: [PublicationFinding] = []

    /// Nothing changed.
    public init() {}
}
