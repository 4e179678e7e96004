import Building

/// What a sweep found out about one recipe.
public struct SweepRecord: Codable, Sendable, Equatable {
    /// How a try ended.
    public enum Outcome: String, Codable, Sendable {
        /// Built, its tests passed or there are none.
        case built
        /// Failed, of the class that ``SweepRecord/failure`` says.
        case failed
        /// Not tried, as something that it needs failed.
        case blocked
    }

    /// The recipe, `main/zlib`.
    public var recipe: String
    /// Its version with pkgrel.
    public var version: String
    /// The digest of everything that decided the outcome and that a resumed sweep compares: recipe, toolchain, phases.
    public var input: String
    /// How it ended.
    public var outcome: Outcome
    /// The phase that failed; empty when none did.
    public var phase = ""
    /// Why it failed.
    public var failure: FailureClasses.Finding?
    /// The recipe that stands in the way of a blocked one.
    public var blockedBy = ""
    /// Recipes that its build needs, all of them.
    public var needs: [String] = []
    /// What its own tests said.
    public var suite: SuiteReport?
    /// Wall-clock seconds.
    public var seconds = 0.0
    /// The log's path; empty when nothing ran.
    public var log = ""

    /// A record of one try.
    public init(recipe: String, version: String, input: String, outcome: Outcome) {
        self.recipe = recipe
        self.version = version
        self.input = input
        self.outcome = outcome
    }
}
