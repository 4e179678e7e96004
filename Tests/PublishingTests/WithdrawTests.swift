import Apk
import Foundation
import Publishing
import Testing

@Suite("Withdrawal")
struct WithdrawTests {
    private let farm: Farm
    private let zlib: PackageName

    init() throws {
        farm = try Farm()
        zlib = try PackageName(parsing: "zlib")
    }

    private func withdraw(_ version: String? = nil, takesDependents: Bool = false) throws -> WithdrawReport {
        try farm.repository().withdraw(
            zlib, version: try version.map { try PackageVersion(parsing: $0) }, reason: "a back door",
            takesDependents: takesDependents, key: try farm.key(), epoch: Farm.epoch)
    }

    @Test("A bad package is gone at once, the version before is listed, and the name never comes back")
    func previous() throws {
        try farm.publish(try farm.package("zlib", "1-r0"), try farm.package("lua", "1-r0", needs: ["zlib"]))
        let bad = try farm.package("zlib", "2-r0")
        try farm.publish(bad, try farm.package("zlib-dev", "2-r0", origin: "zlib"))
        let report = try withdraw()
        #expect(report.withdrawn == ["zlib-2-r0.apk", "zlib-dev-2-r0.apk"])
        #expect(report.restored.map(\.label) == ["zlib-1-r0"])
        #expect(try farm.listed() == ["lua 1-r0", "zlib 1-r0"])
        #expect(try farm.faults() == [])
        #expect(try !farm.files().contains("zlib-2-r0.apk"))
        #expect(try farm.repository().tombstones().map(\.reason) == ["a back door", "a back door"])
        #expect(try farm.repository().log().first?.action == .withdraw)
        let error = #expect(throws: PublishingError.self) { try farm.publish(bad) }
        #expect(
            error?.description
                == "zlib-2-r0 was withdrawn (a back door) and never comes back; give it the next release number"
        )
        #expect(throws: PublishingError.self) {
            try farm.repository().rollBack(to: 2, key: try farm.key(), epoch: 0)
        }
        #expect(try farm.repository().check() == [])
        #expect(try farm.repository().release(for: zlib, pkgver: "2", pkgrel: 0).published == 1)
    }

    @Test("Without a version before, what needs it is named, and taken along only when told")
    func dependents() throws {
        try farm.publish(
            try farm.package("zlib", "1-r0"), try farm.package("lua", "1-r0", needs: ["zlib"]),
            try farm.package("app", "1-r0", needs: ["lua"]), try farm.package("tree", "1-r0"))
        let error = #expect(throws: PublishingError.self) { try withdraw() }
        #expect(error?.description.contains("lua-1-r0 needs zlib, which zlib-1-r0 provides") == true)
        #expect(try farm.repository().tombstones().isEmpty)
        #expect(
            try withdraw(takesDependents: true).dependents.map(\.label).sorted() == ["app-1-r0", "lua-1-r0"])
        #expect(try farm.listed() == ["tree 1-r0"])
    }

    @Test("A version that is no longer listed can be withdrawn, from staging too; a promotion leaves it out")
    func unlisted() throws {
        try farm.publish(try farm.package("zlib", "1-r0"))
        try farm.publish(try farm.package("zlib", "2-r0"))
        try farm.repository(channel: "staging").publish(
            [try farm.package("zlib", "1-r0")], key: try farm.key(), epoch: 0)
        #expect(try withdraw("1-r0").withdrawn == ["zlib-1-r0.apk"])
        #expect(try farm.listed() == ["zlib 2-r0"])
        #expect(try farm.repository().stamp()?.number == 2)
        #expect(try !farm.files().contains("zlib-1-r0.apk"))
        try farm.repository().promote(
            from: farm.repository(channel: "staging"), key: try farm.key(), epoch: 0)
        #expect(try farm.listed() == ["zlib 2-r0"])
        #expect(throws: PublishingError.self) { try withdraw("9-r0") }
    }
}

@Suite("Checking and cleaning a repository")
struct CheckTests {
    private let farm: Farm

    init() throws { farm = try Farm() }

    private func faults() throws -> [String] {
        try farm.repository().check().map { fault in
            "\(fault.kind) \(fault.subject.replacing(farm.path, with: "")): \(fault.text)"
        }
    }

    @Test("Everything that is wrong is found and named")
    func check() throws {
        try farm.publish(
            try farm.package("zlib", "1-r0"), try farm.package("lua", "1-r0"),
            try farm.package("app", "1-r0", needs: ["perl>=5"]),
            try farm.package("tree", "1-r0"),
            try farm.package("odd", "1-r0", provides: ["cmd:odd=1", "other", "other", "cmd:odd=1"]))
        let twice = "provides odd-1-r0: provides cmd:odd twice, so that apk refuses to install it"
        #expect(try faults() == [twice, "unresolvable app-1-r0: needs perl>=5, which nothing provides"])
        let folder = farm.folder + "/wasm32/"
        let manager = FileManager.default
        try manager.removeItem(atPath: folder + "zlib-1-r0.apk")
        try manager.removeItem(atPath: folder + "lua-1-r0.apk")
        try manager.copyItem(
            atPath: try farm.package("lua", "1-r0", content: "other"), toPath: folder + "lua-1-r0.apk")
        try manager.removeItem(atPath: folder + "tree-1-r0.apk")
        try manager.copyItem(
            atPath: try farm.package("tree", "1-r0", isSigned: false), toPath: folder + "tree-1-r0.apk")
        try "x".write(toFile: folder + "stray.apk", atomically: true, encoding: .utf8)
        try "x".write(toFile: folder + "gone-1-r0.cdx.json", atomically: true, encoding: .utf8)
        try "x".write(
            toFile: farm.repository().snapshotFolder(1) + "/APKINDEX.tar.gz", atomically: true,
            encoding: .utf8)
        let place = "/repo/edge/main/wasm32/"
        #expect(
            try faults() == [
                "differs \(place)lua-1-r0.apk: is not the package that the index names",
                "missing \(place)zlib-1-r0.apk: is named by the index",
                "orphan \(place)gone-1-r0.cdx.json: is named by no index",
                "orphan \(place)stray.apk: is named by no index",
                twice,
                "snapshot /repo/edge/main/snapshots/1/wasm32/APKINDEX.tar.gz: is not the index that is published",
                "unresolvable app-1-r0: needs perl>=5, which nothing provides",
                "unsigned \(place)tree-1-r0.apk: has no signature",
            ])
    }

    @Test("Two packages that own a file are found")
    func shared() throws {
        try farm.publish(try farm.package("one", "1-r0", files: ["bin/x"]))
        var publication = Publication([try farm.package("two", "1-r0", files: ["bin/x"])], epoch: 0)
        publication.policy.accepted = [.files]
        let report = try farm.repository().publish(publication, key: try farm.key())
        #expect(report.accepted.map(\.kind) == [.files])
        #expect(
            try faults().allSatisfy { $0.hasPrefix("files edge/main: ") && $0.contains("brings bin/x of") })
        #expect(try !faults().isEmpty)
    }

    @Test("Garbage is what nobody needs: shown first, then removed, and nothing else")
    func garbage() throws {
        for number in 1...4 {
            try farm.publish(try farm.package("zlib", "\(number)-r0"))
            farm.advance(400)
        }
        try "x".write(toFile: farm.folder + "/wasm32/stray.apk", atomically: true, encoding: .utf8)
        farm.advance(500)
        let garbage = try farm.repository().garbage(keeping: 2)
        func names(_ garbage: [Garbage]) -> [String] {
            garbage.map { $0.path.replacing(farm.folder + "/", with: "") }
        }
        #expect(
            names(garbage) == [
                "wasm32/zlib-1-r0.apk", "wasm32/zlib-2-r0.apk", "wasm32/stray.apk", "contents/zlib-1-r0.tsv",
                "contents/zlib-2-r0.tsv", "snapshots/1/wasm32/APKINDEX.tar.gz",
                "snapshots/1/wasm32/snapshot.tsv",
                "snapshots/1/wasm32/tests.tsv", "snapshots/2/wasm32/APKINDEX.tar.gz",
                "snapshots/2/wasm32/snapshot.tsv", "snapshots/2/wasm32/tests.tsv",
            ])
        try farm.repository().remove(garbage)
        #expect(try farm.repository().garbage(keeping: 2) == [])
        #expect(try farm.faults() == [])
        #expect(try farm.repository().log().map(\.number) == [4, 3])
        try farm.repository().rollBack(key: try farm.key(), epoch: Farm.epoch)
        #expect(try farm.listed() == ["zlib 3-r0"])
    }
}
