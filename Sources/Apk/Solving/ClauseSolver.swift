/// A literal: a variable that shall be true or false. A weak one fulfils its clause, but is never set for its sake.
struct Literal: Equatable {
    let code: Int32

    init(_ variable: Int, isTrue: Bool, isWeak: Bool = false) {
        code = Int32(variable) << 2 | (isTrue ? 0 : 1) | (isWeak ? 2 : 0)
    }

    var variable: Int { Int(code >> 2) }
    var isTrue: Bool { code & 1 == 0 }
    var isWeak: Bool { code & 2 != 0 }
    /// Place in the watch lists: two for each variable.
    var slot: Int { Int(code >> 2) << 1 | Int(code & 1) }
    var negatedSlot: Int { slot ^ 1 }
}

/// Finds values for which every clause holds: propagation with two watched literals, learning from conflicts,
/// jumping back. What to try, and in which order, is the caller's: it decides, this class draws conclusions.
final class ClauseSolver {
    /// A clause's number, as given by `add`.
    typealias Clause = Int

    private(set) var values: [Int8] = []
    /// Variables in the order in which they got their values.
    private(set) var trail: [Int] = []
    private var levels: [Int32] = []
    private var reasons: [Int32] = []
    private var watches: [[Int32]] = []
    private var starts: [Int32] = []
    private var counts: [Int32] = []
    private var literals: [Literal] = []
    /// For learned clauses: those they were derived from, and variables fixed at level 0 that took part.
    private var origins: [Clause: (clauses: [Clause], fixed: [Int])] = [:]
    private var levelStarts: [Int] = []
    private var propagated = 0
    private var marks: [Bool] = []

    /// The clause that cannot hold with any values, after `add`, `propagate` or `resolve` returned false.
    private(set) var contradiction: Clause?

    var level: Int { levelStarts.count }

    func addVariable() -> Int {
        values.append(0)
        levels.append(0)
        reasons.append(-1)
        watches.append([])
        watches.append([])
        marks.append(false)
        return values.count - 1
    }

    func isTrue(_ variable: Int) -> Bool { values[variable] > 0 }
    func isFalse(_ variable: Int) -> Bool { values[variable] < 0 }
    func isOpen(_ variable: Int) -> Bool { values[variable] == 0 }

    /// Adds a clause; allowed before the first decision only. Returns its number.
    @discardableResult
    func add(_ clause: [Literal]) -> Clause {
        let number = store(clause)
        guard contradiction == nil else { return number }
        if clause.isEmpty || clause.allSatisfy({ value($0) < 0 }) {
            contradiction = number
        } else if clause.count == 1 {
            if value(clause[0]) == 0, !clause[0].isWeak { set(clause[0], because: number) }
        } else {
            sortWatched(number)
            watch(number)
        }
        return number
    }

    /// Sets an open variable by choice. Its consequences follow with `propagate`.
    func decide(_ variable: Int, isTrue: Bool) {
        levelStarts.append(trail.count)
        set(Literal(variable, isTrue: isTrue), because: -1)
    }

    /// Draws all conclusions. Returns a clause that is violated, if there is one.
    func propagate() -> Clause? {
        while propagated < trail.count {
            let variable = trail[propagated]
            propagated += 1
            let falseSlot = variable << 1 | (values[variable] > 0 ? 1 : 0)
            if let violated = visit(falseSlot) { return violated }
        }
        return nil
    }

    /// Learns from a violated clause and jumps back. Returns the level jumped to, nil if there is no solution.
    func resolve(_ violated: Clause) -> Int? {
        // A violation may be older than the last decision: then that decision has nothing to do with it.
        var newest = 0
        for literal in self[violated] { newest = max(newest, Int(levels[literal.variable])) }
        undo(to: newest)
        guard level > 0 else {
            contradiction = violated
            return nil
        }
        var learned: [Literal] = []
        var origin: (clauses: [Clause], fixed: [Int]) = ([violated], [])
        var touched: [Int] = []
        var open = 0
        var index = trail.count
        var clause = violated
        var asserting: Literal?
        while true {
            for literal in self[clause] where literal.variable != asserting?.variable {
                let variable = literal.variable
                if marks[variable] { continue }
                marks[variable] = true
                touched.append(variable)
                if levels[variable] == 0 {
                    origin.fixed.append(variable)
                } else if Int(levels[variable]) == level {
                    open += 1
                } else {
                    learned.append(Literal(variable, isTrue: values[variable] < 0))
                }
            }
            repeat { index -= 1 } while !(marks[trail[index]] && Int(levels[trail[index]]) == level)
            let variable = trail[index]
            open -= 1
            asserting = Literal(variable, isTrue: values[variable] < 0)
            if open == 0 { break }
            clause = Int(reasons[variable])
            origin.clauses.append(clause)
        }
        for variable in touched { marks[variable] = false }
        guard let asserting else { return nil }
        return jump(learning: [asserting] + learned, origin)
    }

    /// Forbids the present combination of decisions and goes one decision back: for violations that no clause says.
    /// Returns the level reached, nil if there was no decision; `cause` is then the contradiction.
    func forbidDecisions(cause: Clause) -> Int? {
        guard level > 0 else {
            contradiction = cause
            return nil
        }
        var learned: [Literal] = []
        for start in levelStarts.reversed() {
            let variable = trail[start]
            learned.append(Literal(variable, isTrue: values[variable] < 0))
        }
        return jump(learning: learned, ([cause], []))
    }

    /// The added clauses that together cannot hold, once there is a contradiction.
    func core() -> [Clause] {
        guard let contradiction else { return [] }
        var found: [Clause] = []
        var seenClauses: Set<Clause> = []
        var seenVariables: Set<Int> = []
        var clauses = [contradiction]
        while let clause = clauses.popLast() {
            guard seenClauses.insert(clause).inserted else { continue }
            var variables: [Int] = []
            if let origin = origins[clause] {
                clauses += origin.clauses
                variables = origin.fixed
            } else {
                found.append(clause)
            }
            for literal in self[clause] { variables.append(literal.variable) }
            for variable in variables where seenVariables.insert(variable).inserted {
                if levels[variable] == 0, values[variable] != 0, reasons[variable] >= 0 {
                    clauses.append(Int(reasons[variable]))
                }
            }
        }
        return found.sorted()
    }

    private subscript(clause: Clause) -> ArraySlice<Literal> {
        let start = Int(starts[clause])
        return literals[start..<(start + Int(counts[clause]))]
    }

    private func value(_ literal: Literal) -> Int8 {
        literal.isTrue ? values[literal.variable] : -values[literal.variable]
    }

    private func store(_ clause: [Literal]) -> Clause {
        starts.append(Int32(literals.count))
        counts.append(Int32(clause.count))
        literals.append(contentsOf: clause)
        return starts.count - 1
    }

    /// Puts two literals first that may still hold, so that watching them finds every conclusion.
    private func sortWatched(_ clause: Clause) {
        let start = Int(starts[clause])
        var free = start
        for index in start..<(start + Int(counts[clause]))
        where value(literals[index]) >= 0 && free < start + 2 {
            literals.swapAt(index, free)
            free += 1
        }
        if free == start + 1, value(literals[start]) == 0, !literals[start].isWeak {
            set(literals[start], because: clause)
        }
    }

    private func watch(_ clause: Clause) {
        let start = Int(starts[clause])
        watches[literals[start].slot].append(Int32(clause))
        watches[literals[start + 1].slot].append(Int32(clause))
    }

    private func set(_ literal: Literal, because reason: Int) {
        values[literal.variable] = literal.isTrue ? 1 : -1
        levels[literal.variable] = Int32(level)
        reasons[literal.variable] = Int32(reason)
        trail.append(literal.variable)
    }

    /// Visits the clauses that watch a literal which has become false.
    private func visit(_ falseSlot: Int) -> Clause? {
        var kept = 0
        var index = 0
        var violated: Clause?
        let count = watches[falseSlot].count
        while index < count {
            let clause = watches[falseSlot][index]
            index += 1
            let start = Int(starts[Int(clause)])
            if literals[start].slot == falseSlot { literals.swapAt(start, start + 1) }
            let other = literals[start]
            if value(other) > 0 || moveWatch(clause, start) {
                if value(other) > 0 {
                    watches[falseSlot][kept] = clause
                    kept += 1
                }
                continue
            }
            watches[falseSlot][kept] = clause
            kept += 1
            if value(other) < 0 {
                violated = Int(clause)
                break
            }
            if !other.isWeak { set(other, because: Int(clause)) }
        }
        while index < count {
            watches[falseSlot][kept] = watches[falseSlot][index]
            kept += 1
            index += 1
        }
        watches[falseSlot].removeLast(count - kept)
        return violated
    }

    private func moveWatch(_ clause: Int32, _ start: Int) -> Bool {
        for index in (start + 2)..<max(start + 2, start + Int(counts[Int(clause)]))
        where value(literals[index]) >= 0 {
            literals.swapAt(start + 1, index)
            watches[literals[start + 1].slot].append(clause)
            return true
        }
        return false
    }

    /// Adds a learned clause whose first literal follows at the level jumped back to.
    private func jump(learning clause: [Literal], _ origin: (clauses: [Clause], fixed: [Int])) -> Int {
        var ordered = clause
        var target = 0
        if ordered.count > 1 {
            for index in 1..<ordered.count where Int(levels[ordered[index].variable]) > target {
                target = Int(levels[ordered[index].variable])
                ordered.swapAt(1, index)
            }
        }
        undo(to: target)
        let number = store(ordered)
        origins[number] = origin
        if ordered.count > 1 { watch(number) }
        set(ordered[0], because: number)
        return target
    }

    private func undo(to target: Int) {
        guard target < level else { return }
        let end = levelStarts[target]
        while trail.count > end { values[trail.removeLast()] = 0 }
        levelStarts.removeLast(level - target)
        propagated = trail.count
    }
}
