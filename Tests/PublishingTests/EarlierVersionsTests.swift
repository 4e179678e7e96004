import Apk
import Foundation
import Packages
import Publishing
import Testing

@Suite("Earlier versions in the index")
struct EarlierVersionsTests {
    private let farm: Farm

    init() throws {
        farm = try Farm()
        try choose(true)
    }

    private func choose(_ lists: Bool) throws {
        var settings = try farm.repository().settings()
        settings.listsEarlierVersions = lists
        try farm.repository().set(settings)
    }

    private func publishTwo() throws {
        try farm.publish(
            try farm.package("zlib", "1-r0"),
            try farm.package("zlib-dev", "1-r0", origin: "zlib", needs: ["zlib=1-r0"]),
            try farm.package("zlib-old", "1-r0", origin: "zlib"))
        try farm.publish(
            try farm.package("zlib", "2-r0"),
            try farm.package("zlib-dev", "2-r0", origin: "zlib", needs: ["zlib=2-r0"]))
    }

    private func solved(_ atoms: String...) throws -> [String] {
        var universe = Universe()
        universe.add(repository: try farm.repository().current())
        return try Solver(universe).solve(world: try atoms.map { try DependencyAtom(parsing: $0) })
            .changes.map(\.summary)
    }

    @Test(
        "An earlier version is installable by name and version, the newest without; what is no longer made is gone"
    )
    func listed() throws {
        try publishTwo()
        #expect(
            try farm.listed() == ["zlib 1-r0", "zlib 2-r0", "zlib-dev 1-r0", "zlib-dev 2-r0"])
        #expect(try solved("zlib-dev") == ["Installing zlib (2-r0)", "Installing zlib-dev (2-r0)"])
        #expect(try solved("zlib-dev=1-r0") == ["Installing zlib (1-r0)", "Installing zlib-dev (1-r0)"])
        #expect(try farm.faults() == [])
        #expect(try farm.repository().check() == [])
    }

    @Test(
        "Unless it is asked for, the index lists the newest only; so it does after it was asked for no more")
    func hidden() throws {
        try publishTwo()
        try choose(false)
        try farm.publish(try farm.package("tree", "1-r0"))
        #expect(try farm.listed() == ["tree 1-r0", "zlib 2-r0", "zlib-dev 2-r0"])
        try choose(true)
        try farm.publish(try farm.package("tree", "2-r0"))
        #expect(try farm.listed() == ["tree 1-r0", "tree 2-r0", "zlib 2-r0", "zlib-dev 2-r0"])
    }

    @Test("After the retention time an earlier version leaves the index, its file stays for another one")
    func expiry() throws {
        try publishTwo()
        farm.advance(600)
        try farm.publish(try farm.package("zlib", "3-r0"))
        #expect(try farm.listed() == ["zlib 1-r0", "zlib 2-r0", "zlib 3-r0"])
        farm.advance(600)
        try farm.publish(try farm.package("tree", "1-r0"))
        #expect(try farm.listed() == ["tree 1-r0", "zlib 2-r0", "zlib 3-r0"])
        #expect(try farm.files().contains("zlib-1-r0.apk"))
        farm.advance(1_100)
        try farm.publish(try farm.package("tree", "2-r0"))
        #expect(try farm.listed() == ["tree 1-r0", "tree 2-r0", "zlib 3-r0"])
        #expect(try !farm.files().contains("zlib-1-r0.apk"))
        #expect(try farm.files().contains("zlib-2-r0.apk"))
        #expect(try farm.repository().check() == [])
    }

    @Test("Harm is judged by what apk upgrades to, not by what an earlier version still provides")
    func harm() throws {
        try farm.publish(
            try farm.package("zlib", "1-r0", provides: ["so:libz.so.1=1"]),
            try farm.package("app", "1-r0", needs: ["so:libz.so.1"]))
        let error = #expect(throws: PublishingError.self) {
            try farm.publish(try farm.package("zlib", "2-r0", provides: ["so:libz.so.2=2"]))
        }
        #expect(error?.description.contains("app-1-r0 needs so:libz.so.1") == true)
    }

    @Test("An earlier version whose needs are gone is not listed: nobody could install it")
    func uninstallable() throws {
        try farm.publish(
            try farm.package("app", "1-r0", needs: ["helper"]),
            try farm.package("helper", "1-r0", origin: "app"))
        try farm.publish(try farm.package("app", "2-r0"))
        #expect(try farm.listed() == ["app 2-r0"])
    }

    @Test("A version that goes back on purpose is the newest that is listed")
    func backwards() throws {
        try publishTwo()
        var publication = Publication([try farm.package("zlib", "1-r0")], epoch: Farm.epoch)
        publication.policy.accepted = [.older]
        try farm.repository().publish(publication, key: try farm.key())
        #expect(try farm.listed() == ["zlib 1-r0"])
        #expect(try farm.repository().check() == [])
    }

    @Test(
        "When the newest is withdrawn, all packages of the version before are listed; an earlier one can go alone"
    )
    func withdrawal() throws {
        try publishTwo()
        let zlib = try PackageName(parsing: "zlib")
        let report = try farm.repository().withdraw(
            zlib, reason: "a back door", key: try farm.key(), epoch: Farm.epoch)
        #expect(report.withdrawn == ["zlib-2-r0.apk", "zlib-dev-2-r0.apk"])
        #expect(report.restored.map(\.label) == ["zlib-old-1-r0"])
        #expect(try farm.listed() == ["zlib 1-r0", "zlib-dev 1-r0", "zlib-old 1-r0"])
        try farm.publish(try farm.package("zlib", "3-r0"))
        #expect(try farm.listed() == ["zlib 1-r0", "zlib 3-r0"])
        let second = try farm.repository().withdraw(
            zlib, version: try PackageVersion(parsing: "1-r0"), reason: "another", key: try farm.key(),
            epoch: Farm.epoch)
        #expect(second.restored == [])
        #expect(try farm.listed() == ["zlib 3-r0"])
    }

    @Test("A roll-back brings what was listed then, without earlier versions whose files are gone")
    func rollback() throws {
        try publishTwo()
        try farm.publish(try farm.package("zlib", "3-r0"))
        try farm.repository().rollBack(key: try farm.key(), epoch: Farm.epoch)
        #expect(try farm.listed() == ["zlib 1-r0", "zlib 2-r0", "zlib-dev 1-r0", "zlib-dev 2-r0"])
        try FileManager.default.removeItem(atPath: farm.folder + "/wasm32/zlib-1-r0.apk")
        try farm.repository().rollBack(to: 2, key: try farm.key(), epoch: Farm.epoch)
        #expect(try farm.listed().contains("zlib 2-r0"))
        #expect(try !farm.listed().contains("zlib 1-r0"))
    }

    @Test("A promotion takes the newest only; the other channel keeps earlier versions if it was asked to")
    func promotion() throws {
        try publishTwo()
        let stable = farm.repository(channel: "stable")
        try stable.promote(from: farm.repository(), key: try farm.key(), epoch: Farm.epoch)
        #expect(try farm.listed(channel: "stable") == ["zlib 2-r0", "zlib-dev 2-r0"])
        var settings = RepositorySettings()
        settings.listsEarlierVersions = true
        try stable.set(settings)
        try farm.publish(try farm.package("zlib", "3-r0"))
        try stable.promote(from: farm.repository(), .exact, key: try farm.key(), epoch: Farm.epoch)
        #expect(try farm.listed(channel: "stable") == ["zlib 2-r0", "zlib 3-r0"])
    }

    @Test("A hold is of the newest version, whatever is listed besides")
    func hold() throws {
        try publishTwo()
        try farm.repository().hold("zlib", at: nil, reason: "the installer needs it")
        #expect(try farm.repository().holds().map(\.version) == ["2-r0"])
        try farm.publish(try farm.package("tree", "1-r0"))
        #expect(try farm.listed().contains("zlib 1-r0"))
    }

    @Test("Settings that cannot be read are an error, not a choice")
    func damaged() throws {
        try Data("earlier-versions\tperhaps\n".utf8).write(
            to: URL(fileURLWithPath: farm.folder + "/settings.tsv"))
        #expect(throws: PublishingError.self) { try farm.repository().settings() }
    }
}
