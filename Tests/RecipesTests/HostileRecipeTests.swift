import Foundation
import Recipes
import Testing

/// Recipes on a disk that want to hang, crash, run or read something: each ends with an error that has a place, and a
/// tree with all of them in it is read to its end.
@Suite("Hostile recipes")
struct HostileRecipeTests {
    /// A text behind a sound head, and the rule that answers.
    static let texts: [(name: String, text: [UInt8], rule: String)] = [
        ("quote", Array("x=\"a".utf8), "shell-syntax"),
        ("here-document", Array("cat <<E".utf8), "shell-syntax"),
        ("nesting", Array(("x=" + String(repeating: "$(", count: 100_000)).utf8), "shell-syntax"),
        ("nul", Array("x=a\0b".utf8), "nul-byte"),
        ("latin", Array("x=".utf8) + [0xff], "not-utf8"),
        ("lines", Array("build() {\r\n\ttrue\r\n}\r\n".utf8), "shell-syntax"),
        ("bomb", Array("x=':;'; while :; do x=$x$x; eval \"$x\"; done".utf8), "shell-budget"),
        ("loop", Array("while :; do x=$x$x; done".utf8), "shell-budget"),
        ("dot", Array(". /etc/passwd".utf8), "shell-unsupported"),
        ("fetch", Array("x=$(curl https://example.org)".utf8), "shell-unsupported"),
        ("remove", Array("x=$(rm -rf \"$startdir\")".utf8), "shell-unsupported"),
        ("redirect", Array("echo x >../../escaped".utf8), "shell-unsupported"),
        ("package", Array("subpackages='../../x'".utf8), "package-name"),
        ("function", Array("subpackages='a-x:../../x'".utf8), "split-function"),
        ("script", Array("install='../../x.pre-install'".utf8), "script-package"),
        ("trigger", Array("triggers='../x.trigger=/usr'".utf8), "script-package"),
        ("source", Array("source='../../../etc/passwd'".utf8), "source-missing"),
        ("large", [UInt8](repeating: 0x61, count: 10_000_000), "huge-recipe"),
    ]

    private func head(_ name: String) -> [UInt8] {
        Array(
            "pkgname=\(name)\npkgver=1\npkgrel=0\npkgdesc=x\nurl=https://example.org\narch=all\nlicense=MIT\n"
                .utf8)
    }

    private func findings(_ entry: RecipeTree.Entry) -> [Finding] {
        do throws(RecipeError) {
            let environment = RecipeEnvironment()
            let folder = try entry.open()
            let evaluated = try RecipeEvaluator().evaluate(folder, in: environment)
            return try Recipe(folder: folder, evaluated: evaluated, environment: environment).errors
        } catch { return error.findings }
    }

    @Test("Each ends with an error in its own file, and nothing is run or left")
    func refused() throws {
        let work = try Workplace()
        for (name, text, _) in Self.texts {
            try work.write(
                head(name) + text + Array("\npackage() {\n\ttrue\n}\n".utf8), to: "tree/main/\(name)/APKBUILD"
            )
        }
        try work.write(head("../../x"), to: "tree/main/name/APKBUILD")
        try work.write("secret", to: "elsewhere")
        try work.link("tree/main/link/APKBUILD", to: "../../../elsewhere")
        let before = try FileManager.default.subpathsOfDirectory(atPath: work.path).sorted()
        let tree = RecipeTree(trees: [work.path + "/tree"])
        var rules: [String: [Finding]] = [:]
        for entry in tree.entries { rules[entry.name] = findings(entry) }
        for (name, _, rule) in Self.texts {
            let found = rules[name]?.first { $0.rule == rule }
            #expect(found != nil, "\(name): \(rules[name] ?? [])")
            #expect(found?.place.file == "main/\(name)/APKBUILD")
            #expect(found?.remedy.isEmpty == false)
        }
        #expect(rules["name"]?.map(\.rule).contains("package-name") == true)
        #expect((rules["link"] ?? []).count + tree.findings.count > 0)
        #expect(!"\(rules)".contains("secret"))
        #expect(try FileManager.default.subpathsOfDirectory(atPath: work.path).sorted() == before)
    }
}
