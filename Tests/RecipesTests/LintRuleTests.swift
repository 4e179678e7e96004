import Foundation
import Recipes
import Testing

/// For each rule a recipe that breaks it and one that does not. Both are ``base`` with lines added at its end, where
/// a later assignment or function takes the place of an earlier one.
struct LintCase: Sendable, CustomTestStringConvertible {
    let rule: String
    let bad: String
    let good: String
    var files: [String] = []

    var testDescription: String { rule }

    static let sum = String(repeating: "0a", count: 64)
    static let base = """
        maintainer="A Person <a@example.org>"
        pkgname=lib
        pkgver=1.2
        pkgrel=0
        pkgdesc="A library"
        url="https://example.org"
        arch="all"
        license="MIT"
        subpackages="$pkgname-dev"
        source="https://example.org/lib-$pkgver.tar.gz"

        build() {
        	./configure
        	make
        }

        check() {
        	make check
        }

        package() {
        	make DESTDIR="$pkgdir" install
        }

        sha512sums="
        \(sum)  lib-1.2.tar.gz
        "

        """

    /// Rules about reading folders and overlays, which other tests break.
    static let elsewhere: Set<String> = [
        "huge-recipe", "link-out-of-tree", "not-utf8", "nul-byte", "odd-file", "too-many-files",
        "unreadable-folder", "unreadable-recipe", "overlay-beside-recipe", "overlay-empty", "overlay-section",
        "overlay-stale", "overlay-syntax", "overlay-without-recipe", "shell-budget",
    ]

    static let all: [LintCase] = [
        .init(rule: "arch", bad: "arch=\"all !sparc\"", good: "arch=\"all !s390x\""),
        .init(rule: "backquote", bad: "f() {\n\techo `ls`\n}", good: "f() {\n\techo $(ls)\n}"),
        .init(rule: "bashism", bad: "f() {\n\tmkdir {a,b}\n}", good: "f() {\n\tmkdir '{a,b}' a b\n}"),
        .init(
            rule: "check-forgiven", bad: "check() {\n\tmake check || :\n}",
            good: "check() {\n\trm -f x || :\n\tmake check\n}"),
        .init(rule: "checksum-count", bad: "sha512sums=", good: ""),
        .init(
            rule: "checksum-form", bad: "sha512sums=\"12  lib-1.2.tar.gz\"",
            good: "sha512sums=\"\(sum)  lib-1.2.tar.gz\""),
        .init(
            rule: "checksum-kind", bad: "sha512sums=\nsha256sums=\"12  lib-1.2.tar.gz\"",
            good: "sha256sums=\"12  lib-1.2.tar.gz\""),
        .init(rule: "checksum-missing", bad: "sha512sums=\"\(sum)  other.tar.gz\"", good: ""),
        .init(rule: "checksum-stray", bad: "sha512sums=\"\(sum)  other.tar.gz\"", good: ""),
        .init(
            rule: "circular-subpackages", bad: "depends=\"lib-dev\"\ndepends_dev=\"lib\"",
            good: "depends_dev=\"lib\""),
        .init(rule: "conflicts", bad: "conflicts=\"other\"", good: "depends=\"!other\""),
        .init(
            rule: "default-builddir", bad: "builddir=\"$srcdir/lib-1.2\"", good: "builddir=\"$srcdir/lib\""),
        .init(rule: "dependency", bad: "depends=\"zlib>\"", good: "depends=\"zlib>1\""),
        .init(rule: "dependency-release", bad: "depends=\"zlib=1.2-r3\"", good: "depends=\"zlib=1.2\""),
        .init(
            rule: "depends-dev", bad: "subpackages=\ndepends_dev=\"zlib-dev\"",
            good: "depends_dev=\"zlib-dev\""),
        .init(rule: "deprecated-option", bad: "options=\"!emptydirs\"", good: "options=\"!strip\""),
        .init(
            rule: "duplicate-package", bad: "subpackages=\"lib-dev lib-dev:f\"\nf() {\n\t:\n}",
            good: "subpackages=\"lib-dev lib-doc\""),
        .init(
            rule: "duplicate-source", bad: "source=\"https://a.org/x.tgz https://b.org/x.tgz\"",
            good: "source=\"https://a.org/x.tgz y.tgz::https://b.org/x.tgz\""),
        .init(rule: "duplicate-word", bad: "depends=\"zlib zlib\"", good: "depends=\"zlib zlib>1\""),
        .init(rule: "flags-replaced", bad: "export CFLAGS=\"-O3\"", good: "export CFLAGS=\"$CFLAGS -O3\""),
        .init(rule: "folder-name", bad: "pkgname=libs", good: ""),
        .init(
            rule: "insecure-source", bad: "source=\"http://example.org/lib-1.2.tar.gz\"", good: ""),
        .init(
            rule: "install-script", bad: "install=\"lib.before-install\"",
            good: "install=\"lib.pre-install\"",
            files: ["lib.pre-install"]),
        .init(rule: "license-deprecated", bad: "license=\"GPL-2.0\"", good: "license=\"GPL-2.0-only\""),
        .init(rule: "license-form", bad: "license=\"MIT ISC\"", good: "license=\"(MIT OR ISC) AND Zlib\""),
        .init(rule: "license-unknown", bad: "license=\"Free\"", good: "license=\"custom\""),
        .init(rule: "machine-probe", bad: "build() {\n\tuname -m\n}", good: "build() {\n\techo $CARCH\n}"),
        .init(
            rule: "maintainer", bad: "maintainer=\"A Person\"", good: "maintainer=\"A <a@example.org>\""),
        .init(rule: "missing-arch", bad: "arch=", good: ""),
        .init(rule: "missing-check", bad: "unset -f check", good: "options=\"!check\"\nunset -f check"),
        .init(rule: "missing-license", bad: "license=", good: ""),
        .init(rule: "missing-package", bad: "unset -f package", good: ""),
        .init(rule: "missing-pkgdesc", bad: "pkgdesc=", good: ""),
        .init(rule: "missing-pkgname", bad: "pkgname=", good: ""),
        .init(rule: "missing-pkgrel", bad: "pkgrel=", good: ""),
        .init(rule: "missing-pkgver", bad: "pkgver=", good: ""),
        .init(rule: "missing-url", bad: "url=", good: ""),
        .init(
            rule: "network-in-build", bad: "build() {\n\tgit clone https://example.org/x\n}",
            good: "build() {\n\tgit clone https://example.org/x\n}\noptions=\"net\""),
        .init(rule: "no-maintainer", bad: "maintainer=", good: ""),
        .init(rule: "own-package", bad: "makedepends=\"lib-dev\"", good: "makedepends=\"other-dev\""),
        .init(rule: "package-name", bad: "subpackages=\"_x:f\"\nf() {\n\t:\n}", good: ""),
        .init(
            rule: "patch-not-applied", bad: "source=\"x.patch\"\nprepare() {\n\t:\n}",
            good: "source=\"x.patch\"\nprepare() {\n\tdefault_prepare\n}", files: ["x.patch"]),
        .init(
            rule: "patch-not-listed", bad: "", good: "source=\"x.patch\"", files: ["x.patch"]),
        .init(rule: "pkgdesc", bad: "pkgdesc=\"two\nlines\"", good: ""),
        .init(rule: "pkgrel", bad: "pkgrel=one", good: ""),
        .init(rule: "pkgver", bad: "pkgver=1.2-beta", good: "pkgver=1.2_beta1"),
        .init(rule: "plain-compiler", bad: "build() {\n\tgcc x.c\n}", good: "build() {\n\t$CC x.c\n}"),
        .init(
            rule: "private-variable", bad: "tag=1\nurl=\"https://example.org/$tag\"",
            good: "_tag=1\nurl=\"https://example.org/$_tag\""),
        .init(rule: "provides-itself", bad: "provides=\"lib=1\"", good: "provides=\"lib1=1\""),
        .init(
            rule: "script-missing", bad: "install=\"lib.pre-install\"\n#",
            good: "install=\"lib.post-install\"",
            files: ["lib.post-install"]),
        .init(
            rule: "script-package", bad: "install=\"other.pre-install\"", good: "install=\"lib.pre-install\"",
            files: ["lib.pre-install", "other.pre-install"]),
        .init(
            rule: "secfixes", bad: "# secfixes:\n#   1.2-r0:\n#     CVE-2020-1\n",
            good: "# secfixes:\n#   1.2-r0:\n#     - CVE-2020-1\n"),
        .init(rule: "shell-failure", bad: ": ${x:?is not set}", good: ": ${pkgname:?is not set}"),
        .init(rule: "shell-syntax", bad: "f() {\n\tif\n}", good: ""),
        .init(rule: "shell-unsupported", bad: "x=$(curl https://example.org)", good: ""),
        .init(
            rule: "source-collision", bad: "source=\"https://example.org/v1.2.tar.gz\"",
            good: "source=\"lib-1.2.tar.gz::https://example.org/v1.2.tar.gz\""),
        .init(
            rule: "source-missing", bad: "source=\"y.patch\"", good: "source=\"x.patch\"", files: ["x.patch"]),
        .init(
            rule: "source-name", bad: "source=\"https://example.org/x?y\"",
            good: "source=\"x::https://example.org/x?y\""),
        .init(rule: "source-scheme", bad: "source=\"git://example.org/x\"", good: ""),
        .init(rule: "spelling", bad: "depend=\"zlib\"", good: "depends=\"zlib\""),
        .init(rule: "split-function", bad: "subpackages=\"lib-x:_x\"", good: ""),
        .init(rule: "stray-file", bad: "", good: "source=\"notes.txt\"", files: ["notes.txt"]),
        .init(
            rule: "subpackage-arch", bad: "subpackages=\"lib-dev:dev:sparc\"",
            good: "subpackages=\"lib-dev:dev:noarch\""),
        .init(
            rule: "superfluous-cd", bad: "prepare() {\n\tcd \"$builddir\"\n\tmake\n}",
            good: "prepare() {\n\tcd \"$builddir\"/src\n\tmake\n}"),
        .init(
            rule: "superfluous-return", bad: "build() {\n\tmake || return 1\n}",
            good: "build() {\n\tmake || return 2\n}"),
        .init(
            rule: "trigger", bad: "triggers=\"lib.trigger\"", good: "triggers=\"lib.trigger=/usr/lib\"",
            files: ["lib.trigger"]),
        .init(rule: "unknown-option", bad: "options=\"!chek\"", good: "options=\"!check\""),
        .init(
            rule: "unused-function", bad: "_f() {\n\t:\n}", good: "_f() {\n\t:\n}\nbuild() {\n\t_f\n}"),
        .init(rule: "unused-variable", bad: "_x=1", good: "_x=1\nbuild() {\n\techo $_x\n}"),
        .init(rule: "url-scheme", bad: "url=\"example.org\"", good: ""),
    ]

    func rules(_ lines: String) -> Set<String> {
        let folder = RecipeFolder(
            repository: "main", name: "lib", path: "/nonexistent", files: files,
            text: Self.base + lines + "\n")
        return Set(Self.findings(folder).map(\.rule))
    }

    static func findings(_ folder: RecipeFolder) -> [Finding] {
        do throws(RecipeError) {
            let evaluated = try RecipeEvaluator().evaluate(folder, in: RecipeEnvironment())
            return RecipeLinter().findings(in: try Recipe(folder: folder, evaluated: evaluated))
        } catch { return error.findings }
    }
}

@Suite("Lint rules")
struct LintRuleTests {
    @Test("A rule finds what breaks it and leaves alone what does not", arguments: LintCase.all)
    func bites(_ lint: LintCase) {
        #expect(lint.rules(lint.bad).contains(lint.rule), "\(lint.rules(lint.bad))")
        #expect(!lint.rules(lint.good).contains(lint.rule), "\(lint.rules(lint.good))")
    }

    @Test("Every rule has a case, and every case is of a rule")
    func complete() {
        let cases = Set(LintCase.all.map(\.rule)).union(LintCase.elsewhere)
        #expect(Set(LintRule.all.map(\.id)) == cases)
        #expect(LintRule.all.count == Set(LintRule.all.map(\.id)).count)
    }

    @Test("A sound recipe has no findings")
    func sound() {
        #expect(LintCase(rule: "", bad: "", good: "").rules("") == [])
    }

    @Test("Findings carry the severity of their rule")
    func severities() {
        for lint in LintCase.all {
            let folder = RecipeFolder(
                repository: "main", name: "lib", path: "/nonexistent", files: lint.files,
                text: LintCase.base + lint.bad + "\n")
            for finding in LintCase.findings(folder) {
                #expect(LintRule.named(finding.rule)?.severity == finding.severity, "\(finding.rule)")
            }
        }
    }

    @Test("A finding names its line and column in the text")
    func places() {
        let folder = RecipeFolder(
            repository: "main", name: "lib", path: "/nonexistent", files: [],
            text: LintCase.base + "build() {\n\tfoo\n\tuname -m |\n\t\t`cat`\n}\n")
        #expect(
            LintCase.findings(folder).map { "\($0.place.line):\($0.place.column) \($0.rule)" } == [
                "30:2 machine-probe", "31:3 backquote",
            ])
    }

    @Test("SARIF names rules by index and files relative to the tree")
    func sarif() throws {
        let findings = [
            Finding(
                .error, rule: "checksum-count", at: Place(file: "main/a b/APKBUILD", line: 3, column: 2),
                what: "x",
                remedy: "y")
        ]
        let text = try SARIFLog(findings, root: "/tree").json()
        let log = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(log["version"] as? String == "2.1.0")
        let run = try #require((log["runs"] as? [[String: Any]])?.first)
        let result = try #require((run["results"] as? [[String: Any]])?.first)
        #expect(result["ruleId"] as? String == "checksum-count")
        #expect(result["ruleIndex"] as? Int == 0)
        #expect(result["level"] as? String == "error")
        #expect(text.contains("\"uri\" : \"main/a%20b/APKBUILD\""))
        #expect(text.contains("\"startLine\" : 3"))
    }
}
