/// A world and the packages it reaches as clauses, with the reason for each.
final class SolverProblem {
    /// Who asks: the world or a candidate.
    enum Owner: Equatable {
        case world
        case candidate(Int)
    }

    /// Why a clause is there.
    enum Reason {
        /// Somebody needs one of several candidates.
        case requirement(Owner, DependencyAtom)
        /// Somebody excludes a candidate.
        case exclusion(Owner, DependencyAtom, Int)
        /// Two candidates provide the same name.
        case sameName(Int, Int, Int)
        /// A candidate provides a name twice.
        case sameNameTwice(Int)
        /// A candidate cannot be installed.
        case obstacle(Int)
        /// Nobody asks for a candidate under a name by which it may be chosen.
        case neverChosen(Int)
        /// The world itself.
        case given
    }

    /// Somebody's need, met when one of the candidates is chosen.
    struct Requirement {
        let owner: Int
        let clause: ClauseSolver.Clause
        /// Candidates that may be chosen for it, best first.
        let choices: [Int]
        /// Candidates that meet it, but may not be chosen for it.
        let others: [Int]
    }

    let universe: Universe
    let preference: CandidatePreference
    let engine = ClauseSolver()
    private(set) var reasons: [Reason] = []
    /// The requirements of each variable, by owner.
    private var requirements: [[Requirement]] = []
    /// Engine variable of a candidate, -1 if it is out of reach.
    private var variables: [Int]
    /// Candidate of an engine variable, -1 for the world.
    private(set) var candidates: [Int] = []
    private var seenNames: [Bool]
    private let worldVariable = 0

    init(_ universe: Universe, world: [DependencyAtom], options: SolverOptions) {
        self.universe = universe
        preference = CandidatePreference(universe, world: world, options: options)
        variables = [Int](repeating: -1, count: universe.candidates.count)
        seenNames = [Bool](repeating: false, count: universe.names.count)
        _ = addVariable(candidate: -1)
        discover(world)
        addClauses(world)
    }

    /// The candidates that are chosen.
    var chosen: Set<Int> {
        var chosen: Set<Int> = []
        for (variable, candidate) in candidates.enumerated() where candidate >= 0 && engine.isTrue(variable) {
            chosen.insert(candidate)
        }
        return chosen
    }

    /// The best candidate for the first requirement that is not met. `met` counts requirements already passed, in
    /// the order in which their owners were chosen.
    func nextDecision(met: inout Int) -> Int? {
        var position = 0
        for variable in engine.trail where engine.isTrue(variable) {
            let needs = requirements[variable]
            if position + needs.count <= met {
                position += needs.count
                continue
            }
            for requirement in needs {
                defer { position += 1 }
                if position < met || isMet(requirement) { continue }
                for choice in requirement.choices where engine.isOpen(choice) {
                    met = position
                    return choice
                }
            }
        }
        // Requirements that only packages chosen for other reasons can meet come last.
        return nil
    }

    /// A requirement that nobody met, and for which nobody may be chosen.
    func unmetWeakRequirement() -> ClauseSolver.Clause? {
        for variable in engine.trail where engine.isTrue(variable) {
            for requirement in requirements[variable] where !isMet(requirement) { return requirement.clause }
        }
        return nil
    }

    /// The newest candidate whose install_if is met and which nothing forbids.
    func nextInstallIf() -> Int? {
        var best: Int?
        for (variable, candidate) in candidates.enumerated() where candidate >= 0 && engine.isOpen(variable) {
            let entry = universe.candidates[candidate].entry
            guard !entry.installIf.isEmpty, preference.isAllowed(candidate), firesInstallIf(entry) else {
                continue
            }
            if let found = best {
                let other = universe.candidates[candidates[found]].entry
                let order = preference.compare(
                    Universe.Provider(candidate: candidate, version: entry.version),
                    Universe.Provider(candidate: candidates[found], version: other.version))
                if other.name != entry.name || order <= 0 { continue }
            }
            best = variable
        }
        return best
    }

    private func firesInstallIf(_ entry: IndexEntry) -> Bool {
        for atom in entry.installIf {
            var isProvided = false
            for provider in universe.providers(of: atom) where universe.accepts(atom, provider) {
                let variable = variables[provider.candidate]
                if variable >= 0, engine.isTrue(variable) { isProvided = true }
            }
            if isProvided == atom.isConflict { return false }
        }
        return true
    }

    private func isMet(_ requirement: Requirement) -> Bool {
        for choice in requirement.choices where engine.isTrue(choice) { return true }
        for other in requirement.others where engine.isTrue(other) { return true }
        return false
    }

    private func addVariable(candidate: Int) -> Int {
        let variable = engine.addVariable()
        candidates.append(candidate)
        requirements.append([])
        return variable
    }

    /// Gives a variable to every candidate that the world can reach.
    private func discover(_ world: [DependencyAtom]) {
        var pending: [Int] = []
        for atom in world {
            if let number = universe.number(of: atom.name) { pending.append(number) }
        }
        while let name = pending.popLast() {
            if seenNames[name] { continue }
            seenNames[name] = true
            pending += universe.installIfUsers[name].map { universe.ownNames[$0] }
            for provider in universe.providers[name] where variables[provider.candidate] < 0 {
                variables[provider.candidate] = addVariable(candidate: provider.candidate)
                let entry = universe.candidates[provider.candidate].entry
                pending.append(universe.ownNames[provider.candidate])
                for atom in entry.dependencies + entry.provides + entry.installIf {
                    if let number = universe.number(of: atom.name) { pending.append(number) }
                }
            }
        }
    }

    private func addClauses(_ world: [DependencyAtom]) {
        var mayBeChosen = [Bool](repeating: false, count: candidates.count)
        for atom in world { add(atom, of: .world, &mayBeChosen) }
        for variable in candidates.indices where candidates[variable] >= 0 {
            let entry = universe.candidates[candidates[variable]].entry
            for atom in entry.dependencies { add(atom, of: .candidate(candidates[variable]), &mayBeChosen) }
            if !entry.installIf.isEmpty { mayBeChosen[variable] = true }
        }
        for name in seenNames.indices where seenNames[name] { addExclusive(name) }
        for variable in candidates.indices where candidates[variable] >= 0 {
            let candidate = candidates[variable]
            if universe.candidates[candidate].entry.obstacle != nil || !preference.isAllowed(candidate) {
                add([Literal(variable, isTrue: false)], .obstacle(candidate))
            } else if universe.candidates[candidate].conflictsWithItself {
                add([Literal(variable, isTrue: false)], .sameNameTwice(candidate))
            } else if !mayBeChosen[variable] {
                add([Literal(variable, isTrue: false)], .neverChosen(candidate))
            }
        }
        add([Literal(worldVariable, isTrue: true)], .given)
    }

    private func add(_ clause: [Literal], _ reason: Reason) {
        engine.add(clause)
        reasons.append(reason)
    }

    private func add(_ atom: DependencyAtom, of owner: Owner, _ mayBeChosen: inout [Bool]) {
        var ownVariable = worldVariable
        if case .candidate(let candidate) = owner { ownVariable = variables[candidate] }
        let notOwner = Literal(ownVariable, isTrue: false)
        var choices: [Universe.Provider] = []
        var others: [Int] = []
        for provider in universe.providers(of: atom) where universe.accepts(atom, provider) {
            let variable = variables[provider.candidate]
            if variable == ownVariable {
                if atom.isConflict { continue }
                return  // It meets its own need.
            }
            if atom.isConflict {
                add(
                    [notOwner, Literal(variable, isTrue: false)], .exclusion(owner, atom, provider.candidate))
            } else if provider.version != nil || preference.hasPriority(provider.candidate) {
                choices.append(provider)
                mayBeChosen[variable] = true
            } else {
                others.append(variable)
            }
        }
        guard !atom.isConflict else { return }
        choices = preference.sorted(choices)
        let clause =
            [notOwner] + choices.map { Literal(variables[$0.candidate], isTrue: true) }
            + others.map { Literal($0, isTrue: true, isWeak: true) }
        let number = reasons.count
        add(clause, .requirement(owner, atom))
        requirements[ownVariable].append(
            Requirement(
                owner: ownVariable, clause: number, choices: choices.map { variables[$0.candidate] },
                others: others))
    }

    /// Of the providers of a name, one with a version stands alone.
    private func addExclusive(_ name: Int) {
        let providers = universe.providers[name]
        for (index, first) in providers.enumerated() {
            for second in providers[(index + 1)...] where first.candidate != second.candidate {
                if first.version == nil, second.version == nil { continue }
                let sharesOwnName = universe.ownNames[first.candidate] == universe.ownNames[second.candidate]
                if sharesOwnName, universe.ownNames[first.candidate] != name { continue }
                add(
                    [
                        Literal(variables[first.candidate], isTrue: false),
                        Literal(variables[second.candidate], isTrue: false),
                    ], .sameName(name, first.candidate, second.candidate))
            }
        }
    }
}
