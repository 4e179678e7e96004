import Apk
import Planning
import Testing

@Suite("What recipes use of Alpine's build-base without naming it")
struct BuildBaseTests {
    private static let set = """
        main/musl 1-r0 subpackages=musl-dev
        main/runtimes 1-r0 subpackages=libc++-dev makedepends=headers-dev
        main/headers 1-r0 subpackages=headers-dev
        main/tool 1-r0 subpackages=tool-dev
        main/plain 1-r0
        main/user 1-r0 makedepends=tool-dev
        """

    private func planner(_ text: String) throws -> Planner {
        try Planner(
            recipes: RecipeSet(Self.set).recipes, implicit: ["musl-dev"], buildBase: BuildBase(parsing: text))
    }

    @Test("The roots of listed recipes hold the packages, which are built before, and others do not")
    func roots() throws {
        let planner = try planner("# why\nmain/tool\tlibc++-dev\tC++\nmain/gone\tlibc++-dev\n")
        let plan = try planner.plan(["user"])
        #expect(
            plan.names == ["main/musl", "main/headers", "main/runtimes", "main/tool", "main/user"])
        let tool = try #require(plan["main/tool"])
        #expect(tool.buildPackages.map(\.description) == ["libc++-dev", "musl-dev"])
        #expect(tool.needs == ["main/musl", "main/runtimes"])
        #expect(plan["main/user"]?.buildPackages.map(\.description) == ["musl-dev", "tool-dev"])
        #expect(
            plan["main/runtimes"]?.reasons.map(\.description) == ["implicit in main/tool: libc++-dev"])
        #expect(try planner.plan(["plain"]).names == ["main/musl", "main/plain"])
    }

    @Test("A recipe that the packages need themselves stands in a circle, which is named")
    func circle() throws {
        let planner = try planner("main/headers\tlibc++-dev\n")
        let error = #expect(throws: PlanningError.self) { try planner.plan(["headers"]) }
        #expect(error?.description.contains("main/runtimes") == true)
        #expect(error?.description.contains("libc++-dev") == true)
    }

    @Test("A package that nobody makes is refused by name")
    func unknown() {
        let error = #expect(throws: PlanningError.self) { try planner("main/tool\tlibc+++-dev\n") }
        #expect(error?.description.contains("libc+++-dev") == true)
    }

    @Test(
        "A line that says nothing is refused with its number",
        arguments: [
            ("main/a\n", "toolchain/build-base.tsv:1:1: the line has no recipe and packages"),
            ("\na\tlibc++-dev\n", "toolchain/build-base.tsv:2:1: the line has no recipe and packages"),
            ("main/a\t \tx\n", "toolchain/build-base.tsv:1:1: the line has no recipe and packages"),
            ("main/a\tb\nmain/a\tb\n", "toolchain/build-base.tsv:2:1: 'main/a' is listed twice"),
        ])
    func malformed(text: String, message: String) {
        let error = #expect(throws: BuildBase.Malformed.self) { try BuildBase(parsing: text) }
        #expect(error?.description.hasPrefix(message) == true)
    }
}
