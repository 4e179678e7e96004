/// What the farm's own channel lists, by recipe: `main/zlib`.
public struct PublishedOrigins: Sendable, Equatable {
    /// Those that a tree has: they can be built again.
    public var recipes: [String]
    /// Those that no tree has any more. They stay published until somebody withdraws them, and nothing queues them.
    public var orphans: [String]

    /// These origins, sorted into both by what the trees have.
    public init(_ origins: some Sequence<String>, of known: (String) -> Bool) {
        recipes = origins.filter(known)
        orphans = origins.filter { !known($0) }
    }

    /// What is left out and why, as the end of a reason; empty when nothing is.
    var note: String {
        guard let first = orphans.first else { return "" }
        let others = orphans.count > 3 ? " and \(orphans.count - 3) more" : ""
        let names = orphans.count == 1 ? first : orphans.prefix(3).joined(separator: ", ") + others
        return "; left out, as no tree has them any more: \(names)"
    }
}
