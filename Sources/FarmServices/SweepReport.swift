import Building

/// What a sweep's records add up to: classes of failures, ranked by how many recipes each stands in the way of.
public struct SweepReport: Encodable, Sendable {
    /// One class of failures.
    public struct Row: Encodable, Sendable, Equatable {
        /// The class.
        public let name: String
        /// Recipes that failed so themselves, sorted.
        public let recipes: [String]
        /// How many further recipes cannot be built as long as those fail.
        public let blocked: Int
        /// What helps.
        public let remedy: String
    }

    /// Recipes tried or looked at.
    public let total: Int
    /// How many were built.
    public let built: Int
    /// How many failed.
    public let failed: Int
    /// How many wait for one that failed.
    public let blocked: Int
    /// Tests that passed, in all suites together.
    public let testsPassed: Int
    /// Tests that failed, accepted ones included.
    public let testsFailed: Int
    /// The classes, the one that stands in most recipes' way first.
    public let classes: [Row]
    /// Every record, sorted by recipe.
    public let records: [SweepRecord]

    /// Adds up records.
    public init(_ records: some Sequence<SweepRecord>) {
        let records = records.sorted { $0.recipe < $1.recipe }
        self.records = records
        total = records.count
        built = records.count { $0.outcome == .built }
        failed = records.count { $0.outcome == .failed }
        blocked = records.count { $0.outcome == .blocked }
        testsPassed = records.reduce(0) { $0 + ($1.suite?.passed ?? 0) }
        testsFailed = records.reduce(0) { $0 + ($1.suite?.failed.count ?? 0) }
        let failures = Dictionary(grouping: records.filter { $0.outcome == .failed }) {
            $0.failure?.name ?? FailureClasses.unknown
        }
        classes = failures.map { name, members in
            let own = Set(members.map(\.recipe))
            return Row(
                name: name, recipes: own.sorted(),
                blocked: records.count { !own.contains($0.recipe) && !own.isDisjoint(with: $0.needs) },
                remedy: members.first?.failure?.remedy ?? "")
        }.sorted {
            ($0.recipes.count + $0.blocked, $1.name) > ($1.recipes.count + $1.blocked, $0.name)
        }
    }
}
