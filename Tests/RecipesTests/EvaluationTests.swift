import Foundation
import Recipes
import Testing

@Suite("Evaluating recipes")
struct EvaluationTests {
    private func folder(_ text: String, path: String = "/nonexistent") -> RecipeFolder {
        RecipeFolder(repository: "main", name: "sample", path: path, files: [], text: text)
    }

    private func evaluate(_ text: String) throws -> EvaluatedRecipe {
        try RecipeEvaluator().evaluate(folder(text), in: RecipeEnvironment())
    }

    private func finding(_ text: String) -> Finding? {
        do {
            _ = try evaluate(text)
            return nil
        } catch { return (error as? RecipeError)?.findings.first }
    }

    @Test("A fixture evaluates to what a real shell made of it", arguments: RecipeFixture.all)
    func fixture(_ fixture: RecipeFixture) throws {
        let environment = RecipeEnvironment()
        let found = try RecipeEvaluator(evaluatesSplits: false).evaluate(try fixture.read(), in: environment)
        let expected = try fixture.evaluated()
        #expect(found.functions == expected.functions)
        // What keeps its value is left out.
        for (name, value) in expected.variables
        where !environment.variables.contains(where: { $0.name == name && $0.value == value }) {
            #expect(found.variables[name] == value)
        }
    }

    @Test("Unset and empty differ, and what keeps its value is left out")
    func unset() throws {
        let recipe = try evaluate(
            "a=\nb=1\nunset b\nCARCH=$CARCH\nCHOST=other\nexport c=2\nPATH=/x\nf() { :; }\n")
        #expect(recipe.variables == ["a": "", "CHOST": "other", "c": "2"])
        #expect(recipe.functions == ["f"])
    }

    @Test("A finding has the place in the recipe and a cure")
    func place() throws {
        let found = try #require(finding("pkgname=a\nif true; then\n\tcurl x\nfi\n"))
        #expect("\(found.place)" == "main/sample/APKBUILD:3:2")
        #expect(found.rule == "shell-unsupported")
        #expect(!found.remedy.isEmpty)
    }

    @Test(
        "Nothing outside the recipe's folder is read",
        arguments: [
            ". /etc/passwd", ". ../other/APKBUILD", ". \"$startdir/../x\"", "x=$(cat /etc/passwd)",
            ". ./link",
            "x=$(cat < /etc/passwd)", ". /proc/self/environ",
        ])
    func outside(_ line: String) throws {
        let path = FileManager.default.temporaryDirectory.path + "/apkfarm-recipe-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // What stays behind is a folder of the system's temporary files.
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.createSymbolicLink(atPath: path + "/link", withDestinationPath: "/etc/passwd")
        try Data("inner=1\n".utf8).write(to: URL(fileURLWithPath: path + "/inner"))
        let evaluator = RecipeEvaluator()
        #expect(throws: RecipeError.self) {
            _ = try evaluator.evaluate(folder(line, path: path), in: RecipeEnvironment())
        }
        let own = try evaluator.evaluate(
            folder(
                ". \"$startdir/inner\"\nx=$(cat ./inner)\n[ -f \"$startdir\"/inner ] && y=1\n[ -e /etc ] || z=1\n",
                path: path),
            in: RecipeEnvironment())
        #expect(own.variables == ["inner": "1", "x": "inner=1", "y": "1", "z": "1"])
    }

    @Test("A tree's recipes are dumped in the order of their paths, and bad ones are named")
    func dump() throws {
        let root =
            FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
            + "/apkfarm-dump-\(UUID().uuidString)"
        // What stays behind is a folder of the system's temporary files.
        defer { try? FileManager.default.removeItem(atPath: root) }
        func write(_ path: String, _ bytes: [UInt8]) throws {
            let file = URL(fileURLWithPath: "\(root)/\(path)/APKBUILD")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
        try write("main/a", Array("x=\"1\n\t\\\\\"\n".utf8))
        try write("main/a-b", Array("x=$CARCH y=$startdir\n".utf8))
        try write("community/z", Array("b=1 a=é\n".utf8))
        try write("testing/bytes", Array("x='".utf8) + [0xFF, 0xE2, 0x82, 0x01] + Array("'\n".utf8))
        try write("testing/crlf", Array("a=1\r\nb=2\r\n".utf8))
        try write("testing/huge", [UInt8](repeating: UInt8(ascii: "#"), count: 2 << 20))
        try write("testing/nul", Array("a=1\0\n".utf8))
        try write("other/no", Array("a=1\n".utf8))
        try FileManager.default.createDirectory(
            atPath: root + "/main/link", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: root + "/main/link/APKBUILD", withDestinationPath: "/etc/passwd")
        var dump = try RecipeDump(root: root, architecture: "wasm32")
        var bytes: [UInt8] = []
        var rules: [String] = []
        let count = dump.run(write: { bytes += $0 }, found: { rules.append("\($0.place.file) \($0.rule)") })
        #expect(count == 4)
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                {"dir":"community/z","vars":{"a":"é","b":"1"}}
                {"dir":"main/a-b","vars":{"x":"wasm32","y":"\(root)/main/a-b"}}
                {"dir":"main/a","vars":{"x":"1\\n\\t\\\\"}}
                {"dir":"testing/bytes","vars":{"x":"\\udcff\\udce2\\udc82\\u0001"}}

                """)
        #expect(
            rules == [
                "main/link/APKBUILD link-out-of-tree", "testing/crlf/APKBUILD carriage-return",
                "testing/huge/APKBUILD huge-recipe", "testing/nul/APKBUILD shell-syntax",
            ])
    }
}
