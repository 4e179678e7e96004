public import Recipes

/// All recipes of some trees for one architecture with every word of their lists answered: what plans, orders, reasons
/// and obstacles are read from. A value; the same table, tools and options give the same distribution.
public struct Distribution: Sendable {
    /// What is known of each recipe.
    public let table: RecipeTable
    /// What it was resolved for.
    public let options: Planner.Options
    /// The table of build tools.
    public let hostTools: HostTools
    /// By need of the table: how it is answered.
    public let answers: [Answer]
    /// Packages of build roots that no recipe names.
    let implicit: ImplicitPackages
    /// Recipes that are built twice, as they are declared to be.
    let staged: [Int]
    /// How their first builds differ.
    let stages: BootstrapStages
    let graph: NeedGraph
    let resolver: Resolver

    /// Resolves `table`.
    /// - Parameters:
    ///   - table: the recipes.
    ///   - hostTools: names that are answered by the machine that builds, in a cross build.
    ///   - implicit: names of packages in every build root, but in those that they need themselves. Throws
    ///     `unknownRequest` for a name that nobody makes.
    ///   - buildBase: what single recipes have in their build roots besides. Recipes that are not there count for
    ///     nothing; throws `unknownRequest` for a package that nobody makes.
    ///   - stages: which recipes are built without some of their lists first, and again when everything is there.
    ///   - options: what it is for.
    public init(
        _ table: RecipeTable, hostTools: HostTools = HostTools(), implicit: [String] = [],
        buildBase: BuildBase = BuildBase(), stages: BootstrapStages = BootstrapStages(),
        options: Planner.Options = Planner.Options()
    ) throws(PlanningError) {
        self.table = table
        self.options = options
        self.hostTools = hostTools
        resolver = Resolver(table, hostTools: hostTools, isCross: options.isCross)
        let answers = resolver.answers()
        self.answers = answers
        var packages: [Int] = []
        for name in implicit {
            packages.append(try Self.package(named: name, table, resolver, options))
        }
        var below = [Bool](repeating: false, count: table.rows.count)
        let closure = RecipeClosure(table: table, answers: answers, options: options)
        for row in closure.rows(from: packages.map { Int(table.packages[$0].recipe) }, implicit: []) {
            below[row] = true
        }
        var own: [Int: [Int]] = [:]
        for (identity, names) in buildBase.packages {
            guard let row = table.row(of: identity) else { continue }
            for name in names {
                own[row, default: []].append(try Self.package(named: name, table, resolver, options))
            }
        }
        self.implicit = ImplicitPackages(everywhere: packages, isBelow: below, own: own)
        var staged: [Int] = []
        for (identity, _) in stages.fields.sorted(by: { $0.key < $1.key }) {
            if let row = table.row(of: identity) { staged.append(row) }
        }
        self.staged = staged
        self.stages = stages
        let builder = GraphBuilder(
            table: table, answers: answers, options: options, implicit: self.implicit,
            staged: staged, stages: stages)
        graph = builder.graph()
    }

    /// The recipe of a build.
    func row(ofBuild build: Int) -> Int {
        build < table.rows.count ? build : staged[build - table.rows.count]
    }

    /// The build that publishes a recipe in its final form.
    func lastBuild(of row: Int) -> Int {
        staged.firstIndex(of: row).map { table.rows.count + $0 } ?? row
    }

    /// The package of a node that is no build.
    func package(ofNode node: Int) -> Int { node - graph.recipes }

    /// The name of a package.
    public func name(ofPackage package: Int) -> String { table.texts[table.packages[package].name] }

    /// `main/zlib`.
    public func identity(of row: Int) -> String { table.identity(of: row) }

    /// `main/zlib`, the recipe that makes a package.
    public func recipe(ofPackage package: Int) -> Int { Int(table.packages[package].recipe) }

    /// How a word is written.
    public func word(of need: Int) -> String { table.texts[table.atoms[Int(table.needs[need].atom)].text] }

    /// On which side of the build a need is met, and why.
    public func side(of need: Int) -> Side {
        let atom = table.atoms[Int(table.needs[need].atom)]
        let answer = answers[need]
        let hasProvider: Set<Answer.Kind> = [.package, .own, .unchosen, .wrongVersion, .wrongArchitecture]
        let provider =
            hasProvider.contains(answer.kind)
            ? Int(answer.value) : resolver.providers.candidates(for: atom.name).first.map { Int($0.package) }
        return resolver.sides.side(of: atom.name, in: table.needs[need].field, provider: provider)
    }

    /// What `name` means: a recipe (`zlib`, `main/zlib`), a package, or what one provides. The package that answers.
    public func package(named name: String) throws(PlanningError) -> Int {
        try Self.package(named: name, table, resolver, options)
    }

    /// The recipe that `name` means; see ``package(named:)``.
    public func row(named name: String) throws(PlanningError) -> Int {
        Int(table.packages[try package(named: name)].recipe)
    }

    /// The recipes that `names` mean, in their order; see ``package(named:)``.
    public func rows(named names: [String]) throws(PlanningError) -> [Int] {
        let numbers = table.texts.numbers(of: names)
        var rows: [Int] = []
        for name in names {
            let package = try Self.package(named: name, numbers[name], table, resolver, options)
            rows.append(Int(table.packages[package].recipe))
        }
        return rows
    }

    /// Recipes that are built for the architecture.
    public var buildable: [Int] { table.rows.indices.filter { table.rows[$0].isBuilt } }

    private static func package(
        named name: String, _ table: RecipeTable, _ resolver: Resolver, _ options: Planner.Options
    ) throws(PlanningError) -> Int {
        try package(named: name, table.texts.number(of: name), table, resolver, options)
    }

    /// `number` is that of the name among the table's texts; nil when it is not there.
    private static func package(
        named name: String, _ number: TextTable.Number?, _ table: RecipeTable, _ resolver: Resolver,
        _ options: Planner.Options
    ) throws(PlanningError) -> Int {
        if let row = table.row(of: name) {
            guard table.rows[row].isBuilt else { throw wrongArchitecture(row, table, options) }
            return Int(table.rows[row].firstPackage)
        }
        var best: Providers.Provider?
        if let number, number != 0 {
            for candidate in resolver.providers.candidates(for: number) {
                let isBetter =
                    best.map { old in
                        candidate.isOwnName == old.isOwnName
                            ? isBuilt(candidate, table) == isBuilt(old, table)
                                ? resolver.preference.prefers(candidate, old) : isBuilt(candidate, table)
                            : candidate.isOwnName
                    } ?? true
                if isBetter { best = candidate }
            }
        }
        guard let best else {
            let last = name.split(separator: "/").last.map(String.init) ?? ""
            throw .unknownRequest(name: name, near: NearNames.of(last, amongPackagesOf: table))
        }
        guard isBuilt(best, table) else {
            throw wrongArchitecture(Int(table.packages[Int(best.package)].recipe), table, options)
        }
        return Int(best.package)
    }

    private static func isBuilt(_ provider: Providers.Provider, _ table: RecipeTable) -> Bool {
        table.rows[Int(table.packages[Int(provider.package)].recipe)].isBuilt
    }

    static func wrongArchitecture(
        _ row: Int, _ table: RecipeTable, _ options: Planner.Options, neededBy: String? = nil
    ) -> PlanningError {
        let identity = table.identity(of: row)
        return .wrongArchitecture(
            recipe: identity, architecture: options.architecture, rule: table.texts[table.rows[row].arch],
            place: Place(file: "\(identity)/APKBUILD", line: 1, column: 1), neededBy: neededBy)
    }
}
