import Apk
import Recipes
import Testing

@Suite("Split functions before the build")
struct SplitTests {
    private func splits(_ text: String) throws -> [String: SplitFields] {
        let head = "pkgname=sample\npkgver=1.2\npkgrel=3\npkgdesc=\"A sample\"\n"
        let folder = RecipeFolder(
            repository: "main", name: "sample", path: "/nonexistent", files: [], text: head + text)
        let evaluated = try RecipeEvaluator().evaluate(folder, in: RecipeEnvironment())
        return Dictionary(uniqueKeysWithValues: evaluated.splits.map { ($0.package, $0) })
    }

    @Test("A split function's fields are known, and provides and install_if are not inherited")
    func known() throws {
        let found = try splits(
            """
            depends="main-dep" provides="p=1" install_if="x" replaces="r"
            subpackages="$pkgname-client:_client $pkgname-dev"
            _client() {
            	pkgdesc="$pkgdesc (client of $subpkgname)"
            	depends="$pkgname=$pkgver-r$pkgrel"
            	provides="$provides cmd:one"
            	amove usr/bin/client
            	local i; for i in two three; do
            		provides="$provides cmd:$i"
            	done
            }
            dev() {
            	default_dev
            	replaces=""
            	provides="other-dev"
            	mkdir -p "$subpkgdir"/usr/lib
            	mv "$pkgdir"/usr/lib/*.so "$subpkgdir"/usr/lib/ || true
            }
            """)
        let client = try #require(found["sample-client"])
        #expect(client.function == "_client")
        #expect(client["pkgdesc"] == .known("A sample (client of sample-client)"))
        #expect(client["depends"] == .known("sample=1.2-r3"))
        #expect(client.words("provides") == ["cmd:one", "cmd:two", "cmd:three"])
        #expect(client["install_if"] == .known(""))
        #expect(client["replaces"] == .known("r"))
        let dev = try #require(found["sample-dev"])
        #expect(dev["depends"] == .known(""))
        #expect(dev["provides"] == .known("other-dev"))
        #expect(dev["replaces"] == .known(""))
        #expect(dev["pkgdesc"] == .known("A sample (development files)"))
    }

    @Test("abuild's own split functions are known")
    func defaults() throws {
        let found = try splits(
            "depends_dev=\"a-dev b\"\nsubpackages=\"$pkgname-dev $pkgname-doc $pkgname-static $pkgname-bash-completion\"\n"
        )
        #expect(found["sample-dev"]?.words("depends") == ["a-dev", "b"])
        #expect(found["sample-doc"]?["install_if"] == .known("docs sample=1.2-r3"))
        #expect(found["sample-static"]?["depends"] == .known("sample-dev"))
        #expect(found["sample-bash-completion"]?["install_if"] == .known("sample=1.2-r3 bash-completion"))
    }

    @Test(
        "What depends on built files is known after the build, and nothing else",
        arguments: [
            "depends=\"$(ls \"$pkgdir\"/usr)\"", "[ -d \"$pkgdir\"/usr ] && depends=x",
            "if [ -f \"$pkgdir\"/a ]; then depends=x; else depends=y; fi",
            "for i in \"$pkgdir\"/usr/lib/*; do depends=\"$depends ${i##*/}\"; done",
            "case $(uname) in a) depends=x;; esac", "local v=$(cat \"$pkgdir\"/v); depends=\"a=${v%.*}\"",
            "[ -e \"$pkgdir\"/a ] || return 0; depends=x", "read depends < \"$pkgdir\"/a",
            "while read -r x; do depends=$x; done < \"$pkgdir\"/list",
            "depends=$(( $(wc -l < \"$pkgdir\"/x) + 1 ))",
            "find . | grep -q x && depends=y", "cd \"$pkgdir\"; set -- *; depends=$1",
            "ls | while read x; do :; done; depends=$(pwd)",
            "f() { if [ -e x ]; then return 0; fi; depends=y; }; f",
        ])
    func afterBuild(_ line: String) throws {
        let found = try splits("subpackages=\"$pkgname-x:_x\"\n_x() {\n\t\(line)\n\tpkgdesc=fixed\n}\n")
        let fields = try #require(found["sample-x"])
        #expect(fields["depends"] == .afterBuild)
        if !line.contains("|| return 0") { #expect(fields["pkgdesc"] == .known("fixed")) }
    }

    @Test(
        "What does not depend on built files stays known",
        arguments: [
            "[ \"$CARCH\" = wasm32 ] && depends=x", "find . -name y | xargs rm; depends=x",
            "cd \"$pkgdir\" || return 1; depends=x",
            "if [ -e a ]; then rm a; fi; depends=x", "local d; for d in *; do mv $d b; done; depends=x",
            "f() { [ -e a ] || return 0; rm a; }; f; depends=x", "depends=$(echo x | sed s/x/x/)",
            "trap : EXIT; depends=x", "mkdir -p a && mv b c; depends=x",
            "cat > \"$subpkgdir\"/x <<-EOF\n\ta\n\tEOF\n\tdepends=x",
        ])
    func stillKnown(_ line: String) throws {
        let found = try splits("subpackages=\"$pkgname-x:_x\"\n_x() {\n\t\(line)\n}\n")
        #expect(found["sample-x"]?["depends"] == .known("x"))
    }

    @Test("A recipe's value has what its split functions set, or says that it is known after the build")
    func value() throws {
        let text = """
            # Maintainer: A Person <a@example.org>
            pkgname=clang
            pkgver=22.1
            pkgrel=0
            pkgdesc="A compiler"
            url="https://example.org"
            arch="all"
            license="MIT"
            options="!check"
            depends="gcc"
            subpackages="$pkgname-dev $pkgname-tools:_tools:noarch $pkgname-plugins:_plugins"
            package() { :; }
            dev() {
            	default_dev
            	provides="clang-headers=$pkgver-r$pkgrel cmd:clang-config"
            	replaces="old-clang-dev"
            }
            _tools() {
            	pkgdesc="Tools of $pkgname"
            	install_if="$pkgname=$pkgver-r$pkgrel perl"
            	provider_priority=30
            }
            _plugins() {
            	depends="$(cat "$pkgdir"/list)"
            }

            """
        let folder = RecipeFolder(repository: "main", name: "clang", path: "/x", files: [], text: text)
        let environment = RecipeEnvironment()
        let recipe = try Recipe(
            folder: folder, evaluated: try RecipeEvaluator().evaluate(folder, in: environment))
        #expect(recipe.errors.isEmpty)
        func words(_ list: SubpackageFields.Known<[DependencyAtom]>?) -> [String]? {
            list?.value?.map(\.description)
        }
        let dev = try #require(recipe.subpackages[0].fields)
        #expect(words(dev.provides) == ["clang-headers=22.1-r0", "cmd:clang-config"])
        #expect(words(dev.replaces) == ["old-clang-dev"])
        #expect(words(dev.depends) == [])
        #expect(dev.pkgdesc.value == "A compiler (development files)")
        #expect(dev.isKnown)
        let tools = try #require(recipe.subpackages[1].fields)
        #expect(words(tools.depends) == ["gcc"])
        #expect(words(tools.installIf) == ["clang=22.1-r0", "perl"])
        #expect(tools.providerPriority == .known(30))
        let plugins = try #require(recipe.subpackages[2].fields)
        #expect(plugins.depends == .afterBuild)
        #expect(plugins.afterBuild == ["depends"])
        #expect(try recipe.json().contains("\"known_after_build\" : [\n          \"depends\"\n        ]"))
        var builder = RecipeTableBuilder(architecture: "wasm32")
        builder.add(recipe)
        let table = builder.finished()
        #expect(table.packages.map(\.isKnownAfterBuild) == [false, false, false, true])
        #expect(table.packages.map(\.priority) == [0, 0, 30, 0])
        let provided = table.needs.filter { $0.field == .provides }
        #expect(
            provided.map { table.texts[table.atoms[Int($0.atom)].name] } == [
                "clang-headers", "cmd:clang-config",
            ])
    }

    @Test("A word that is no dependency is an error that names the function and its package")
    func malformed() throws {
        let text = """
            pkgname=a
            pkgver=1
            pkgrel=0
            subpackages="a-x:_x"
            _x() { depends="open=ssl-dev"; }

            """
        let folder = RecipeFolder(repository: "main", name: "a", path: "/x", files: [], text: text)
        let recipe = try Recipe(
            folder: folder, evaluated: try RecipeEvaluator().evaluate(folder, in: RecipeEnvironment()))
        let error = try #require(recipe.errors.first { $0.rule == "dependency" })
        #expect(
            error.description.hasPrefix(
                "main/a/APKBUILD:4:14: 'open=ssl-dev', which _x() leaves in depends of 'a-x',"))
    }

    @Test("A split function without end leaves everything to the build")
    func endless() throws {
        let found = try splits(
            "subpackages=\"$pkgname-x:_x\"\n_x() { while :; do depends=$depends$depends; done; }\n")
        #expect(found["sample-x"]?["depends"] == .afterBuild)
        #expect(try splits("subpackages=\"$pkgname-x:none\"\n").isEmpty)
    }
}
