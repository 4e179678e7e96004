import Apk
import Foundation
import Packages
import Publishing
import Signing
import Testing

@Suite("Channels and snapshots")
struct ChannelTests {
    private let farm: Farm

    init() throws { farm = try Farm() }

    private func promote(
        _ promotion: PackageRepository.Promotion = .merging, accepting: Set<PublicationFinding.Kind> = []
    )
        throws -> PublishReport
    {
        try farm.repository().promote(
            from: farm.repository(channel: "staging"), promotion,
            policy: PublicationPolicy(accepting: accepting),
            key: try farm.key(), epoch: Farm.epoch)
    }

    private func stage(_ files: String...) throws {
        try farm.repository(channel: "staging").publish(files, key: try farm.key(), epoch: Farm.epoch)
    }

    @Test("Every publication is a snapshot with a number that only rises, and a signed index of its own")
    func numbers() throws {
        try farm.publish(try farm.package("zlib", "1-r0"))
        farm.advance(60)
        try farm.publish(try farm.package("zlib", "2-r0"))
        let repository = farm.repository()
        #expect(try repository.stamp()?.number == 2)
        #expect(try repository.stamp()?.date == "2027-01-15T08:01:00Z")
        #expect(try repository.log().map(\.number) == [2, 1])
        #expect(try repository.log().first?.added == ["zlib-2-r0"])
        #expect(try repository.log().first?.removed == ["zlib-1-r0"])
        #expect(try repository.index(ofSnapshot: 1).entries.map(\.label) == ["zlib-1-r0"])
        let live = try Data(contentsOf: URL(fileURLWithPath: repository.indexPath))
        let kept = try Data(
            contentsOf: URL(fileURLWithPath: repository.snapshotFolder(2) + "/APKINDEX.tar.gz"))
        #expect(live == kept)
    }

    @Test("Numbers go on when the index was lost")
    func lostIndex() throws {
        try farm.publish(try farm.package("zlib", "1-r0"))
        try farm.publish(try farm.package("zlib", "2-r0"))
        try FileManager.default.removeItem(atPath: farm.repository().indexPath)
        try farm.publish(try farm.package("zlib", "3-r0"))
        #expect(try farm.repository().stamp()?.number == 3)
    }

    @Test("An index of a farm that did not number is followed by number 1")
    func older() throws {
        try farm.publish(try farm.package("zlib", "1-r0"))
        try FileManager.default.removeItem(atPath: farm.folder + "/snapshots")
        let index = Index(entries: try farm.repository().current().entries)
        let bytes = try IndexFile.bytes(
            of: index, description: "edge/main", epoch: 0, signedBy: try farm.key())
        try Data(bytes).write(to: URL(fileURLWithPath: farm.repository().indexPath))
        #expect(try farm.repository().stamp() == nil)
        #expect(try farm.repository().log() == [])
        try farm.publish(try farm.package("zlib", "2-r0"))
        #expect(try farm.repository().stamp()?.number == 1)
    }

    @Test("What staging has is promoted with everything that belongs to it; other origins stay")
    func promotion() throws {
        try farm.publish(try farm.package("zlib", "1-r0"), try farm.package("lua", "1-r0"))
        let zlib = try farm.package("zlib", "2-r0")
        let companions = ["zlib-2-r0.cdx.json", "zlib-2-r0.provenance.json"].map { farm.path + "/" + $0 }
        for path in companions { try "{}".write(toFile: path, atomically: true, encoding: .utf8) }
        var publication = Publication([zlib], epoch: Farm.epoch)
        publication.companions = companions
        try farm.repository(channel: "staging").publish(publication, key: try farm.key())
        let report = try promote()
        #expect(report.published.map(\.label) == ["zlib-2-r0"])
        #expect(report.superseded.map(\.label) == ["zlib-1-r0"])
        #expect(try farm.listed() == ["lua 1-r0", "zlib 2-r0"])
        #expect(try farm.faults() == [])
        #expect(
            try farm.files().filter { $0.hasSuffix(".json") } == [
                "zlib-2-r0.cdx.json", "zlib-2-r0.provenance.json",
            ])
        #expect(try farm.repository().log().first?.source == "staging/main 1")
        #expect(try farm.repository().log().first?.action == .promote)
        #expect(try promote().published == [])
        #expect(try farm.repository().stamp()?.number == 2)
        #expect(try farm.repository().check() == [])
    }

    @Test("An exact promotion takes away what the source lacks")
    func exact() throws {
        try farm.publish(try farm.package("zlib", "1-r0"), try farm.package("lua", "1-r0"))
        try stage(try farm.package("zlib", "2-r0"))
        _ = try promote(.exact)
        #expect(try farm.listed() == ["zlib 2-r0"])
    }

    @Test("A promotion never gives a published name other bytes, nor goes back")
    func refusedPromotion() throws {
        try farm.publish(try farm.package("zlib", "2-r0"))
        try stage(try farm.package("zlib", "2-r0", content: "other"))
        #expect(throws: PublishingError.self) { try promote() }
        let farm = try Farm()
        try farm.publish(try farm.package("zlib", "2-r0"))
        try farm.repository(channel: "staging").publish(
            [try farm.package("zlib", "1-r0")], key: try farm.key(), epoch: 0)
        let error = #expect(throws: PublishingError.self) {
            try farm.repository().promote(
                from: farm.repository(channel: "staging"), key: try farm.key(), epoch: 0)
        }
        #expect(error?.description.contains("zlib-1-r0 is older than zlib-2-r0") == true)
        #expect(try farm.listed() == ["zlib 2-r0"])
    }

    @Test("A roll-back lists the packages from before under a new number, and can be rolled back itself")
    func rollback() throws {
        try farm.publish(try farm.package("zlib", "1-r0"))
        try farm.publish(try farm.package("zlib", "2-r0"))
        let report = try farm.repository().rollBack(
            reason: "2 eats\tfiles", key: try farm.key(), epoch: Farm.epoch)
        #expect(report.published.map(\.label) == ["zlib-1-r0"])
        #expect(report.superseded.map(\.label) == ["zlib-2-r0"])
        #expect(try farm.listed() == ["zlib 1-r0"])
        #expect(try farm.faults() == [])
        let last = try #require(try farm.repository().log().first)
        #expect(last.number == 3)
        #expect(last.action == .rollback)
        #expect(last.source == "snapshot 1")
        #expect(last.reason == "2 eats files")
        try farm.repository().rollBack(to: 2, key: try farm.key(), epoch: Farm.epoch)
        #expect(try farm.listed() == ["zlib 2-r0"])
        #expect(try farm.repository().stamp()?.number == 4)
    }

    @Test("What was rolled back keeps its name: its release number is not used again")
    func rollbackAndRelease() throws {
        try farm.publish(try farm.package("zlib", "1-r0"))
        try farm.publish(try farm.package("zlib", "1-r1"))
        try farm.repository().rollBack(key: try farm.key(), epoch: Farm.epoch)
        let name = try PackageName(parsing: "zlib")
        #expect(try farm.repository().release(for: name, pkgver: "1", pkgrel: 0).published == 2)
    }

    @Test("A file that left the index a second time is kept from then on")
    func retentionAfterRollback() throws {
        try farm.publish(try farm.package("zlib", "1-r0"))
        try farm.publish(try farm.package("zlib", "2-r0"))
        farm.advance(900)
        try farm.repository().rollBack(key: try farm.key(), epoch: Farm.epoch)
        try farm.publish(try farm.package("zlib", "3-r0"))
        farm.advance(500)
        try farm.publish(try farm.package("zlib", "4-r0"))
        #expect(try farm.files().contains("zlib-1-r0.apk"))
        farm.advance(600)
        #expect(try farm.publish(try farm.package("zlib", "5-r0")).removed.contains("zlib-1-r0.apk"))
    }

    @Test("There is nothing to go back to at the beginning, nor when files are gone")
    func noRollback() throws {
        try farm.publish(try farm.package("zlib", "1-r0"))
        #expect(throws: PublishingError.self) {
            try farm.repository().rollBack(key: try farm.key(), epoch: 0)
        }
        try farm.publish(try farm.package("zlib", "2-r0"))
        #expect(throws: PublishingError.self) {
            try farm.repository().rollBack(to: 2, key: try farm.key(), epoch: 0)
        }
        try FileManager.default.removeItem(atPath: farm.folder + "/wasm32/zlib-1-r0.apk")
        let error = #expect(throws: PublishingError.self) {
            try farm.repository().rollBack(key: try farm.key(), epoch: 0)
        }
        #expect(
            error?.description.contains("files of that snapshot are gone or withdrawn: zlib-1-r0") == true)
        #expect(try farm.listed() == ["zlib 2-r0"])
    }

    @Test("A held origin stays where it is, whatever is published or promoted")
    func held() throws {
        try farm.publish(try farm.package("zlib", "1-r0"), try farm.package("lua", "1-r0"))
        try farm.repository().hold("zlib", at: nil, reason: "2 is slow")
        let error = #expect(throws: PublishingError.self) {
            try farm.publish(try farm.package("zlib", "2-r0"))
        }
        #expect(error?.description.contains("held: zlib-2-r0: zlib is held at 1-r0 (2 is slow)") == true)
        try stage(try farm.package("zlib", "2-r0"), try farm.package("lua", "2-r0"))
        #expect(try promote().held.map(\.label) == ["zlib-2-r0"])
        #expect(try farm.listed() == ["lua 2-r0", "zlib 1-r0"])
        #expect(try farm.repository().holds().map(\.version) == ["1-r0"])
        #expect(try farm.repository().release("zlib"))
        _ = try promote()
        #expect(try farm.listed() == ["lua 2-r0", "zlib 2-r0"])
        #expect(throws: PublishingError.self) { try farm.repository().hold("perl", at: nil, reason: "") }
    }

    @Test("Channels are found by their indexes")
    func channels() throws {
        try farm.publish(try farm.package("zlib", "1-r0"))
        try stage(try farm.package("zlib", "1-r0"))
        let channels = Channels(root: farm.path + "/repo", arch: "wasm32")
        #expect(try channels.names() == ["edge", "staging"])
        #expect(try channels.repositories(of: "edge") == ["main"])
        #expect(Channels.isName("v1.0"))
        for name in ["", "..", "a/b", ".x", "-x"] { #expect(!Channels.isName(name)) }
    }
}
