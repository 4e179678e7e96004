import Foundation
import Planning
import Testing

@Suite("What stands in the way")
struct ObstacleTests {
    private func distribution(_ text: String, noTests: Bool = false) throws -> Distribution {
        var options = Planner.Options()
        options.runsChecks = !noTests
        return try RecipeSet(text).planner(options: options).distribution
    }

    private func ranked(_ distribution: Distribution) -> [String] {
        let obstacles = distribution.obstacles(of: distribution.buildable)
        return obstacles.roots.map { "\($0.blocked) \($0.alone) \($0.cause.kind): \($0.cause)" }
    }

    @Test("Root causes are ranked by what they block through others; what nothing else blocks is counted too")
    func ranking() throws {
        let set = try distribution(
            """
            main/app 1-r0 makedepends=lib-dev,tool
            main/lib 1-r0 subpackages=lib-dev makedepends=base-dev
            main/base 1-r0 subpackages=base-dev makedepends=gone-dev
            main/other 1-r0 makedepends=base-dev
            main/good 1-r0
            main/tool 1-r0
            """)
        #expect(
            ranked(set) == [
                "4 3 missing: no recipe provides 'gone-dev'",
                "1 0 tool: the tool 'tool' is not in toolchain/host-tools.tsv",
            ])
        let obstacles = set.obstacles(of: set.buildable)
        #expect(obstacles.count == 4)
        #expect(set.outline(ofAll: obstacles).steps.map(\.identity) == ["main/good", "main/tool"])
    }

    @Test("Every kind of obstacle is told apart")
    func kinds() throws {
        let set = try distribution(
            """
            main/a 1-r0 makedepends=old-dev>=2
            main/old 1-r0 subpackages=old-dev
            main/b 1-r0 makedepends=elsewhere-dev
            main/elsewhere 1-r0 subpackages=elsewhere-dev arch=x86_64
            main/c 1-r0 makedepends=any-dev
            main/one 1-r0 provides=any-dev
            main/d 1-r0 makedepends_build=frobnicate
            main/e 1-r0 source=https://example.org/x.tar.gz
            main/f 1-r0 subpackages=f-dev makedepends=g-dev
            main/g 1-r0 subpackages=g-dev makedepends=f-dev
            """)
        #expect(
            ranked(set)
                == [
                    "2 2 cycle: recipes need each other: main/f → main/g",
                    "1 1 version: 'old-dev>=2' is asked for, but there is old-dev 1-r0",
                    "1 1 architecture: main/elsewhere is not for this architecture",
                    "1 1 unchosen: 'any-dev' is provided without a version (by one): name a package or give a provider_priority",
                    "1 1 tool: the tool 'frobnicate' is not in toolchain/host-tools.tsv",
                    "1 1 fault: main/e/APKBUILD:9:1: 1 source but 0 checksums; run 'apkfarm recipe checksum e'",
                ].map { $0.replacingOccurrences(of: "main/f → main/g", with: "main/f → main/g → main/f") })
    }

    @Test("The way to each cause is the shortest, with the words on it")
    func chains() throws {
        let set = try distribution(
            """
            main/app 1-r0 makedepends=lib-dev
            main/lib 1-r0 subpackages=lib-dev makedepends=base-dev depends_dev=extra-dev
            main/base 1-r0 subpackages=base-dev makedepends=gone-dev
            main/extra 1-r0 subpackages=extra-dev depends_dev=nowhere-dev
            """)
        let obstacles = set.obstacles(of: set.buildable)
        let chains = set.chains(from: try set.row(named: "app"), in: obstacles)
        #expect(
            chains.map { chain in
                chain.links.map { "\($0.recipe) \($0.field) \($0.atom)" }.joined(separator: ", ")
                    + " | \(chain.end) \(chain.need?.field ?? "") \(chain.need?.atom ?? "")"
            } == [
                "main/app makedepends lib-dev, main/lib depends_dev extra-dev | extra-dev depends nowhere-dev",
                "main/app makedepends lib-dev, main/lib makedepends base-dev | main/base makedepends gone-dev",
            ])
        #expect(set.chains(from: try set.row(named: "app"), in: obstacles, most: 1).count == 1)
    }

    @Test("What only tests need blocks nothing when no tests are run")
    func withoutTests() throws {
        let text = "main/a 1-r0 checkdepends=gone-dev"
        #expect(ranked(try distribution(text)).count == 1)
        #expect(ranked(try distribution(text, noTests: true)).isEmpty)
    }

    @Test("Names that are found by looking at built files do not block what is installed")
    func knownAfterBuild() throws {
        let set = try distribution("main/a 1-r0 depends=cmd:sh,so:libz.so.1,pc:zlib,/bin/sh")
        #expect(ranked(set).isEmpty)
    }

    @Test("A way from one recipe to another, and who needs one")
    func paths() throws {
        let set = try distribution(
            """
            main/app 1-r0 makedepends=lib-dev
            main/lib 1-r0 subpackages=lib-dev makedepends=base-dev depends=run
            main/base 1-r0 subpackages=base-dev
            main/run 1-r0
            """)
        let (app, base) = (try set.row(named: "app"), try set.row(named: "base"))
        #expect(set.chain(from: app, to: base)?.links.map(\.recipe) == ["main/app", "main/lib"])
        #expect(set.chain(from: base, to: app) == nil)
        #expect(set.dependants(of: base, transitively: false).map(set.identity(of:)) == ["main/lib"])
        #expect(
            set.dependants(of: base, transitively: true).map(set.identity(of:)) == ["main/app", "main/lib"])
        let run = try set.row(named: "run")
        #expect(set.dependants(of: run, transitively: false).map(set.identity(of:)) == ["main/lib"])
    }
}
