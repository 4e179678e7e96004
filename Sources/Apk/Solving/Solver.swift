/// Chooses packages so that everything asked for is there, nothing conflicts, and nothing is there without a reason.
///
/// The rules are apk 3's: of all providers of a name only one may be chosen if any of them states a version;
/// what is provided without version and without provider_priority is never chosen by itself; install_if follows
/// when all of its atoms are met. Unlike apk the search is complete: it goes back on choices that led nowhere.
public struct Solver {
    private let universe: Universe
    private let options: SolverOptions

    /// A solver over these packages.
    public init(_ universe: Universe, options: SolverOptions = SolverOptions()) {
        self.universe = universe
        self.options = options
    }

    /// The packages for a world, and the steps from what is installed.
    ///
    /// Throws `unsatisfiable` with who wants what, in apk 3's words: "unable to select packages: …".
    public func solve(world: [DependencyAtom]) throws(ApkError) -> Solution {
        let sorted = world.sorted { $0.name < $1.name }
        let problem = SolverProblem(universe, world: sorted, options: options)
        guard try search(problem) else {
            let report = SolverReport(universe, world: sorted, problem: problem)
            throw ApkError(.unsatisfiable, "unable to select packages:\n" + report.text)
        }
        return ChangeOrder(
            universe, world: sorted, chosen: problem.chosen, preference: problem.preference,
            reinstalled: options.reinstalledNames
        ).solution()
    }

    private func search(_ problem: SolverProblem) throws(ApkError) -> Bool {
        let engine = problem.engine
        if engine.contradiction != nil { return false }
        var conflicts = 0
        /// For each level: how many requirements were known to be met when it was decided.
        var metAt: [Int] = []
        var met = 0
        while true {
            var jumped: Int?
            if let violated = engine.propagate() {
                jumped = engine.resolve(violated)
                if jumped == nil { return false }
            } else if let variable = problem.nextDecision(met: &met) {
                metAt.append(met)
                engine.decide(variable, isTrue: true)
            } else if let unmet = problem.unmetWeakRequirement() {
                jumped = engine.forbidDecisions(cause: unmet)
                if jumped == nil { return false }
            } else if let variable = problem.nextInstallIf() {
                metAt.append(met)
                engine.decide(variable, isTrue: true)
            } else {
                return true
            }
            if let jumped {
                conflicts += 1
                if jumped < metAt.count {
                    met = metAt[jumped]
                    metAt.removeLast(metAt.count - jumped)
                }
                guard conflicts <= options.conflictBudget else {
                    throw ApkError(
                        .unsatisfiable,
                        "unable to select packages: no solution found after \(conflicts) attempts; "
                            + "name versions of some packages to narrow the choice")
                }
            }
        }
    }
}
