import Recipes

/// A plan without the recipes themselves: what a list of the whole distribution needs.
public struct PlanOutline: Sendable {
    /// One recipe to build.
    public struct Step: Sendable {
        /// The recipe's index in the distribution's table.
        public let row: Int
        /// `main/zlib`.
        public let identity: String
        /// `$pkgver-r$pkgrel`.
        public let version: String
        /// Every reason why it is in the plan, requests first.
        public let reasons: [BuildPlan.Reason]
        /// Names that the machine which builds answers, sorted.
        public let hostTools: [String]
        /// The number of steps that must end one after the other before this one can start.
        public let wave: Int
        /// The length of the longest chain of steps that begins here.
        public let priority: Double
    }

    /// The steps, each after everything that it needs.
    public let steps: [Step]
    /// What must be built before, without the tests of the recipes that are declared so, to get out of a circle;
    /// identities in order.
    public let bootstrap: [String]

    /// The number of waves.
    public var waves: Int { (steps.map(\.wave).max() ?? -1) + 1 }
}

extension Distribution {
    /// The plan for these names and all they need. Throws the first thing that stands in its way.
    /// - Parameters:
    ///   - requested: names of recipes (`zlib`, `main/zlib`), of packages (`zlib-dev`), or of what they provide.
    ///   - times: how long builds take, as far as known: what keeps the most work waiting comes first.
    public func outline(
        _ requested: [String], times: BuildTimes = BuildTimes()
    ) throws(PlanningError) -> PlanOutline {
        let requests = zip(try rows(named: requested), requested).map { (row: $0, name: $1) }
        let rows = closureForPlan(of: requests.map(\.row))
        try refuseFaults(in: rows)
        let order = order(of: rows, seconds: seconds(times))
        if let cycle = order.cycles.first { throw .cycle(cycle) }
        return outline(order, rows, requests)
    }

    /// The plan for everything that can be built, as far as `obstacles` do not stand in the way.
    public func outline(ofAll obstacles: Obstacles, times: BuildTimes = BuildTimes()) -> PlanOutline {
        let rows = buildable.filter { !obstacles.isBlocked[$0] }
        return outline(order(of: rows, seconds: seconds(times)), rows, rows.map { ($0, identity(of: $0)) })
    }

    private func closureForPlan(of roots: [Int]) -> [Int] {
        let closure = RecipeClosure(table: table, answers: answers, options: options, own: implicit.own)
        let own = closure.rows(from: roots, implicit: [])
        if own.allSatisfy({ implicit.isBelow[$0] }) { return own.sorted() }
        return self.closure(of: roots)
    }

    private func outline(
        _ order: DistributionOrder, _ rows: [Int], _ requests: [(row: Int, name: String)]
    ) -> PlanOutline {
        let reasons = reasons(rows, requests)
        let steps = order.steps.filter { $0.stage != 1 }.map { step in
            let row = table.rows[step.row]
            return PlanOutline.Step(
                row: step.row, identity: table.texts[row.identity], version: table.texts[row.version],
                reasons: reasons[step.row] ?? [], hostTools: hostTools(of: step.row), wave: step.wave,
                priority: step.priority)
        }
        return PlanOutline(steps: steps, bootstrap: firstBuilds(in: order).map(identity(of:)))
    }

    /// By recipe: why it is in a plan of these recipes; what is asked for first.
    private func reasons(
        _ rows: [Int], _ requests: [(row: Int, name: String)]
    ) -> [Int: [BuildPlan.Reason]] {
        var reasons: [Int: [BuildPlan.Reason]] = [:]
        for (row, name) in requests {
            let reason = BuildPlan.Reason.requested(as: name)
            if reasons[row]?.contains(reason) != true { reasons[row, default: []].append(reason) }
        }
        let closure = RecipeClosure(table: table, answers: answers, options: options)
        for row in rows {
            let identity = identity(of: row)
            for need in table.needs(of: row) where answers[need].kind == .package && closure.counts(need) {
                let field = fieldName(of: need, row)
                let reason: BuildPlan.Reason =
                    table.needs[need].field.isForBuilding
                    ? .buildNeed(of: identity, field: field, atom: word(of: need))
                    : .runtimeNeed(of: identity, field: field, atom: word(of: need))
                let other = recipe(ofPackage: Int(answers[need].value))
                if reasons[other]?.last != reason { reasons[other, default: []].append(reason) }
            }
            for package in implicit[row] {
                reasons[recipe(ofPackage: package), default: []].append(
                    .implicit(of: identity, package: name(ofPackage: package)))
            }
        }
        return reasons
    }

    /// How the list of a need is called: `makedepends`, `depends`, `depends_dev`.
    public func fieldName(of need: Int, _ row: Int) -> String {
        let package = Int(table.needs[need].package)
        let field = table.needs[need].field
        guard package > 0 else { return field.name }
        return
            "\(field.name)_\(table.texts[table.packages[Int(table.rows[row].firstPackage) + package].function])"
    }

    /// Names of a recipe's build needs that the machine which builds answers, sorted.
    public func hostTools(of row: Int, leavingOut lists: Set<RecipeTable.Field> = []) -> [String] {
        var names: Set<String> = []
        for need in table.needs(of: row)
        where answers[need].kind == .hostTool && !lists.contains(table.needs[need].field) {
            if table.needs[need].field == .checkdepends, !options.runsChecks { continue }
            names.insert(table.texts[table.atoms[Int(table.needs[need].atom)].name])
        }
        return names.sorted()
    }

    private func refuseFaults(in rows: [Int]) throws(PlanningError) {
        for row in rows where table.rows[row].fault != 0 {
            throw .faultyRecipe(recipe: identity(of: row), text: table.texts[table.rows[row].fault])
        }
        let closure = RecipeClosure(table: table, answers: answers, options: options)
        for row in rows {
            for need in table.needs(of: row) where answers[need].blocks && closure.counts(need) {
                throw refusal(of: need, row)
            }
        }
    }

    /// Why nothing answers a need, as an error; its place is that of the recipe until the recipe is read.
    private func refusal(of need: Int, _ row: Int) -> PlanningError {
        let atom = word(of: need)
        let field = fieldName(of: need, row)
        let place = Place(file: "\(identity(of: row))/APKBUILD", line: 1, column: 1)
        let name = table.atoms[Int(table.needs[need].atom)].name
        switch answers[need].kind {
        case .unlistedTool: return .unknownHostTool(atom: atom, field: field, place: place)
        case .wrongArchitecture:
            return Self.wrongArchitecture(
                recipe(ofPackage: Int(answers[need].value)), table, options, neededBy: identity(of: row))
        case .wrongVersion:
            return .versionMismatch(atom: atom, field: field, place: place, offered: offered(name))
        case .unchosen:
            return .unchosen(atom: atom, field: field, place: place, offered: offered(name))
        default:
            return .unknownDependency(
                atom: atom, field: field, place: place,
                near: NearNames.of(table.texts[name], amongPackagesOf: table))
        }
    }

    private func offered(_ name: TextTable.Number) -> [String] {
        resolver.providers.candidates(for: name).map { provider in
            let package = self.name(ofPackage: Int(provider.package))
            let version = provider.version == 0 ? "" : " \(table.texts[provider.version])"
            return provider.isOwnName ? package + version : "\(package) (as \(table.texts[name])\(version))"
        }
    }
}
