import Apk
public import Recipes

/// Makes plans over a set of recipes. Pure: the same recipes and requests give the same plan.
///
/// A build installs what makedepends and checkdepends name, and what those packages depend on in turn; all of that
/// must be published before. What a recipe's packages depend on once installed belongs into the plan too, or nobody
/// could install them, but need not be built before.
public struct Planner: Sendable {
    /// What to plan for.
    public struct Options: Sendable, Hashable {
        /// The architecture of the packages.
        public var architecture = "wasm32"
        /// The architecture of the machine that builds. Where it is another, programs that a build runs come from
        /// that machine; else every name is a package.
        public var buildArchitecture = "x86_64"
        /// Whether tests are run, and so checkdepends installed.
        public var runsChecks = true
        /// Whether what packages depend on when installed is planned too.
        public var includesRuntime = true
        /// Whether what is installed for a build brings what it depends on. Without it only the words of a recipe's
        /// own lists put recipes in order.
        public var followsRuntime = true

        /// Packages for wasm32, built on x86_64, with tests, that can be installed.
        public init() {}

        /// Whether what is built cannot run on the machine that builds.
        public var isCross: Bool { architecture != buildArchitecture }
    }

    /// What is planned over.
    public let distribution: Distribution
    private let recipes: @Sendable ([String]) throws(PlanningError) -> [String: Recipe]

    /// A planner over `recipes`. `implicit` are packages of every build root, except where building or installing
    /// them needs it: there they cannot be yet; `buildBase` adds to the roots of single recipes. Names among both that no
    /// recipe makes are an error.
    public init(
        recipes: [Recipe], hostTools: HostTools = HostTools(), implicit: [String] = ["musl-dev"],
        buildBase: BuildBase = BuildBase(), stages: BootstrapStages = BootstrapStages(),
        options: Options = Options()
    ) throws(PlanningError) {
        var known: [String: Recipe] = [:]
        for recipe in recipes { known[recipe.folder.identity] = recipe }
        let found = known
        self.recipes = { (_: [String]) throws(PlanningError) in found }
        var builder = RecipeTableBuilder(architecture: options.architecture)
        let sorted = known.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (_, recipe) in sorted { builder.add(recipe) }
        distribution = try Distribution(
            builder.finished(), hostTools: hostTools, implicit: implicit, buildBase: buildBase,
            stages: stages, options: options)
    }

    /// A planner over a distribution. `recipes` reads the recipes `main/zlib` of a plan when it is made; those that it
    /// leaves out cannot be built.
    public init(
        _ distribution: Distribution,
        recipes: @escaping @Sendable ([String]) throws(PlanningError) -> [String: Recipe]
    ) {
        self.distribution = distribution
        self.recipes = recipes
    }

    /// The plan for these names: of recipes (`zlib`, `main/zlib`), of packages (`zlib-dev`), or what they provide.
    /// Times that are known decide what comes first.
    public func plan(
        _ requested: [String], times: BuildTimes = BuildTimes()
    ) throws(PlanningError) -> BuildPlan {
        do {
            return try filled(try distribution.outline(requested, times: times))
        } catch {
            throw located(error)
        }
    }

    /// How many recipes the plan for this one has, without reading them. Throws what stands in its way.
    public func size(of identity: String) throws(PlanningError) -> Int {
        try distribution.outline([identity]).steps.count
    }

    /// The plan for everything that `obstacles` do not stand in the way of.
    public func plan(
        allBut obstacles: Obstacles, times: BuildTimes = BuildTimes()
    ) throws(PlanningError) -> BuildPlan {
        try filled(distribution.outline(ofAll: obstacles, times: times))
    }

    /// An error with the exact place in the recipe that it speaks of.
    public func located(_ error: PlanningError) -> PlanningError {
        // Without the recipe, the error names its file.
        guard let name = error.recipeAtFault, let found = try? recipes([name]) else { return error }
        return error.located { found[$0] }
    }

    private func filled(_ outline: PlanOutline) throws(PlanningError) -> BuildPlan {
        try distribution.plan(outline, recipes: try recipes(outline.steps.map(\.identity)))
    }

    /// The identities of all recipes that are built for the architecture, sorted: `main/zlib`.
    public var buildable: [String] { distribution.buildable.map(distribution.identity(of:)) }
}

extension Distribution {
    /// A plan with its recipes, by identity; throws `faultyRecipe` for one that is not there or has errors.
    public func plan(
        _ outline: PlanOutline, recipes: [String: Recipe]
    ) throws(PlanningError) -> BuildPlan {
        var needs = needs(in: outline)
        var steps: [BuildPlan.Step] = []
        for step in outline.steps {
            steps.append(
                BuildPlan.Step(
                    recipe: try recipe(step.identity, recipes), reasons: step.reasons,
                    needs: needs.recipes(before: step),
                    hostTools: step.hostTools, buildPackages: try buildPackages(of: step.row),
                    buildAtoms: try buildAtoms(of: step.row), wave: step.wave,
                    priority: Int(step.priority.rounded())))
        }
        return BuildPlan(
            steps: steps, bootstrap: outline.bootstrap,
            firstStage: try firstStage(of: outline, recipes: recipes))
    }

    /// A recipe that can be built.
    func recipe(_ identity: String, _ recipes: [String: Recipe]) throws(PlanningError) -> Recipe {
        guard let recipe = recipes[identity] else {
            throw .faultyRecipe(recipe: identity, text: "\(identity)/APKBUILD:1:1: it cannot be read")
        }
        guard recipe.errors.isEmpty else {
            throw .faultyRecipe(
                recipe: identity, text: recipe.errors.map(\.description).joined(separator: "\n"))
        }
        return recipe
    }

    /// The packages to install into a recipe's sysroot, sorted; their own dependencies come with them.
    func buildPackages(
        of row: Int, leavingOut lists: Set<RecipeTable.Field> = []
    ) throws(PlanningError) -> [PackageName] {
        var packages: Set<Int> = Set(implicit[row])
        for need in buildNeeds(of: row, leavingOut: lists) { packages.insert(Int(answers[need].value)) }
        var names: [PackageName] = []
        for package in packages {
            names.append(
                try parsed(row) { () throws(ApkError) in try PackageName(parsing: name(ofPackage: package)) })
        }
        return names.sorted()
    }

    /// What a recipe's build asks of those packages, with versions, and the conflicts that it states.
    func buildAtoms(
        of row: Int, leavingOut lists: Set<RecipeTable.Field> = []
    ) throws(PlanningError) -> [DependencyAtom] {
        let conflicts = table.needs(of: row).filter { need in
            answers[need].kind == .conflict && isForBuilding(need, leavingOut: lists)
        }
        var atoms: [DependencyAtom] = []
        for need in buildNeeds(of: row, leavingOut: lists) + conflicts {
            atoms.append(
                try parsed(row) { () throws(ApkError) in try DependencyAtom(parsing: word(of: need)) })
        }
        return atoms
    }

    /// Needs that packages answer, in the order in which a build's lists are read: what is for the packages' side
    /// first.
    private func buildNeeds(of row: Int, leavingOut lists: Set<RecipeTable.Field>) -> [Int] {
        let needs = table.needs(of: row).filter {
            answers[$0].kind == .package && isForBuilding($0, leavingOut: lists)
        }
        let host = needs.filter { table.needs[$0].field == .makedependsHost }
        return host + needs.filter { table.needs[$0].field != .makedependsHost }
    }

    private func isForBuilding(_ need: Int, leavingOut lists: Set<RecipeTable.Field>) -> Bool {
        let field = table.needs[need].field
        return field.isForBuilding && !lists.contains(field) && (field != .checkdepends || options.runsChecks)
    }

    private func parsed<Value>(
        _ row: Int, _ body: () throws(ApkError) -> Value
    ) throws(PlanningError) -> Value {
        do { return try body() } catch { throw .faultyRecipe(recipe: identity(of: row), text: "\(error)") }
    }
}
