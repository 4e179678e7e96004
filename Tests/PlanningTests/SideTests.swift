import Foundation
import Planning
import Recipes
import Testing

@Suite("Sides of a cross build")
struct SideTests {
    private static let set = """
        main/a 1-r0 makedepends=LIST makedepends_host=boost1
        main/xz 5-r0 subpackages=xz-dev
        main/curl 8-r0 subpackages=curl-dev,libcurl
        main/scdoc2 1-r0
        main/linux-headers 6-r0
        main/wayland-protocols 1-r0 arch=noarch
        main/py3-six 1-r0 arch=noarch
        main/argp 1-r0
        main/boost1 1-r0 subpackages=boost1-dev provides=boost-dev=1
        """

    @Test(
        "Each word is on the side that its list, the table, its name or its provider says",
        arguments: [
            ("xz", "host: toolchain/host-tools.tsv:1"),
            ("argp", "target: toolchain/host-tools.tsv:2"),
            ("cmd:frob", "host: a command is run while building"),
            ("so:libz.so.1", "target: a library is linked"),
            ("xz-dev", "target: headers or libraries, by its name"),
            ("boost-dev", "target: headers or libraries, by its name"),
            ("linux-headers", "target: headers or libraries, by its name"),
            ("wayland-protocols", "target: its provider holds no machine code"),
            ("py3-six", "host: a module of an interpreted language"),
            ("curl", "host: a program; what is linked is in the -dev package beside it"),
            ("scdoc2", "host: a program; its recipe makes nothing to link"),
            ("gone", "target: nobody provides it"),
        ])
    func sides(word: String, side: String) throws {
        let recipes = try RecipeSet(Self.set.replacingOccurrences(of: "LIST", with: word))
        let set = try recipes.planner(tools: "xz\txz-utils\nargp\ttarget\ta static library\n").distribution
        let need = try #require(
            set.table.needs(of: try set.row(named: "a")).first { set.table.needs[$0].field == .makedepends })
        #expect("\(set.side(of: need))" == side)
    }

    @Test("The lists that say their side are believed")
    func lists() throws {
        let recipes = try RecipeSet(Self.set.replacingOccurrences(of: "LIST", with: "xz-dev"))
        let set = try recipes.planner().distribution
        let row = try set.row(named: "a")
        let sides = set.table.needs(of: row).map { "\(set.word(of: $0)) \(set.side(of: $0))" }
        #expect(sides.contains("boost1 target: named in makedepends_host"))
    }

    @Test("Headers in the table are those of programs that run while building: makedepends_build names them")
    func headers() throws {
        let set = try RecipeSet(
            """
            main/a 1-r0 makedepends=python3-dev
            main/b 1-r0 makedepends_build=python3-dev
            main/python3 3-r0 subpackages=python3-dev
            """
        ).planner(tools: "python3-dev\tpython3-dev\n").distribution
        func answer(_ name: String) throws -> String {
            let need = try #require(set.table.needs(of: try set.row(named: name)).first)
            return "\(set.answers[need].kind)"
        }
        #expect(try answer("a") == "package")
        #expect(try answer("b") == "hostTool")
    }

    @Test("A native build takes every word for a package, and -dev brings the libraries it links to")
    func native() throws {
        var options = Planner.Options()
        options.architecture = "x86_64"
        let set = try RecipeSet(
            """
            main/a 1-r0 makedepends=xz,b-dev
            main/xz 5-r0
            main/b 1-r0 subpackages=b-dev depends=c
            main/c 1-r0
            """)
        #expect(
            try set.plan("a", options: options).steps.map { "\($0.identity) \($0.needs)" } == [
                "main/b []", "main/c []", "main/xz []", #"main/a ["main/b", "main/c", "main/xz"]"#,
            ])
    }
}
