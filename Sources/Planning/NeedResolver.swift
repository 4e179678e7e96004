import Apk
import Recipes

/// What one recipe's build installs, and what its packages need once they are installed.
struct ResolvedNeeds: Sendable {
    /// A package that the build installs or a package depends on.
    struct Need: Sendable {
        let provider: ProviderTable.Provider
        let field: String
        let atom: DependencyAtom
    }

    /// For makedepends and checkdepends.
    var build: [Need] = []
    /// `!name` in those lists.
    var conflicts: [DependencyAtom] = []
    /// Names that are answered by the machine which builds.
    var hostTools: Set<String> = []
    /// By package, the main one first: what it depends on.
    var runtime: [[Need]] = []
}

/// Finds who provides what a recipe names. Pure; a recipe is resolved when a plan reaches it.
struct NeedResolver: Sendable {
    let recipes: [Recipe]
    let table: ProviderTable
    let hostTools: HostTools
    let options: Planner.Options

    func resolve(_ index: Int) throws(PlanningError) -> ResolvedNeeds {
        let recipe = recipes[index]
        var result = ResolvedNeeds()
        try resolveBuild(recipe, &result)
        for package in 0..<recipe.packages.count {
            let (field, atoms) = runtimeAtoms(recipe, package)
            result.runtime.append(
                options.includesRuntime ? try needs(of: recipe, field: field, atoms: atoms) : [])
        }
        return result
    }

    private func resolveBuild(_ recipe: Recipe, _ result: inout ResolvedNeeds) throws(PlanningError) {
        let dependencies = recipe.dependencies
        let split = Set(dependencies.makedependsBuild + dependencies.makedependsHost)
        let rest = dependencies.makedepends.filter { !split.contains($0) }
        for atom in dependencies.makedependsBuild where !atom.isConflict {
            guard hostTools[atom.name.description] != nil else {
                throw .unknownHostTool(
                    atom: atom.description,
                    place: place(of: atom, in: recipe, fields: ["makedepends_build", "makedepends"]))
            }
            result.hostTools.insert(atom.name.description)
        }
        try add(dependencies.makedependsHost, "makedepends_host", of: recipe, allowsTools: false, to: &result)
        try add(rest, "makedepends", of: recipe, allowsTools: true, to: &result)
        if options.runsChecks, recipe.runsChecks {
            try add(dependencies.checkdepends, "checkdepends", of: recipe, allowsTools: true, to: &result)
        }
    }

    private func add(
        _ atoms: [DependencyAtom], _ field: String, of recipe: Recipe, allowsTools: Bool,
        to result: inout ResolvedNeeds
    ) throws(PlanningError) {
        result.conflicts += atoms.filter(\.isConflict)
        var targets: [DependencyAtom] = []
        for atom in atoms where !atom.isConflict {
            if allowsTools, hostTools[atom.name.description] != nil {
                result.hostTools.insert(atom.name.description)
            } else {
                targets.append(atom)
            }
        }
        result.build += try needs(of: recipe, field: field, atoms: targets)
    }

    /// The providers of `atoms`; those that the recipe itself makes, and conflicts, are left out.
    private func needs(
        of recipe: Recipe, field: String, atoms: [DependencyAtom]
    ) throws(PlanningError) -> [ResolvedNeeds.Need] {
        let own = Set(recipe.packages)
        var needs: [ResolvedNeeds.Need] = []
        for atom in atoms where !atom.isConflict && !own.contains(atom.name) {
            let provider = try provider(of: atom, field: field, in: recipe)
            needs.append(ResolvedNeeds.Need(provider: provider, field: field, atom: atom))
        }
        return needs
    }

    /// What a package depends on, as far as it can be known before it is built: `depends` of the main package,
    /// `depends_dev` and the like of those that abuild's own functions split off.
    private func runtimeAtoms(_ recipe: Recipe, _ package: Int) -> (field: String, atoms: [DependencyAtom]) {
        guard package > 0 else { return ("depends", recipe.depends) }
        let function = recipe.subpackages[package - 1].function
        return ("depends_\(function)", recipe.dependencies.dependsOfSplits[function] ?? [])
    }

    private func provider(
        of atom: DependencyAtom, field: String, in recipe: Recipe
    ) throws(PlanningError) -> ProviderTable.Provider {
        let candidates = table.candidates(for: atom.name)
        guard let first = candidates.first else {
            throw .unknownDependency(
                atom: atom.description, field: field,
                place: place(of: atom, in: recipe, fields: [field, "makedepends"]),
                near: table.near(atom.name.description))
        }
        let fitting = candidates.filter { atom.accepts(version: $0.version, identity: nil) }
        guard !fitting.isEmpty else {
            throw .versionMismatch(
                atom: atom.description, field: field,
                place: place(of: atom, in: recipe, fields: [field, "makedepends"]),
                offered: candidates.map {
                    "\(recipes[$0.recipe].packages[$0.package]) \(recipes[$0.recipe].version)"
                })
        }
        if let provider = fitting.first(where: { recipes[$0.recipe].arch.allows(options.architecture) }) {
            return provider
        }
        throw wrongArchitecture(first.recipe, neededBy: recipe.identity)
    }

    func wrongArchitecture(_ index: Int, neededBy: String?) -> PlanningError {
        let recipe = recipes[index]
        return .wrongArchitecture(
            recipe: recipe.identity, architecture: options.architecture, rule: recipe.arch.description,
            place: recipe.place(of: "arch"), neededBy: neededBy)
    }

    private func place(of atom: DependencyAtom, in recipe: Recipe, fields: [String]) -> Place {
        let field = fields.first { recipe.evaluated.variables[$0] != nil } ?? fields[0]
        return recipe.place(of: field, word: atom.description)
    }
}
