import Glibc
import Planning
import Recipes
import Testing

/// Numbers that are the same in every run (splitmix64).
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

@Suite("Properties of plans")
struct OrderPropertyTests {
    /// Recipes of which each may need those made before it, so that there is no circle; in random order.
    private static func random(_ count: Int, seed: UInt64, most: Int = 4) throws -> RecipeSet {
        var dice = Dice(state: seed)
        var lines: [String] = []
        for number in 0..<count {
            var words = ["main/r\(number) 1-r0 subpackages=r\(number)-dev"]
            if number > 0 {
                let needs = (0..<Int.random(in: 0...most, using: &dice)).map { _ in
                    "r\(Int.random(in: 0..<number, using: &dice))-dev"
                }
                if !needs.isEmpty { words.append("makedepends=" + needs.joined(separator: ",")) }
                if Bool.random(using: &dice) {
                    words.append("depends=r\(Int.random(in: 0..<number, using: &dice))")
                }
                if number % 3 == 0 {
                    words.append("depends_dev=r\(Int.random(in: 0..<number, using: &dice))-dev")
                }
            }
            lines.append(words.joined(separator: " "))
        }
        lines.shuffle(using: &dice)
        return try RecipeSet(lines.joined(separator: "\n"))
    }

    private func check(_ plan: BuildPlan) {
        var done: Set<String> = []
        var waves: [String: Int] = [:]
        for step in plan.steps {
            #expect(done.isSuperset(of: step.needs), "\(step.identity) stands before one of its needs")
            #expect(!step.reasons.isEmpty)
            #expect(step.wave == (step.needs.compactMap { waves[$0] }.max().map { $0 + 1 } ?? 0))
            waves[step.identity] = step.wave
            #expect(done.insert(step.identity).inserted, "\(step.identity) stands twice")
        }
    }

    @Test(
        "Every plan is a topological order without repetition, and what builds install is in it",
        arguments: 0..<40)
    func topological(seed: Int) throws {
        let set = try Self.random(60, seed: UInt64(seed))
        let planner = try set.planner(implicit: ["r0-dev"])
        let plan = try planner.plan(["r59", "r\(seed)"])
        check(plan)
        let packages = Set(plan.steps.flatMap { $0.recipe.packages })
        for step in plan.steps { #expect(packages.isSuperset(of: step.buildPackages)) }
        check(try planner.plan(planner.buildable))
    }

    @Test("Equal recipes in another order give an equal plan", arguments: 0..<10)
    func deterministic(seed: Int) throws {
        let set = try Self.random(80, seed: UInt64(seed))
        func text(_ recipes: [Recipe]) throws -> [String] {
            try Planner(recipes: recipes, implicit: []).plan(["r79", "r40"]).steps.map {
                "\($0.identity) \($0.needs) \($0.wave) \($0.priority) \($0.buildPackages)"
            }
        }
        #expect(try text(set.recipes) == text(set.recipes.reversed()))
    }

    @Test("Adding a request never removes a step", arguments: 0..<10)
    func monotone(seed: Int) throws {
        let planner = try Self.random(50, seed: UInt64(seed)).planner()
        let few = try planner.plan(["r30"])
        let more = try planner.plan(["r30", "r49"])
        #expect(Set(more.names).isSuperset(of: few.names))
    }

    @Test("A random circle is always found, is one, and no shorter one is there", arguments: 0..<20)
    func cycles(seed: Int) throws {
        var dice = Dice(state: UInt64(seed))
        let needs = (0..<30).map { [Int.random(in: 0..<30, using: &dice), ($0 + 1) % 30].filter { $0 >= 0 } }
        let lines = needs.enumerated().map { number, list in
            "main/r\(number) 1-r0 subpackages=r\(number)-dev makedepends="
                + list.map { "r\($0)-dev" }.joined(separator: ",")
        }
        let planner = try RecipeSet(lines.joined(separator: "\n")).planner()
        let order = planner.distribution.order(of: planner.distribution.buildable)
        #expect(!order.cycles.isEmpty)
        for cycle in order.cycles {
            for (index, link) in cycle.links.enumerated() {
                #expect("main/\(link.atom)" == cycle.links[(index + 1) % cycle.links.count].recipe + "-dev")
            }
            #expect(Set(cycle.recipes).count == cycle.recipes.count, "a recipe is met twice")
        }
        #expect(order.cycles[0].links.count == Self.shortest(needs))
        #expect(planner.distribution.order(of: planner.distribution.buildable).cycles == order.cycles)
        let error = #expect(throws: PlanningError.self) { try planner.plan(["r0"]) }
        guard case .cycle? = error else {
            Issue.record("no cycle but \(String(describing: error))")
            return
        }
    }

    /// The length of the shortest circle, by trying all: a recipe's need of itself counts as none.
    private static func shortest(_ needs: [[Int]]) -> Int {
        var distance = [[Int]](repeating: [Int](repeating: 1_000, count: needs.count), count: needs.count)
        for (from, list) in needs.enumerated() { for to in list where to != from { distance[from][to] = 1 } }
        for middle in needs.indices {
            for from in needs.indices {
                for to in needs.indices {
                    distance[from][to] = min(
                        distance[from][to], distance[from][middle] + distance[middle][to])
                }
            }
        }
        return needs.indices.map { distance[$0][$0] }.min() ?? 0
    }

    /// Seconds that this thread ran: other tests do not count.
    private func processorTime<T>(_ body: () throws -> T) rethrows -> (T, Double) {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let start = now()
        let value = try body()
        return (value, now() - start)
    }

    @Test("All of a tree as large as Alpine's is planned in well under a second")
    func large() throws {
        let planner = try Self.random(12_712, seed: 7, most: 8).planner(implicit: ["r0-dev"])
        let (plan, time) = try processorTime { try planner.plan(planner.buildable) }
        #expect(plan.steps.count == 12_712)
        // A budget of processor time for a debug build; release takes a tenth of it.
        #expect(time < 20, "planning took \(time) s")
        print("planned 12,712 recipes, \(plan.waves) waves, in \(time) CPU seconds")
        var place: [String: Int] = [:]
        for (index, step) in plan.steps.enumerated() { place[step.identity] = index }
        let isSorted = plan.steps.allSatisfy { step in
            step.needs.allSatisfy { place[$0, default: .max] < place[step.identity, default: -1] }
        }
        #expect(isSorted)
    }
}
