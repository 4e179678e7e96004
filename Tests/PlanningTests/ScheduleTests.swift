import Apk
import Planning
import Testing

@Suite("Stages, times and differences")
struct ScheduleTests {
    private static let circle = """
        main/bison2 1-r0 subpackages=bison2-dev checkdepends=flex2-dev
        main/flex2 1-r0 subpackages=flex2-dev makedepends=bison2-dev
        main/app 1-r0 makedepends=flex2-dev
        """

    @Test("A declared recipe is built without its tests first, and again when everything is there")
    func stages() throws {
        let stages = try BootstrapStages(parsing: "# why\nmain/bison2\tcheckdepends\tflex needs it\n")
        let planner = try Planner(
            recipes: RecipeSet(Self.circle).recipes, implicit: [], stages: stages)
        let order = planner.distribution.order(of: planner.distribution.buildable)
        #expect(
            order.steps.map { "\(planner.distribution.identity(of: $0.row)) \($0.stage)" } == [
                "main/bison2 1", "main/flex2 0", "main/app 0", "main/bison2 2",
            ])
        #expect(order.cycles.isEmpty)
        #expect(planner.distribution.obstacles(of: planner.distribution.buildable).count == 0)
        let plan = try planner.plan(["bison2"])
        #expect(plan.names == ["main/flex2", "main/bison2"])
        #expect(plan.bootstrap == ["main/bison2"])
        #expect(plan["main/bison2"]?.needs == ["main/flex2"])
        // What the first build made is there: nothing waits for the second one.
        #expect(plan["main/flex2"]?.needs == [])
        let first = try #require(plan.firstStage?["main/bison2"])
        #expect(first.isFirstBuild)
        #expect(first.buildPackages.isEmpty)
        #expect(plan["main/bison2"]?.isFirstBuild == false)
        #expect(plan["main/bison2"]?.buildPackages.map(\.description) == ["flex2-dev"])
        #expect(try RecipeSet("main/a 1-r0").plan("a").firstStage == nil)
    }

    @Test("Before a plan only that is built which the declared first builds need, in an order that works")
    func firstStage() throws {
        let stages = try BootstrapStages(parsing: "main/top\tcheckdepends\tx\n")
        let text = """
            main/base 1-r0 subpackages=base-dev
            main/top 1-r0 subpackages=top-dev makedepends=lib-dev checkdepends=user-dev
            main/lib 1-r0 subpackages=lib-dev makedepends=base-dev
            main/other 1-r0
            main/user 1-r0 subpackages=user-dev makedepends=top-dev,lib-dev depends_dev=other
            """
        let planner = try Planner(recipes: RecipeSet(text).recipes, implicit: [], stages: stages)
        let plan = try planner.plan(["top", "other"])
        #expect(plan.bootstrap == ["main/base", "main/lib", "main/top"])
        let first = try #require(plan.firstStage)
        #expect(first.steps.map(\.isFirstBuild) == [false, false, true])
        #expect(first.steps.map(\.needs) == [[], ["main/base"], ["main/lib"]])
        #expect(plan.names.last == "main/top")
    }

    @Test("Jobs of a plan wait on first builds just where no second one can have been made")
    func jobs() throws {
        let stages = try BootstrapStages(parsing: "main/top\tcheckdepends\tx\nmain/low\tmakedepends\tx\n")
        let text = """
            main/base 1-r0 subpackages=base-dev
            main/late 1-r0 makedepends=top-dev
            main/low 1-r0 subpackages=low-dev makedepends=top-dev
            main/top 1-r0 subpackages=top-dev makedepends=low-dev,base-dev checkdepends=user-dev
            main/user 1-r0 subpackages=user-dev makedepends=top-dev
            """
        let planner = try Planner(recipes: RecipeSet(text).recipes, implicit: [], stages: stages)
        let outline = try planner.distribution.outline(["top", "late", "low"])
        let first = planner.distribution.firstBuilds(of: outline)
        #expect(first.map(\.identity) == ["main/low", "main/top"])
        #expect(first.map(\.needs) == [[], ["main/base"]])
        #expect(first.map(\.firstBuilds) == [[], ["main/low"]])
        var needs = planner.distribution.needs(in: outline)
        var place: [String: Int] = [:]
        for (index, step) in outline.steps.enumerated() { place[step.identity] = index }
        for step in outline.steps {
            let before = needs.recipes(before: step)
            let firstBuilds = needs.firstBuilds(before: step)
            #expect(before.allSatisfy { (place[$0] ?? .max) < (place[step.identity] ?? 0) })
            #expect(Set(before).isDisjoint(with: firstBuilds))
            switch step.identity {
            case "main/user": #expect(firstBuilds == ["main/top"])
            case "main/low": #expect(before + firstBuilds.sorted() == ["main/low", "main/top"])
            case "main/base": #expect(firstBuilds == [])
            case "main/late": #expect(before + firstBuilds == ["main/top"])
            default: #expect(firstBuilds.contains("main/top") && before.contains("main/user"))
            }
        }
    }

    @Test(
        "A line that declares nothing is refused with its number",
        arguments: [
            ("main/a\tcheckdepends\n", "jobs/stages:1:1: the line has no recipe, lists and reason"),
            ("\na\tcheckdepends\tx\n", "jobs/stages:2:1: the line has no recipe, lists and reason"),
            ("main/a\tdepends\tx\n", "jobs/stages:1:1: 'depends' is no list that a build installs"),
            (
                "main/a\tcheckdepends\tx\nmain/a\tcheckdepends\tx\n",
                "jobs/stages:2:1: 'main/a' is listed twice"
            ),
        ])
    func malformed(text: String, message: String) {
        let error = #expect(throws: BootstrapStages.Malformed.self) { try BootstrapStages(parsing: text) }
        #expect(error?.description.hasPrefix(message) == true)
    }

    private static let timed = """
        main/slow 1-r0 subpackages=slow-dev
        main/next 1-r0 makedepends=slow-dev
        main/a 1-r0 subpackages=a-dev
        main/b 1-r0 makedepends=a-dev subpackages=b-dev
        main/c 1-r0 makedepends=b-dev
        """

    @Test("Recorded times decide what is built first, and how long it takes")
    func times() throws {
        let set = try RecipeSet(Self.timed).planner().distribution
        #expect(
            try set.outline(["next", "c"]).steps.map(\.identity) == [
                "main/a", "main/b", "main/slow", "main/c", "main/next",
            ])
        let times = BuildTimes(["main/slow": 100, "main/next": 10, "main/a": 5, "main/b": 5])
        #expect(times.usual == 10)
        #expect(
            try set.outline(["next", "c"], times: times).steps.map(\.identity) == [
                "main/slow", "main/a", "main/b", "main/c", "main/next",
            ])
        let two = set.estimate(of: set.buildable, times: times, workers: 2)
        #expect(two.seconds == 110)
        #expect(two.work == 130)
        #expect(two.criticalPath.map(\.identity) == ["main/slow", "main/next"])
        #expect((two.known, two.count) == (4, 5))
        #expect(set.estimate(of: set.buildable, times: times, workers: 1).seconds == 130)
    }

    @Test("No number of workers beats the critical path, and one worker does all the work", arguments: 0..<10)
    func bounds(seed: Int) throws {
        var dice = Dice(state: UInt64(seed))
        let lines = (0..<60).map { number in
            "main/r\(number) 1-r0 subpackages=r\(number)-dev"
                + (number == 0 ? "" : " makedepends=r\(Int.random(in: 0..<number, using: &dice))-dev")
        }
        let set = try RecipeSet(lines.joined(separator: "\n")).planner().distribution
        var seconds: [String: Double] = [:]
        for number in 0..<60 { seconds["main/r\(number)"] = Double(Int.random(in: 1...50, using: &dice)) }
        let times = BuildTimes(seconds)
        let chain = set.estimate(of: set.buildable, times: times, workers: 60)
        #expect(chain.seconds == chain.criticalPath.reduce(0) { $0 + $1.seconds })
        var before = set.estimate(of: set.buildable, times: times, workers: 1).seconds
        #expect(before == chain.work)
        for workers in [2, 4, 8] {
            let now = set.estimate(of: set.buildable, times: times, workers: workers).seconds
            #expect(now <= before && now >= chain.seconds && now * Double(workers) >= chain.work)
            before = now
        }
    }

    @Test("Two states of a tree are compared by recipe, with what is to be built again")
    func difference() throws {
        let old = try RecipeSet(
            """
            main/a 1-r0 makedepends=b-dev
            main/b 1-r0 subpackages=b-dev
            main/c 2-r0
            main/gone 1-r0
            main/x 1-r0 makedepends=tls-dev
            main/one 1-r0 provides=tls-dev=1
            """
        ).planner().distribution
        let new = try RecipeSet(
            """
            main/a 1-r0 makedepends=b-dev
            main/b 1-r1 subpackages=b-dev makedepends=new-dev
            main/c 1-r0
            main/new 1-r0 subpackages=new-dev
            main/x 1-r0 makedepends=tls-dev
            main/one 1-r0 provides=tls-dev=1
            main/two 1-r0 provides=tls-dev=2
            """
        ).planner().distribution
        let difference = PlanDifference(from: old, to: new)
        #expect(
            difference.changes.map {
                "\($0.kind) \($0.recipe) \($0.before)>\($0.after) +\($0.gained) -\($0.lost) \($0.dependants)"
            } == [
                #"upgraded main/b 1-r0>1-r1 +["makedepends: new-dev"] -[] 1"#,
                "downgraded main/c 2-r0>1-r0 +[] -[] 0",
                "removed main/gone 1-r0> +[] -[] 0",
                "added main/new >1-r0 +[] -[] 2",
                #"added main/two >1-r0 +["provides: tls-dev=2"] -[] 1"#,
                "moved main/x 1-r0>1-r0 +[] -[] 0",
            ])
        #expect(difference.rebuilds == ["main/a", "main/b", "main/c", "main/new", "main/two", "main/x"])
        #expect(PlanDifference(from: new, to: new).changes.isEmpty)
    }
}
