public import FoundationEssentials

/// That something was queued without anybody asking for it: what a trigger saw, and what came of it.
public struct TriggerFiring: Sendable, Hashable, Codable {
    /// A recipe that could not be queued.
    public struct Refusal: Sendable, Hashable, Codable {
        /// `main/zlib`.
        public let recipe: String
        /// Why.
        public let reason: String

        /// A recipe and what stands in its way.
        public init(recipe: String, reason: String) {
            self.recipe = recipe
            self.reason = reason
        }
    }

    /// The trigger's name: `nightly`.
    public let trigger: String
    /// When.
    public let at: Date
    /// Why it fired: what changed, or which time had come.
    public let reason: String
    /// Recipes that it asked for; what these need is queued with them.
    public let recipes: [String]
    /// The jobs that came of it.
    public let jobs: [JobID]
    /// Recipes that wait until these are published; empty when nothing does.
    public let rest: [String]
    /// What could not be queued: a faulty recipe, or one in quarantine.
    public let refused: [Refusal]

    /// A firing at a time.
    public init(
        trigger: String, at: Date, reason: String, recipes: [String] = [], jobs: [JobID] = [],
        rest: [String] = [], refused: [Refusal] = []
    ) {
        self.trigger = trigger
        self.at = at
        self.reason = reason
        self.recipes = recipes
        self.jobs = jobs
        self.rest = rest
        self.refused = refused
    }
}
