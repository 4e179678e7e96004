import Foundation
import Recipes
import Testing

@Suite("Recipe trees")
struct RecipeTreeTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
    }

    private let text = "pkgname=x\n"

    @Test("Recipes are found in repositories, sorted; other files and hidden folders are passed over")
    func finds() throws {
        for name in ["main/zlib", "main/attr", "community/jq", ".git/hooks", "main/.hidden"] {
            try work.write(text, to: "tree/\(name)/APKBUILD")
        }
        try work.write("", to: "tree/README.md")
        try work.write("", to: "tree/main/notes/readme")
        let tree = RecipeTree(trees: [work.path + "/tree"])
        #expect(tree.entries.map(\.identity) == ["community/jq", "main/attr", "main/zlib"])
        #expect(tree.findings.isEmpty)
        #expect(tree["main/zlib"]?.name == "zlib")
        #expect(tree["jq"]?.repository == "community")
        #expect(tree["nothing"] == nil)
    }

    @Test(
        "An overlay wins over a tree, a later one over an earlier one, and main over community by short name")
    func overlays() throws {
        for name in [
            "tree/main/zlib", "one/main/zlib", "two/main/zlib", "tree/community/lua", "tree/main/lua",
        ] {
            try work.write(text, to: "\(name)/APKBUILD")
        }
        try work.write(text, to: "one/testing/lua/APKBUILD")
        let plain = RecipeTree(trees: [work.path + "/tree"])
        #expect(plain["lua"]?.repository == "main")
        let tree = RecipeTree(
            trees: [work.path + "/tree"], overlays: [work.path + "/one", work.path + "/two"])
        #expect(tree["zlib"]?.path == work.path + "/two/main/zlib")
        #expect(tree["zlib"]?.isOverlay == true)
        #expect(tree["lua"]?.identity == "testing/lua")
        #expect(tree.entries.count == 4)
    }

    @Test("A stand-in of an overlay gives way to a tree's recipe, and stands where there is none")
    func standIns() throws {
        for name in ["tree/main/gzip", "overlay/main/gzip", "overlay/main/tree"] {
            try work.write(text, to: "\(name)/APKBUILD")
        }
        for name in ["gzip", "tree"] { try work.write("", to: "overlay/main/\(name)/stand-in") }
        let both = RecipeTree(trees: [work.path + "/tree"], overlays: [work.path + "/overlay"])
        #expect(both["gzip"]?.path == work.path + "/tree/main/gzip")
        #expect(both["tree"]?.isOverlay == true)
        let alone = RecipeTree(trees: [], overlays: [work.path + "/overlay"])
        #expect(alone["main/gzip"]?.path == work.path + "/overlay/main/gzip")
        #expect(alone["main/gzip"]?.changes == nil)
    }

    @Test("What a stand-in says of the tree's recipe changes that one and nothing of its own")
    func standInWithChanges() throws {
        for name in ["tree/main/gzip", "overlay/main/gzip"] { try work.write(text, to: "\(name)/APKBUILD") }
        try work.write("", to: "overlay/main/gzip/stand-in")
        try work.write("", to: "overlay/main/gzip/of-tree/check.known-failures")
        try work.write("# failures\n", to: "overlay/main/gzip/of-tree/overlay.toml")
        let both = RecipeTree(trees: [work.path + "/tree"], overlays: [work.path + "/overlay"])
        let gzip = try #require(both["gzip"])
        #expect(gzip.changes?.path == work.path + "/overlay/main/gzip/of-tree")
        let folder = try gzip.open()
        #expect(folder.text == text)
        #expect(
            folder.location(of: "check.known-failures")
                == gzip.changes.map { $0.path + "/check.known-failures" })
        let alone = RecipeTree(trees: [], overlays: [work.path + "/overlay"])
        let own = try #require(alone["gzip"])
        #expect(own.changes == nil)
        #expect(try own.open().files == ["stand-in"])
    }

    @Test("Files beside the recipe are listed with those of subfolders, without src, pkg and hidden ones")
    func files() throws {
        for name in ["APKBUILD", "a.patch", "patches/b.patch", "src/x", "pkg/y", "tmp/z", ".swp"] {
            try work.write(text, to: "tree/main/x/\(name)")
        }
        try work.link("tree/main/x/c.patch", to: "a.patch")
        let folder = try RecipeFolder.open(work.path + "/tree/main/x")
        #expect(folder.files == ["a.patch", "c.patch", "patches/b.patch"])
        #expect(folder.identity == "main/x")
        #expect(folder.text == text)
    }

    @Test("A tree that is not there is a finding")
    func missing() {
        let tree = RecipeTree(trees: ["/nonexistent/aports"])
        #expect(tree.entries.isEmpty)
        #expect(
            tree.findings.map(\.description) == [
                "/nonexistent/aports:1:1: the folder cannot be read: No such file or directory; check the path and its"
                    + " rights"
            ])
    }

    @Test("A link out of the tree is refused, whether it is a repository, a recipe's folder or an APKBUILD")
    func linksOut() throws {
        try work.write(text, to: "elsewhere/main/evil/APKBUILD")
        try work.write(text, to: "tree/main/good/APKBUILD")
        try work.link("tree/main/evil", to: "../../elsewhere/main/evil")
        try work.link("tree/stolen", to: work.path + "/elsewhere/main")
        try work.link("tree/main/file/APKBUILD", to: "/etc/passwd")
        let tree = RecipeTree(trees: [work.path + "/tree"])
        #expect(tree.entries.map(\.identity) == ["main/file", "main/good"])
        #expect(Set(tree.findings.map(\.place.file)) == ["main/evil", "stolen"])
        let file = try #require(tree["file"])
        let error = #expect(throws: RecipeError.self) { try file.open() }
        #expect(
            error?.description
                == "main/file/APKBUILD:1:1: is a symbolic link that leads out of the recipe tree;"
                + " copy the file into the tree")
    }

    @Test("A file beside the recipe that links out of the tree is refused")
    func fileLinksOut() throws {
        try work.write(text, to: "tree/main/x/APKBUILD")
        try work.link("tree/main/x/shadow", to: "/etc/shadow")
        let error = #expect(throws: RecipeError.self) { try RecipeFolder.open(work.path + "/tree/main/x") }
        #expect(error?.findings.first?.rule == "link-out-of-tree")
        #expect(error?.findings.first?.what.contains("'shadow'") == true)
    }

    @Test("A link that stays in the tree is read")
    func linkInside() throws {
        try work.write(text, to: "tree/main/x/APKBUILD")
        try work.link("tree/main/y", to: "x")
        let tree = RecipeTree(trees: [work.path + "/tree"])
        #expect(tree.entries.map(\.identity) == ["main/x", "main/y"])
        #expect(try tree["y"]?.open().text == text)
    }

    @Test("A dangling APKBUILD is found and refused, not passed over")
    func dangling() throws {
        try work.link("tree/main/x/APKBUILD", to: "nothing")
        let tree = RecipeTree(trees: [work.path + "/tree"])
        let entry = try #require(tree["x"])
        let error = #expect(throws: RecipeError.self) { try entry.open() }
        #expect(error?.findings.first?.rule == "unreadable-recipe")
    }

    @Test(
        "Bytes that no recipe has are refused with their place",
        arguments: [
            (Array("a=1\nb=\u{e9}\0\n".utf8), "nul-byte", 2, 5),
            (Array("a=1\n# \n  b=".utf8) + [0xff, 0x0a], "not-utf8", 3, 5),
            ([0xc3, 0x28], "not-utf8", 1, 1),
        ])
    func oddBytes(bytes: [UInt8], rule: String, line: Int, column: Int) throws {
        try work.write(bytes, to: "tree/main/x/APKBUILD")
        let error = #expect(throws: RecipeError.self) { try RecipeFolder.open(work.path + "/tree/main/x") }
        let finding = try #require(error?.findings.first)
        #expect(finding.rule == rule)
        #expect((finding.place.line, finding.place.column) == (line, column))
    }

    @Test("A recipe larger than a mebibyte is refused without being read")
    func huge() throws {
        try work.write([UInt8](repeating: 0x23, count: (1 << 20) + 1), to: "tree/main/x/APKBUILD")
        let error = #expect(throws: RecipeError.self) { try RecipeFolder.open(work.path + "/tree/main/x") }
        #expect(
            error?.description
                == "main/x/APKBUILD:1:1: has 1048577 bytes; a recipe may have 1048576; move large"
                + " contents into files of the recipe's folder")
    }

    @Test("A pipe in the place of the recipe is refused and does not block")
    func pipe() throws {
        try work.write("", to: "tree/main/x/other")
        #expect(mkfifo(work.path + "/tree/main/x/APKBUILD", 0o600) == 0)
        let error = #expect(throws: RecipeError.self) { try RecipeFolder.open(work.path + "/tree/main/x") }
        #expect(error?.findings.first?.what == "is not a plain file")
    }

    @Test("More than two thousand files beside a recipe are refused")
    func manyFiles() throws {
        try work.write(text, to: "tree/main/x/APKBUILD")
        for number in 0...RecipeFolder.mostFiles { try work.write("", to: "tree/main/x/f\(number)") }
        let error = #expect(throws: RecipeError.self) { try RecipeFolder.open(work.path + "/tree/main/x") }
        #expect(error?.findings.first?.rule == "too-many-files")
    }
}
