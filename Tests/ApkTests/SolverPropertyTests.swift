import Apk
import Testing

/// Random numbers that are the same in every run.
struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

@Suite("Solver properties")
struct SolverPropertyTests {
    private struct World {
        var entries: [IndexEntry] = []
        var wishes: [DependencyAtom] = []

        init(_ dice: inout Dice) throws {
            let names = ["a", "b", "c", "d", "e"]
            for name in names {
                for version in 1...Int.random(in: 1...3, using: &dice) {
                    var entry = IndexEntry(
                        name: try PackageName(parsing: name),
                        version: try PackageVersion(parsing: "\(version)"))
                    for _ in 0..<Int.random(in: 0...2, using: &dice) {
                        entry.dependencies.append(try Self.atom(names + ["x", "y"], &dice))
                    }
                    if Int.random(in: 0...3, using: &dice) == 0 {
                        let name = ["x", "y"].randomElement(using: &dice) ?? "x"
                        let version = Int.random(in: 1...3, using: &dice)
                        entry.provides.append(try DependencyAtom(parsing: "\(name)=\(version)"))
                    }
                    entries.append(entry)
                }
            }
            for _ in 0..<Int.random(in: 1...3, using: &dice) { wishes.append(try Self.atom(names, &dice)) }
        }

        private static func atom(_ names: [String], _ dice: inout Dice) throws -> DependencyAtom {
            let name = names.randomElement(using: &dice) ?? "a"
            let version = Int.random(in: 1...3, using: &dice)
            let forms = ["", "", "=\(version)", "<\(version + 1)", ">\(version - 1)", ">=\(version)"]
            let isConflict = Int.random(in: 0...5, using: &dice) == 0
            return try DependencyAtom(
                parsing: (isConflict ? "!" : "") + name + (forms.randomElement(using: &dice) ?? ""))
        }

        /// Whether these packages may be installed together and give what is wished.
        func allows(_ chosen: [IndexEntry]) -> Bool {
            for (index, entry) in chosen.enumerated() {
                let own = Set([entry.name] + entry.provides.map(\.name))
                for other in chosen[(index + 1)...]
                where own.contains(other.name) || other.provides.contains(where: { own.contains($0.name) }) {
                    return false
                }
                for atom in entry.dependencies where !isMet(atom, chosen, of: entry) { return false }
            }
            return wishes.allSatisfy { isMet($0, chosen, of: nil) }
        }

        private func isMet(_ atom: DependencyAtom, _ chosen: [IndexEntry], of owner: IndexEntry?) -> Bool {
            for entry in chosen {
                let provisions =
                    [(entry.name, Optional(entry.version))] + entry.provides.map { ($0.name, $0.version) }
                for (name, version) in provisions where name == atom.name {
                    guard atom.accepts(version: version, identity: nil) else { continue }
                    if !atom.isConflict { return true }
                    if owner?.label != entry.label { return false }
                }
            }
            return atom.isConflict
        }

        /// Tries every set.
        var isPossible: Bool {
            (0..<(1 << entries.count)).contains { set in
                allows(entries.indices.filter { set >> $0 & 1 == 1 }.map { entries[$0] })
            }
        }
    }

    @Test(arguments: 1...300)
    func `a solution is right, and none is missed`(seed: Int) throws {
        var dice = Dice(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
        for _ in 0..<20 { _ = dice.next() }
        let world = try World(&dice)
        var universe = Universe()
        universe.add(repository: Index(entries: world.entries))
        do {
            let solution = try Solver(universe).solve(world: world.wishes)
            #expect(world.allows(solution.packages), "\(solution.packages.map(\.label)) for \(world.wishes)")
            #expect(solution.changes.count == solution.packages.count)
        } catch {
            #expect(!world.isPossible, "missed a solution: \(error)")
            #expect(
                error.message.split(separator: "\n").count > 1 && !error.message.contains("no reason"),
                "\(error)")
        }
    }

    @Test func `thousands of packages are solved`() throws {
        var dice = Dice(state: 42)
        var entries: [IndexEntry] = []
        for number in 0..<6000 {
            for version in 1...2 {
                var entry = IndexEntry(
                    name: try PackageName(parsing: "p\(number)"),
                    version: try PackageVersion(parsing: "\(version)"))
                entry.provides = [try DependencyAtom(parsing: "so:lib\(number).so.\(version)=\(version)")]
                for _ in 0..<min(number, 6) {
                    let other = Int.random(in: 0..<number, using: &dice)
                    entry.dependencies.append(
                        try DependencyAtom(parsing: version == 2 ? "so:lib\(other).so.2" : "p\(other)"))
                }
                entries.append(entry)
            }
        }
        var universe = Universe()
        universe.add(repository: Index(entries: entries))
        let world = try (0..<200).map { try DependencyAtom(parsing: "p\(5999 - $0 * 7)") }
        let solution = try Solver(universe).solve(world: world)
        #expect(solution.packages.count > 3000)
        #expect(solution.packages.allSatisfy { $0.version.description == "2" })
    }
}
