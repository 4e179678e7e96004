import Planning
import Recipes
import Testing

@Suite("Refused plans")
struct RefusalTests {
    @Test("A name that nobody makes names its recipe, its place and names like it")
    func unknownDependency() throws {
        let set = try RecipeSet(
            """
            main/a 1-r0 depends=b makedepends=b,zlib-dve
            main/b 1-r0
            main/zlib 1-r0 subpackages=zlib-dev
            """)
        #expect(
            try set.refusal("a")
                == "main/a/APKBUILD:5:16: makedepends names 'zlib-dve', which no recipe provides; did you mean"
                + " zlib-dev or zlib? Else add a recipe, or a line in toolchain/host-tools.tsv if it is a program of the host"
        )
    }

    @Test("Without a name like it, only the remedies are given")
    func nothingNear() throws {
        let set = try RecipeSet("main/a 1-r0 makedepends=quite-another-thing")
        #expect(
            try set.refusal("a")
                == "main/a/APKBUILD:4:14: makedepends names 'quite-another-thing', which no recipe"
                + " provides; add a recipe, or a line in toolchain/host-tools.tsv if it is a program of the host"
        )
    }

    @Test("An unknown request names those like it")
    func unknownRequest() throws {
        let set = try RecipeSet("main/sqlite 1-r0 subpackages=sqlite-dev")
        #expect(
            try set.refusal("sqlit")
                == "no recipe is called 'sqlit' or makes a package of that name; did you mean"
                + " sqlite? Else see 'apkfarm recipe list'")
        #expect(
            try set.refusal("community/sqlite")?.hasPrefix("no recipe is called 'community/sqlite'") == true)
        #expect(try set.refusal("a b")?.hasPrefix("no recipe is called 'a b'") == true)
        #expect(try set.refusal("")?.hasPrefix("no recipe is called ''") == true)
    }

    @Test("A version that nobody has names those there are")
    func version() throws {
        let set = try RecipeSet("main/a 1-r0 makedepends=b-dev>=2.1\nmain/b 2.0-r3 subpackages=b-dev")
        #expect(
            try set.refusal("a")
                == "main/a/APKBUILD:4:14: makedepends asks for 'b-dev>=2.1' but there is only b-dev"
                + " 2.0-r3; change the constraint or the version")
    }

    @Test("A tool of the building machine must be in the table")
    func unknownTool() throws {
        let set = try RecipeSet("main/a 1-r0 makedepends_build=frobnicate\nmain/frobnicate 1-r0")
        #expect(
            try set.refusal("a") == "main/a/APKBUILD:4:20: makedepends_build names 'frobnicate', which"
                + " toolchain/host-tools.tsv does not list; add it there")
    }

    @Test("A recipe for other architectures is refused, with who needs it")
    func architecture() throws {
        let set = try RecipeSet("main/a 1-r0 makedepends=b\nmain/b 1-r0 arch=all,!wasm32")
        #expect(
            try set.refusal("a")
                == "main/b/APKBUILD:1:1: main/b is not for wasm32: arch is 'all !wasm32'; it is needed by"
                + " main/a; overlay its arch if it should be")
        #expect(try set.refusal("b")?.contains("needed") == false)
    }

    @Test("A circle is told in order, each link with the words that make it")
    func cycle() throws {
        let set = try RecipeSet(
            """
            main/top 1-r0 makedepends=bison2
            main/bison2 1-r0 makedepends=m4x checkdepends=flex2
            main/flex2 1-r0 makedepends=help
            main/help 1-r0 makedepends=bison2
            main/m4x 1-r0
            """)
        #expect(
            try set.refusal("top") == """
                recipes need each other: main/bison2 → main/flex2 → main/help → main/bison2
                  main/bison2: checkdepends names 'flex2'
                  main/flex2: makedepends names 'help'
                  main/help: makedepends names 'bison2'
                cut one of these lines, for example by an overlay that builds without checkdepends
                """)
        var options = Planner.Options()
        options.runsChecks = false
        #expect(try set.plan("top", options: options).steps.count == 3)
    }

    @Test("Of several circles the shortest is told")
    func shortestCycle() throws {
        let set = try RecipeSet(
            """
            main/a 1-r0 makedepends=b
            main/b 1-r0 makedepends=c
            main/c 1-r0 makedepends=a,d
            main/d 1-r0 makedepends=c
            """)
        #expect(
            try set.refusal("a")?.hasPrefix("recipes need each other: main/c → main/d → main/c\n") == true)
    }

    @Test("A circle through what a build need depends on says how")
    func runtimeCycle() throws {
        let set = try RecipeSet(
            """
            main/a 1-r0 makedepends=b
            main/b 1-r0 depends=c
            main/c 1-r0 makedepends=a
            """)
        #expect(
            try set.refusal("a")?.contains("main/a: makedepends names 'b, which depends on c'\n") == true)
    }

    @Test("A recipe with errors is refused with its findings when it is needed")
    func faulty() throws {
        let set = try RecipeSet("main/a 1-r0 makedepends=b\nmain/b 1-r0 source=https://example.org/x.tar.gz")
        #expect(
            try set.refusal("a")
                == "main/b/APKBUILD:9:1: 1 source but 0 checksums; run 'apkfarm recipe checksum b'")
    }

    @Test("Two recipes of one name are refused")
    func duplicate() throws {
        let set = try RecipeSet("main/a 1-r0\ncommunity/a 2-r0")
        #expect(
            try set.refusal("a")
                == "main/a/APKBUILD:6:1: the package 'a' is made by community/a/APKBUILD:6:1 too;"
                + " remove one of the recipes")
    }

    @Test("An implicit package that no recipe makes is refused")
    func implicit() throws {
        let set = try RecipeSet("main/a 1-r0")
        #expect(
            try set.refusal("a", implicit: ["musl-dev"])?.hasPrefix("no recipe is called 'musl-dev'") == true)
    }
}
