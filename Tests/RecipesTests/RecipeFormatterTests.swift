import Foundation
import Recipes
import Testing

@Suite("The form of recipes")
struct RecipeFormatterTests {
    @Test(
        "What is only form is rewritten",
        arguments: [
            ("blanks at line ends", "a=1  \nf() {\n\tx\t \n}\n", "a=1\nf() {\n\tx\n}\n"),
            (
                "spaces before commands", "f() {\n    x\n  if y; then\n      z\n  fi\n}\n",
                "f() {\n\tx\n\tif y; then\n\t\tz\n\tfi\n}\n"
            ),
            (
                "further lines of a command", "f() {\n  x \\\n    y\n  a |\n     b\n}\n",
                "f() {\n\tx \\\n\t\ty\n\ta |\n\t\tb\n}\n"
            ),
            ("blank lines in a row", "a=1\n\n\n\nb=2\n\n\n", "a=1\n\nb=2\n"),
            ("a blank before parentheses", "f () {\n\tx\n}\n", "f() {\n\tx\n}\n"),
            ("the end of the last line", "a=1", "a=1\n"),
        ])
    func rewritten(what: String, text: String, expected: String) throws {
        #expect(try RecipeFormatter.formatted(text, file: "APKBUILD") == expected)
        #expect(try RecipeFormatter.formatted(expected, file: "APKBUILD") == expected)
    }

    @Test(
        "Values stay as they are",
        arguments: [
            "a=\"x  \n    y  \n\n\n\nz\"\n", "a='x  \n  y'\n", "f() {\n\tcat <<EOF\n  x  \n\n\n\nEOF\n}\n",
            "f() {\n\tcat <<-'EOF'\n\t  x  \n\tEOF\n}\n", "a=${b:-x  \n  y}\n", "f() {\n\tx \\ \n}\n",
            "a=$(echo \"x  \n  y\")\n", "# a  comment   of   words\n", "f() {\n\t\t\tx\n}\n",
        ])
    func kept(text: String) throws {
        #expect(try RecipeFormatter.formatted(text, file: "APKBUILD") == text)
    }

    @Test("Sums take the place of the last assignment, or come at the end")
    func checksums() throws {
        let sums = [(sum: "12", name: "a")]
        let text = "sha512sums=\"\nold\n\"\nb=1\n"
        #expect(
            try ChecksumBlock.replaced(in: text, by: sums, file: "APKBUILD")
                == "sha512sums=\"\n12  a\n\"\nb=1\n")
        #expect(
            try ChecksumBlock.replaced(in: "b=1", by: sums, file: "APKBUILD")
                == "b=1\n\nsha512sums=\"\n12  a\n\"\n")
    }

    @Test(
        "A difference is written as diff -u writes it",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/patch")))
    func difference() throws {
        let work = try Workplace()
        let texts = [
            "", "a\n", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n", "a\nB\nc\nd\ne\nf\ng\nh\ni\nJ", "x\na\nb\nc\n",
        ]
        for old in texts {
            for new in texts where old != new {
                let file = try work.write(old, to: "file")
                let difference = try work.write(
                    UnifiedDiff.text(old, new, from: "a", to: "b"), to: "difference")
                _ = try RealShell.output(["/usr/bin/patch", "-s", file, difference])
                #expect(try String(contentsOfFile: file, encoding: .utf8) == new)
            }
        }
    }
}
