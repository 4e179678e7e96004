public import Apk
public import Recipes

/// What is to be built, in an order in which everything is built before it is needed.
public struct BuildPlan: Sendable {
    /// Why a recipe is in a plan.
    public enum Reason: Sendable, Hashable, CustomStringConvertible {
        /// Somebody asked for it by this name.
        case requested(as: String)
        /// `recipe` names `atom` in a list that its build installs: makedepends, checkdepends.
        case buildNeed(of: String, field: String, atom: String)
        /// A package of `recipe` that a build installs, or that is published, depends on `atom`.
        case runtimeNeed(of: String, field: String, atom: String)
        /// `package` is in every build root, and so in `recipe`'s.
        case implicit(of: String, package: String)

        /// `requested`, `makedepends of main/lua5.4: readline-dev`, `implicit in main/zlib: musl-dev`.
        public var description: String {
            switch self {
            case .requested(let name): "requested as \(name)"
            case .buildNeed(let recipe, let field, let atom): "\(field) of \(recipe): \(atom)"
            case .runtimeNeed(let recipe, let field, let atom): "\(field) of \(recipe): \(atom)"
            case .implicit(let recipe, let package): "implicit in \(recipe): \(package)"
            }
        }
    }

    /// One recipe to build.
    public struct Step: Sendable {
        /// The recipe.
        public let recipe: Recipe
        /// Every reason why it is in the plan, requests first.
        public let reasons: [Reason]
        /// Recipes that must be published before, as `main/zlib`, in plan order.
        public let needs: [String]
        /// Names from makedepends and checkdepends that the machine which builds answers, sorted.
        public let hostTools: [String]
        /// The packages to install into the sysroot, sorted; their own dependencies come with them.
        public let buildPackages: [PackageName]
        /// What makedepends asks of those packages, with versions, and the conflicts it states.
        public let buildAtoms: [DependencyAtom]
        /// The number of steps that must end one after the other before this one can start.
        public let wave: Int
        /// The length of the longest chain of steps that begins here, in seconds where build times are known, else in
        /// steps; the longest first keeps workers busy.
        public let priority: Int
        /// Whether it is the first of two builds that are declared as the way out of a circle: without its tests.
        public var isFirstBuild = false

        /// `main/zlib`.
        public var identity: String { recipe.identity }
        /// Whether somebody asked for it by name or by its set, and not only for what needs it.
        public var isRequested: Bool {
            reasons.contains { if case .requested = $0 { true } else { false } }
        }
    }

    /// The steps. Each stands after all of its needs; among those that could stand next, the one with the longest
    /// chain behind it comes first, and of equals the one whose name is first.
    public let steps: [Step]
    /// Recipes to build before, some of them without tests, because that is declared the way out of a circle; identities
    /// in order. Empty in nearly every plan.
    public let bootstrap: [String]
    /// The plan that builds `bootstrap`, to be carried out first; nil when that is empty.
    public var firstStage: BuildPlan? { first.first }
    private let first: [BuildPlan]

    init(steps: [Step], bootstrap: [String], firstStage: BuildPlan?) {
        self.steps = steps
        self.bootstrap = bootstrap
        // A value cannot hold another of its own kind but in an array.
        first = firstStage.map { [$0] } ?? []
    }

    /// The step of the recipe `main/zlib`.
    public subscript(identity: String) -> Step? {
        steps.first { $0.identity == identity }
    }

    /// The number of waves: how long the plan takes if each step takes as long and workers are never short.
    public var waves: Int { (steps.map(\.wave).max() ?? -1) + 1 }
}
