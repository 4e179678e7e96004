import Apk
import Planning
import Recipes
import Testing

@Suite("Plans")
struct PlannerTests {
    private let farm: RecipeSet

    init() throws {
        farm = try RecipeSet(
            """
            main/musl 1.2-r0 subpackages=musl-dev makedepends=linux-headers,perl
            main/linux-headers 6.12-r0
            main/zlib 1.3-r2 subpackages=zlib-dev,zlib-static makedepends=cmake
            main/ncurses 6.5-r0 subpackages=ncurses-dev
            main/readline 8.3-r0 subpackages=readline-dev makedepends=ncurses-dev depends_dev=ncurses-dev
            main/sqlite 3.50-r0 subpackages=sqlite-dev makedepends=readline-dev,zlib-dev>=1.3
            main/lua5.4 5.4-r0 makedepends=readline-dev checkdepends=tests-dev
            main/tests 1-r0 subpackages=tests-dev
            main/tool 1-r0 depends=lua5.4
            """)
    }

    @Test("Needs come first, the longest chain before shorter ones, and each step says why it is there")
    func order() throws {
        let plan = try farm.plan("sqlite", implicit: ["musl-dev"])
        #expect(
            plan.names == [
                "main/linux-headers", "main/musl", "main/ncurses", "main/readline", "main/zlib",
                "main/sqlite",
            ])
        #expect(plan.steps.map(\.wave) == [0, 1, 2, 3, 2, 4])
        #expect(plan.steps.map(\.priority) == [5, 4, 3, 2, 2, 1])
        #expect(plan.waves == 5)
        let zlib = try #require(plan["main/zlib"])
        #expect(zlib.reasons.map(\.description) == ["makedepends of main/sqlite: zlib-dev>=1.3"])
        #expect(zlib.needs == ["main/linux-headers", "main/musl"] || zlib.needs == ["main/musl"])
        #expect(zlib.hostTools == ["cmake"])
        #expect(zlib.buildPackages.map(\.description) == ["musl-dev"])
        let sqlite = try #require(plan["main/sqlite"])
        #expect(sqlite.reasons.map(\.description) == ["requested as sqlite"])
        #expect(sqlite.buildPackages.map(\.description) == ["musl-dev", "readline-dev", "zlib-dev"])
        #expect(sqlite.needs == ["main/musl", "main/ncurses", "main/readline", "main/zlib"])
    }

    @Test("What implicit packages need is built without them")
    func implicit() throws {
        let plan = try farm.plan("musl", implicit: ["musl-dev"])
        #expect(plan.names == ["main/linux-headers", "main/musl"])
        #expect(plan["main/linux-headers"]?.buildPackages.isEmpty == true)
        #expect(plan["main/musl"]?.needs == ["main/linux-headers"])
        #expect(plan["main/musl"]?.buildPackages.map(\.description) == ["linux-headers"])
        let all = try farm.plan("tests", implicit: ["musl-dev"])
        #expect(
            all["main/musl"]?.reasons.map(\.description) == ["implicit in main/tests: musl-dev"])
    }

    @Test("A request may name a recipe, its folder, a subpackage, or what a package provides")
    func requests() throws {
        let set = try RecipeSet("main/dash 1-r0 provides=cmd:sh,/bin/sh=1 subpackages=dash-doc")
        for name in ["dash", "main/dash", "dash-doc", "cmd:sh", "/bin/sh"] {
            #expect(try set.plan(name).names == ["main/dash"])
        }
        #expect(try set.plan("dash", "main/dash").steps[0].reasons.count == 2)
        #expect(try set.plan().steps.isEmpty)
    }

    @Test("checkdepends count only when tests are run")
    func checks() throws {
        #expect(try farm.plan("lua5.4").names.contains("main/tests"))
        var options = Planner.Options()
        options.runsChecks = false
        #expect(try !farm.plan("lua5.4", options: options).names.contains("main/tests"))
        let off = try RecipeSet("main/a 1-r0 checkdepends=nowhere options=!check")
        #expect(try off.plan("a").names == ["main/a"])
    }

    @Test("What a package depends on when installed is planned but need not be built before")
    func runtime() throws {
        let plan = try farm.plan("tool")
        #expect(plan["main/tool"]?.needs == [])
        #expect(plan["main/lua5.4"]?.reasons.map(\.description) == ["depends of main/tool: lua5.4"])
        var options = Planner.Options()
        options.includesRuntime = false
        #expect(try farm.plan("tool", options: options).names == ["main/tool"])
    }

    @Test("What a build installs brings its own dependencies, and those must be built before too")
    func runtimeOfBuildNeeds() throws {
        let set = try RecipeSet(
            """
            main/a 1-r0 makedepends=b-dev
            main/b 1-r0 subpackages=b-dev depends_dev=c-dev depends=d
            main/c 1-r0 subpackages=c-dev depends_dev=e-dev
            main/d 1-r0
            main/e 1-r0 subpackages=e-dev depends_dev=b-dev
            """)
        let plan = try set.plan("a")
        #expect(plan["main/a"]?.needs.sorted() == ["main/b", "main/c", "main/e"])
        #expect(plan["main/a"]?.buildPackages.map(\.description) == ["b-dev"])
        #expect(plan["main/b"]?.needs == [])
        #expect(Set(plan.names).contains("main/d"))
    }

    @Test("A recipe's own packages are no needs of it")
    func ownPackages() throws {
        let set = try RecipeSet("main/a 1-r0 subpackages=a-dev,a-libs makedepends=a-libs,a depends=a-libs")
        #expect(try set.plan("a").steps[0].needs == [])
    }

    @Test("A name in the table of host tools is one, except among makedepends_host")
    func hostTools() throws {
        let set = try RecipeSet(
            """
            main/a 1-r0 makedepends_build=perl>=5,bison makedepends_host=xz
            main/b 1-r0 makedepends=xz,cmd:msgfmt,xz-dev
            main/xz 5-r0 subpackages=xz-dev
            """)
        let a = try #require(try set.plan("a")["main/a"])
        #expect(a.hostTools == ["bison", "perl"])
        #expect(a.buildPackages.map(\.description) == ["xz"])
        let b = try #require(try set.plan("b")["main/b"])
        #expect(b.hostTools == ["cmd:msgfmt", "xz"])
        #expect(b.buildPackages.map(\.description) == ["xz-dev"])
    }

    @Test("The newer provided version is taken, then provider_priority, as apk does it")
    func providers() throws {
        let set = try RecipeSet(
            """
            main/a 1-r0 makedepends=tls-dev
            main/libressl 3-r0 provides=tls-dev=3
            main/openssl 3-r0 provides=tls-dev=3 provider_priority=10
            main/b 1-r0 makedepends=own-dev
            main/own 1-r0 subpackages=own-dev
            main/other 1-r0 provides=own-dev=2 provider_priority=100
            main/c 1-r0 makedepends=shell-dev>=2
            main/old 1-r0 provides=shell-dev=1.9
            main/new 1-r0 provides=shell-dev=2.1
            """)
        #expect(try set.plan("a").names == ["main/openssl", "main/a"])
        #expect(try set.plan("b").names == ["main/other", "main/b"])
        #expect(try set.plan("c").names == ["main/new", "main/c"])
    }

    @Test("Conflicts are no needs but told to whoever installs the build root")
    func conflicts() throws {
        let set = try RecipeSet("main/a 1-r0 makedepends=!gone,b-dev\nmain/b 1-r0 subpackages=b-dev")
        let step = try #require(try set.plan("a")["main/a"])
        #expect(step.needs == ["main/b"])
        #expect(step.buildAtoms.map(\.description) == ["b-dev", "!gone"])
    }

    @Test("The recipes that are built for the architecture are listed")
    func buildable() throws {
        let set = try RecipeSet("main/a 1-r0 arch=x86_64\nmain/c 1-r0\ncommunity/b 1-r0 arch=noarch")
        #expect(try set.planner().buildable == ["community/b", "main/c"])
    }
}
