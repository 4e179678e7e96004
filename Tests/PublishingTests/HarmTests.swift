import Apk
import Foundation
import Publishing
import Testing

@Suite("What a publication must not break")
struct HarmTests {
    private let farm: Farm

    init() throws { farm = try Farm() }

    private func refusal(_ publication: Publication) -> String {
        do {
            try farm.repository().publish(publication, key: try farm.key())
            return "published"
        } catch { return "\(error)" }
    }

    private func refusal(_ files: String..., accepting: Set<PublicationFinding.Kind> = []) -> String {
        var publication = Publication(files, epoch: Farm.epoch)
        publication.policy.accepted = accepting
        return refusal(publication)
    }

    private func publishLibrary() throws {
        try farm.publish(
            try farm.package("zlib", "1-r0", provides: ["so:libz.so.1=1.0"]),
            try farm.package("lua", "1-r0", needs: ["so:libz.so.1"]))
    }

    @Test(
        "A library that published packages need does not disappear, unless they are published or rebuilt with it"
    )
    func soname() throws {
        try publishLibrary()
        let new = try farm.package("zlib", "2-r0", provides: ["so:libz.so.2=2.0"])
        #expect(
            refusal(new) == """
                edge/main would break what is installed, nothing was published:
                  provider: lua-1-r0 needs so:libz.so.1, which zlib-1-r0 provides; so:libz.so.2 of zlib-2-r0 is what there is now
                publish what mends it in the same call, or accept it with --accept provider
                """)
        #expect(try farm.listed() == ["lua 1-r0", "zlib 1-r0"])
        #expect(refusal(new, try farm.package("lua", "1-r1", needs: ["so:libz.so.2"])) == "published")
    }

    @Test("A plan that rebuilds those who need it may publish, and so may who accepts it")
    func rebuilding() throws {
        try publishLibrary()
        var publication = Publication(
            [try farm.package("zlib", "2-r0", provides: ["so:libz.so.2=2.0"])], epoch: Farm.epoch)
        publication.policy.rebuilding = ["lua"]
        #expect(refusal(publication) == "published")
        #expect(refusal(try farm.package("zlib", "3-r0"), accepting: [.provider]) == "published")
    }

    @Test("A package in another repository of the channel that needs it counts too")
    func siblings() throws {
        try publishLibrary()
        try farm.repository(name: "community").publish(
            [try farm.package("perl", "1-r0", needs: ["zlib<2"])], key: try farm.key(), epoch: 0)
        let text = refusal(
            try farm.package("zlib", "2-r0", provides: ["so:libz.so.1=2.0"]))
        #expect(
            text.contains("perl-1-r0 needs zlib<2, which zlib-1-r0 provides; zlib=2-r0 of zlib-2-r0 is what"))
        #expect(try farm.repository(name: "community").check() == [])
    }

    @Test("A subpackage that an origin no longer makes is missed by who needs it")
    func subpackage() throws {
        try farm.publish(
            try farm.package("zlib", "1-r0"), try farm.package("zlib-dev", "1-r0", origin: "zlib"),
            try farm.package("curl-dev", "1-r0", needs: ["zlib-dev"]))
        #expect(refusal(try farm.package("zlib", "2-r0")).contains("curl-dev-1-r0 needs zlib-dev"))
    }

    @Test("A file does not move to another recipe's package that does not replace its owner")
    func moved() throws {
        try farm.publish(try farm.package("one", "1-r0", files: ["usr/bin/tool", "usr/bin/one"]))
        let thief = try farm.package("two", "1-r0", files: ["usr/bin/tool"])
        #expect(
            refusal(thief).contains("files: two-1-r0 brings usr/bin/tool of one-1-r0 and does not replace it")
        )
        #expect(
            refusal(try farm.package("two", "1-r0", replaces: ["one"], files: ["usr/bin/tool"]))
                == "published")
    }

    @Test(
        "A file may not move away in the same publication without replaces, may between packages of one recipe"
    )
    func movedTogether() throws {
        try farm.publish(
            try farm.package("one", "1-r0", files: ["usr/bin/tool", "usr/bin/one"]),
            try farm.package("one-doc", "1-r0", origin: "one"))
        let one = try farm.package("one", "2-r0", files: ["usr/bin/one"])
        let two = try farm.package("two", "1-r0", files: ["usr/bin/tool"])
        #expect(refusal(one, two).contains("two-1-r0 brings usr/bin/tool of one-1-r0"))
        #expect(
            refusal(one, try farm.package("one-tool", "2-r0", origin: "one", files: ["usr/bin/tool"]))
                == "published")
    }

    @Test("Packages that exclude each other may own the same file")
    func exclusive() throws {
        try farm.publish(try farm.package("one", "1-r0", files: ["usr/bin/tool"]))
        #expect(
            refusal(try farm.package("two", "1-r0", needs: ["!one"], files: ["usr/bin/tool"])) == "published")
        #expect(
            refusal(try farm.package("three", "1-r0", provides: ["one=9"], files: ["usr/bin/tool"]))
                == "published")
        #expect(
            refusal(try farm.package("four", "1-r0", files: ["usr/bin/tool"])).contains(
                "four-1-r0 brings usr/bin/tool of one-1-r0"))
    }

    @Test("Fewer passing tests than before are refused; other forms of the suite are not compared")
    func tests() throws {
        func publication(_ version: String, _ passed: Int, form: String = "short") throws -> Publication {
            var publication = Publication([try farm.package("zlib", version)], epoch: Farm.epoch)
            publication.suites = [
                PublishedSuite(
                    origin: "zlib", version: version, form: form, passed: passed, failed: 0, skipped: 0)
            ]
            return publication
        }
        #expect(refusal(try publication("1-r0", 10)) == "published")
        #expect(
            refusal(try publication("2-r0", 9)).contains(
                "tests: zlib 2-r0: 9 tests pass, with 1-r0 it were 10\n"))
        #expect(refusal(try publication("2-r0", 3, form: "full")) == "published")
        try farm.publish(try farm.package("lua", "1-r0"))
        #expect(refusal(try publication("3-r0", 9)).contains("with 1-r0 it were 10"))
        var accepted = try publication("3-r0", 9)
        accepted.policy.accepted = [.tests]
        #expect(refusal(accepted) == "published")
        #expect(refusal(try publication("4-r0", 9)) == "published")
    }

    @Test("A package that grows beyond the limit asks")
    func growth() throws {
        try farm.publish(try farm.package("zlib", "1-r0", content: String(repeating: "x", count: 1 << 20)))
        let big = try farm.package("zlib", "2-r0", content: String(repeating: "x", count: 3 << 20))
        #expect(refusal(big).contains("growth: zlib-2-r0 has 3145728 bytes installed, zlib-1-r0 had 1048576"))
        #expect(refusal(big, accepting: [.growth]) == "published")
    }

    @Test("A lower version is published only when it was accepted")
    func older() throws {
        try farm.publish(try farm.package("zlib", "2-r0"))
        let old = try farm.package("zlib", "1-r0")
        #expect(refusal(old).contains("zlib-1-r0 is older than zlib-2-r0"))
        #expect(refusal(old, accepting: [.older]) == "published")
        #expect(try farm.listed() == ["zlib 1-r0"])
    }
}
