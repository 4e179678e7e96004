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

    /// Nothing changed.
    public init() {}
}
