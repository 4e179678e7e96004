import Apk
import Foundation
import Recipes
import Signing
import Testing

/// A tree and an overlay, both written for one test, read with a real shell.
@Suite("Overlays applied", .enabled(if: RealShell.ash.isPresent, "busybox is not installed"))
struct OverlayApplicationTests {
    private let work: Workplace
    private static let sum = String(repeating: "ab", count: 64)
    private static let other = String(repeating: "cd", count: 64)

    init() throws {
        work = try Workplace()
        try work.write(
            """
            # Maintainer: A Person <a@example.org>
            pkgname=lib
            pkgver=1.2
            pkgrel=3
            pkgdesc="A library"
            url="https://example.org"
            arch="all"
            license="MIT"
            makedepends="nasm
            	zlib-dev perl"
            options="!check"
            source="https://example.org/lib-$pkgver.tar.gz
            	first.patch"

            build() {
            	./configure \\
            		--prefix=/usr \\
            		--enable-asm
            	make
            }

            package() {
            	make DESTDIR="$pkgdir" install
            }

            sha512sums="
            \(Self.sum)  lib-1.2.tar.gz
            \(Self.sum)  first.patch
            "

            """, to: "tree/main/lib/APKBUILD")
        try work.write("patch", to: "tree/main/lib/first.patch")
    }

    private func overlay(_ sections: String) throws {
        let because = "reason = \"wasm32 has none\"\nuntil = \"it has\"\nupstream = false\n"
        let text = sections.split(separator: "[[", omittingEmptySubsequences: true)
            .map { "[[\($0)\n\(because)" }.joined()
        try work.write(text, to: "over/main/lib/overlay.toml")
    }

    private func entry() throws -> RecipeTree.Entry {
        let tree = RecipeTree(trees: [work.path + "/tree"], overlays: [work.path + "/over"])
        #expect(tree.findings.isEmpty)
        return try #require(tree["main/lib"])
    }

    private func recipe() throws -> Recipe {
        let folder = try entry().open()
        let file = try work.write(folder.text, to: "effective/APKBUILD")
        return try Recipe(folder: folder, evaluated: try RealShell.ash.evaluate(file, RecipeEnvironment()))
    }

    /// What the overlay is refused with, by the text or by the evaluation.
    private func refusal() throws -> [String] {
        do { return try recipe().errors.filter { $0.rule == "overlay-stale" }.map(\.description) } catch {
            return (error as? RecipeError)?.findings.map(\.description) ?? ["\(error)"]
        }
    }

    @Test(
        "Accepted failures alone leave the recipe's text as it is; an overlay with nothing beside it is refused"
    )
    func acceptsFailures() throws {
        let original = try String(contentsOfFile: work.path + "/tree/main/lib/APKBUILD", encoding: .utf8)
        try work.write("# nothing\n", to: "over/main/lib/overlay.toml")
        let error = #expect(throws: RecipeError.self) { try entry().open() }
        #expect(error?.description.contains("changes nothing") == true)
        try work.write("a test\twhy\n", to: "over/main/lib/check.known-failures")
        let folder = try entry().open()
        #expect(folder.text == original)
        #expect(folder.files.contains("check.known-failures"))
        #expect(
            folder.location(of: "check.known-failures") == work.path + "/over/main/lib/check.known-failures")
    }

    @Test("Words are added and removed, the others stay in their order")
    func words() throws {
        try overlay("[[words]]\nvariable = \"makedepends\"\nadd = [\"m4\"]\nremove = [\"nasm\"]")
        let recipe = try recipe()
        #expect(recipe.errors.map(\.description) == [])
        #expect(recipe.makedepends.map(\.description) == ["zlib-dev", "perl", "m4"])
    }

    @Test("A word that upstream has by now, or has no more, is an error that names both sides")
    func staleWords() throws {
        try overlay("[[words]]\nvariable = \"makedepends\"\nadd = [\"perl\"]\nremove = [\"yasm\"]")
        #expect(
            try refusal() == [
                "over/main/lib/overlay.toml:1:1: makedepends has 'perl' upstream too, which the overlay adds; remove it"
                    + " from 'add'",
                "over/main/lib/overlay.toml:1:1: makedepends has no 'yasm' upstream, which the overlay removes; remove"
                    + " it from 'remove'",
            ])
    }

    @Test(
        "A value is replaced where it is what the overlay expects; $names in it are expanded, quotes are not")
    func value() throws {
        try overlay(
            "[[value]]\nvariable = \"pkgdesc\"\nvalue = '''\"$pkgname\" costs $5'''\nwas = \"A library\"")
        #expect(try recipe().pkgdesc == "\"lib\" costs $5")
        try overlay("[[value]]\nvariable = \"pkgdesc\"\nvalue = \"B\"\nwas = \"Another\"")
        #expect(
            try refusal() == [
                "over/main/lib/overlay.toml:1:1: pkgdesc is 'A library' upstream; the overlay was written for 'Another';"
                    + " look at upstream's change, then set was to it or remove the section"
            ])
    }

    @Test("The environment gets values and text after values")
    func environment() throws {
        try overlay(
            "[[environment]]\nname = \"LIB_CV\"\nvalue = \"no\"\n[[environment]]\nname = \"LIB_CV\"\nappend = \"-x\""
        )
        #expect(try recipe().evaluated.variables["LIB_CV"] == "no -x")
    }

    @Test("A patch beside the overlay becomes a source with its checksum and lies in the written folder")
    func patch() throws {
        try work.write("wasm", to: "over/main/lib/wasm.patch")
        try work.write("prose", to: "over/main/lib/why.md")
        try overlay("[[patch]]\nfile = \"wasm.patch\"")
        let recipe = try recipe()
        #expect(recipe.findings.map(\.rule) == [])
        #expect(recipe.sources.map(\.name) == ["lib-1.2.tar.gz", "first.patch", "wasm.patch"])
        let written = work.path + "/written"
        try recipe.folder.write(to: written)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: written).sorted() == [
                "APKBUILD", "first.patch", "wasm.patch",
            ])
        #expect(try String(contentsOfFile: written + "/APKBUILD", encoding: .utf8) == recipe.folder.text)
        let sum = try RealShell.output(["/usr/bin/sha512sum", written + "/wasm.patch"])
        #expect(sum.hasPrefix(recipe.sources[2].sha512[0]))
    }

    @Test(
        "A function is removed when it is the one that the overlay names, and refused with both sides otherwise"
    )
    func functionRemoved() throws {
        let upstream = "build() {\n\t./configure \\\n\t\t--prefix=/usr \\\n\t\t--enable-asm\n\tmake\n}"
        let sum = SHA256.digest(of: Array(upstream.utf8)).hex
        try overlay("[[function]]\nname = \"build\"\nremove = true\nwas = \"sha256:\(sum.prefix(16))\"")
        let text = try entry().open().text
        #expect(!text.contains("build()"))
        #expect(!text.contains("--enable-asm"))
        #expect(text.contains("package() {"))
        try overlay("[[function]]\nname = \"build\"\nremove = true\nwas = \"sha256:0123456789abcdef\"")
        let stale = #expect(throws: RecipeError.self) { try entry().open() }
        #expect(stale?.findings.first?.rule == "overlay-stale")
        #expect(stale?.findings.first?.description.contains(String(sum.prefix(16))) == true)
        try overlay("[[function]]\nname = \"check\"\nremove = true\nwas = \"sha256:\(sum)\"")
        #expect(throws: RecipeError.self) { try entry().open() }
    }

    @Test("A source is replaced by another with its checksum, one is removed, one is added")
    func sources() throws {
        try overlay(
            """
            [[source]]
            replace = "lib-1.2.tar.gz"
            with = "lib_1.2+dfsg.tar.xz::https://example.org/lib_1.2.orig.tar.xz"
            sha512 = "\(Self.other)"
            was = "\(Self.sum.prefix(16))"
            [[source]]
            remove = "first.patch"
            was = "\(Self.sum)"
            [[source]]
            add = "https://example.org/tests.tar.gz"
            sha512 = "\(Self.sum)"
            """)
        let recipe = try recipe()
        #expect(recipe.errors.map(\.description) == [])
        #expect(recipe.sources.map(\.name) == ["lib_1.2+dfsg.tar.xz", "tests.tar.gz"])
        #expect(recipe.sources.map(\.sha512) == [[Self.other], [Self.sum]])
    }

    @Test("A source that upstream changed is an error that names both sums")
    func staleSources() throws {
        try overlay(
            "[[source]]\nremove = \"first.patch\"\nwas = \"\(Self.other)\"\n[[source]]\nremove = \"x\"\nwas = \"\(Self.sum)\""
        )
        let said = try refusal()
        #expect(said.count == 2)
        #expect(
            said[0].contains(
                "the sum of 'first.patch' is abababababababab… upstream; the overlay was written for cdcd"))
        #expect(said[1].contains("source has no 'x' upstream"))
    }

    @Test(
        "A function is replaced where its digest is the expected one, and findings name the overlay's own file"
    )
    func function() throws {
        let old = "build() {\n\t./configure \\\n\t\t--prefix=/usr \\\n\t\t--enable-asm\n\tmake\n}"
        let file = try work.write(old, to: "old")
        let digest = try RealShell.output(["/usr/bin/sha256sum", file]).prefix(16)
        try work.write("build() {\n\tmake -f Makefile.wasm\n}\n", to: "over/main/lib/build.sh")
        try overlay(
            "[[function]]\nname = \"build\"\nfile = \"build.sh\"\nwas = \"sha256:\(digest)\"")
        let folder = try entry().open()
        #expect(folder.text.contains("\nbuild() {\n\tmake -f Makefile.wasm\n}\n\npackage() {"))
        #expect(!folder.text.contains("./configure"))
        #expect(folder.files == ["first.patch"])
        #expect(folder.place(line: 16).description == "over/main/lib/build.sh:2:1")
        #expect(folder.place(line: 19).description == "main/lib/APKBUILD:22:1")
        #expect(folder.original.text.contains("./configure"))
        try overlay(
            "[[function]]\nname = \"build\"\nfile = \"build.sh\"\nwas = \"sha256:0123456789abcdef\"")
        let said = try refusal()
        #expect(said.count == 1)
        #expect(
            said[0].contains(
                "build() in main/lib/APKBUILD is sha256:\(digest) now; the overlay was written for"
                    + " sha256:0123456789abcdef"))
    }

    @Test(
        "A function is added where there is none, removed where it is asked for, and refused where there is one"
    )
    func addedFunction() throws {
        try work.write("check() {\n\tmake test\n}\n", to: "over/main/lib/check.sh")
        try overlay("[[function]]\nname = \"check\"\nfile = \"check.sh\"")
        #expect(try recipe().phases == [.build, .check, .package])
        try work.write("package() {\n\t:\n}\n", to: "over/main/lib/check.sh")
        try overlay("[[function]]\nname = \"package\"\nfile = \"check.sh\"")
        #expect(
            try refusal().first?.contains("package() is to be added, but main/lib/APKBUILD has one") == true)
    }

    @Test("Text is edited exactly as often as the overlay says, in a function or in the whole recipe")
    func edit() throws {
        try overlay(
            "[[edit]]\nfunction = \"package\"\nold = \"install\"\nnew = \"install-lib\"\n"
                + "[[edit]]\nold = \"make\"\nnew = \"gmake\"\ntimes = 3")
        let text = try entry().open().text
        #expect(text.contains("\tgmake DESTDIR=\"$pkgdir\" install-lib\n"))
        #expect(text.contains("\tgmake\n}"))
        try overlay("[[edit]]\nfunction = \"package\"\nold = \"--enable-asm\"\nnew = \"\"")
        #expect(
            try refusal() == [
                "over/main/lib/overlay.toml:1:1: package() of main/lib/APKBUILD holds the text '--enable-asm' 0 times;"
                    + " the overlay replaces it once; look at upstream's change and adapt 'old'"
            ])
    }

    @Test("Arguments of the command that configures are added at its end and removed where they stand")
    func configure() throws {
        try overlay("[[configure]]\nadd = [\"--disable-nls\", \"CC=a b\"]\nremove = [\"--enable-asm\"]")
        let text = try entry().open().text
        #expect(
            text.contains(
                "\t./configure \\\n\t\t--prefix=/usr \\\n\t\t--disable-nls \\\n\t\t'CC=a b'\n\tmake\n"))
        try overlay("[[configure]]\nadd = [\"--prefix=/usr\"]\nremove = [\"--with-x\"]")
        #expect(
            try refusal() == [
                "over/main/lib/overlay.toml:1:1: build() of main/lib/APKBUILD has '--prefix=/usr' already; remove it"
                    + " from 'add'",
                "over/main/lib/overlay.toml:1:1: build() of main/lib/APKBUILD has no argument '--with-x' any more;"
                    + " remove it from 'remove'",
            ])
        try overlay("[[configure]]\nfunction = \"package\"\nadd = [\"x\"]")
        #expect(try refusal().first?.contains("package() of main/lib/APKBUILD has 0 of") == true)
    }

    @Test("The evaluator of our own reads what an overlay makes as ash does, and names the overlay's lines")
    func ownEvaluator() throws {
        try work.write("wasm", to: "over/main/lib/wasm.patch")
        try overlay(
            "[[patch]]\nfile = \"wasm.patch\"\n[[words]]\nvariable = \"makedepends\"\nremove = [\"nasm\"]\n"
                + "[[source]]\nremove = \"first.patch\"\nwas = \"\(Self.sum)\"\n"
                + "[[value]]\nvariable = \"license\"\nvalue = \"Free\"\nwas = \"MIT\"")
        let folder = try entry().open()
        let file = try work.write(folder.text, to: "effective/APKBUILD")
        let ours = try RecipeEvaluator().evaluate(folder, in: RecipeEnvironment())
        let ash = try RealShell.ash.evaluate(file, RecipeEnvironment())
        #expect(ours.variables.filter { ash.variables[$0.key] != nil } == ash.variables)
        #expect(ours.functions == ash.functions)
        let recipe = try Recipe(folder: folder, evaluated: ours)
        #expect(recipe.words.first { $0.word == "Free" }?.place.file == "main/lib/APKBUILD")
        #expect(recipe.words.first { $0.word == "perl" }?.place.description == "main/lib/APKBUILD:10:11")
        #expect(recipe.words.first { $0.word == "wasm.patch" }?.place.file == "over/main/lib/overlay.toml")
    }

    @Test("A whole recipe in an overlay wins; an overlay of nothing and one beside a recipe are findings")
    func whole() throws {
        try work.write("pkgname=lib\n", to: "over/main/lib/APKBUILD")
        try work.write("[[words]]\n", to: "over/main/lib/overlay.toml")
        try work.write("[[words]]\n", to: "over/main/gone/overlay.toml")
        let tree = RecipeTree(trees: [work.path + "/tree"], overlays: [work.path + "/over"])
        #expect(try tree["lib"]?.open().text == "pkgname=lib\n")
        #expect(Set(tree.findings.map(\.rule)) == ["overlay-beside-recipe", "overlay-without-recipe"])
        #expect(
            RecipeTree(trees: [], overlays: [work.path + "/over"]).findings.map(\.rule) == [
                "overlay-beside-recipe"
            ])
    }

    @Test("The same overlay gives the same bytes each time, and the text stays good for bash")
    func deterministic() throws {
        try work.write("wasm", to: "over/main/lib/wasm.patch")
        try overlay(
            "[[patch]]\nfile = \"wasm.patch\"\n[[words]]\nvariable = \"options\"\nremove = [\"!check\"]")
        let text = try entry().open().text
        #expect(text == (try entry().open().text))
        let file = try work.write(text, to: "effective/APKBUILD")
        let (ash, bash) = (
            try RealShell.ash.evaluate(file, RecipeEnvironment()),
            try RealShell.bash.evaluate(file, RecipeEnvironment())
        )
        #expect(ash == bash)
        #expect(ash.variables["options"] == "")
    }
}
