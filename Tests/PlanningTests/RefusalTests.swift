import Planning
import Recipes
import Testing

@Suite("Refused plans")
struct RefusalTests {
    @Test("A name that nobody makes names its recipe, its place and names like it")
    func unknownDependency() throws {
        let set = try RecipeSet(
            """
            main/a 1-r0 depends=b makedepends=b-dev,zlib-dve
            main/b 1-r0 subpackages=b-dev
            main/zlib 1-r0 subpackages=zlib-dev
            """)
        #expect(
            try set.refusal("a")
                == "main/a/APKBUILD:5:20: makedepends names 'zlib-dve', which no recipe provides; did you mean"
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
            try set.refusal("a")
                == "main/a/APKBUILD:4:20: makedepends_build names the tool 'frobnicate', which"
                + " toolchain/host-tools.tsv does not list; add it there")
    }

    @Test("A recipe for other architectures is refused, with who needs it")
    func architecture() throws {
        let set = try RecipeSet(
            "main/a 1-r0 makedepends=b-dev\nmain/b 1-r0 subpackages=b-dev arch=all,!wasm32")
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
            main/top 1-r0 makedepends=bison2-dev
            main/bison2 1-r0 subpackages=bison2-dev makedepends=m4x-dev checkdepends=flex2-dev
            main/flex2 1-r0 subpackages=flex2-dev makedepends=help-dev
            main/help 1-r0 subpackages=help-dev makedepends=bison2-dev
            main/m4x 1-r0 subpackages=m4x-dev
            """)
        #expect(
            try set.refusal("top") == """
                recipes need each other: main/bison2 → main/flex2 → main/help → main/bison2
                  main/bison2: checkdepends names 'flex2-dev'  ← cut here
                  main/flex2: makedepends names 'help-dev'
                  main/help: makedepends names 'bison2-dev'
                  build main/bison2 without checkdepends first: a line 'main/bison2<tab>checkdepends<tab>REASON' in jobs/stages
                """)
        var options = Planner.Options()
        options.runsChecks = false
        #expect(try set.plan("top", options: options).steps.count == 3)
    }

    @Test("Of several circles the shortest is told")
    func shortestCycle() throws {
        let set = try RecipeSet(
            """
            main/a 1-r0 subpackages=a-dev makedepends=b-dev
            main/b 1-r0 subpackages=b-dev makedepends=c-dev
            main/c 1-r0 subpackages=c-dev makedepends=a-dev,d-dev
            main/d 1-r0 subpackages=d-dev makedepends=c-dev
            """)
        #expect(
            try set.refusal("a")?.hasPrefix("recipes need each other: main/c → main/d → main/c\n") == true)
    }

    @Test("A circle through what a build need depends on says how")
    func runtimeCycle() throws {
        let set = try RecipeSet(
            """
            main/a 1-r0 subpackages=a-dev makedepends=b-dev
            main/b 1-r0 subpackages=b-dev depends_dev=c-dev
            main/c 1-r0 subpackages=c-dev makedepends=a-dev
            """)
        #expect(
            try set.refusal("a") == """
                recipes need each other: main/a → main/b → main/c → main/a
                  main/a: makedepends names 'b-dev'
                  main/b: depends_dev names 'c-dev'  ← cut here
                  main/c: makedepends names 'a-dev'
                  cut 'c-dev' from the depends_dev of main/b, for example by an overlay
                """)
    }

    @Test("A recipe with errors is refused with its findings when it is needed")
    func faulty() throws {
        let set = try RecipeSet(
            "main/a 1-r0 makedepends=b-dev\nmain/b 1-r0 subpackages=b-dev source=https://example.org/x.tar.gz"
        )
        #expect(
            try set.refusal("a")
                == "main/b/APKBUILD:9:1: 1 source but 0 checksums; run 'apkfarm recipe checksum b'")
    }

    @Test("What is provided without a version only has to be chosen by name, as apk asks")
    func unchosen() throws {
        let set = try RecipeSet(
            """
            main/a 1-r0 makedepends=mta-dev
            main/one 1-r0 provides=mta-dev
            main/two 1-r0 provides=mta-dev
            main/b 1-r0 makedepends=mta-dev,two subpackages=b-dev
            """)
        #expect(
            try set.refusal("a")
                == "main/a/APKBUILD:4:14: makedepends names 'mta-dev', which one (as mta-dev), two (as mta-dev)"
                + " provide without a version; name one of them, or give one a provider_priority")
        #expect(
            try set.planner(tools: "two\ttarget\tholds libraries").plan(["b"]).names == [
                "main/two", "main/b",
            ])
    }

    @Test("An implicit package that no recipe makes is refused")
    func implicit() throws {
        let set = try RecipeSet("main/a 1-r0")
        #expect(
            try set.refusal("a", implicit: ["musl-dev"])?.hasPrefix("no recipe is called 'musl-dev'") == true)
    }
}
