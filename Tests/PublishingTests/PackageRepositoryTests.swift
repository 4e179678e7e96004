import Apk
import Foundation
import Packages
import Publishing
import Signing
import Synchronization
import Testing

@Suite("Publishing")
struct PackageRepositoryTests {
    private let farm: Farm

    init() throws {
        farm = try Farm()
    }

    @Test("Packages lie beside a signed index that lists them, and the public key lies in the key folder")
    func publish() throws {
        #expect(try farm.repository().current().entries.isEmpty)
        let report = try farm.publish(
            try farm.package("zlib", "1.3-r0"), try farm.package("zlib-dev", "1.3-r0", origin: "zlib"))
        #expect(report.published.map(\.label) == ["zlib-1.3-r0", "zlib-dev-1.3-r0"])
        #expect(report.unchanged.isEmpty)
        #expect(try farm.listed() == ["zlib 1.3-r0", "zlib-dev 1.3-r0"])
        #expect(try farm.files() == ["APKINDEX.tar.gz", "zlib-1.3-r0.apk", "zlib-dev-1.3-r0.apk"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: farm.path + "/repo/keys") == [
                "farm-00000001.rsa.pub"
            ])
        #expect(try farm.faults() == [])
        #expect(
            try farm.repository().current().description.description == "edge/main 1 2027-01-15T08:00:00Z")
    }

    @Test("The same bytes again change nothing, not even the index's file")
    func again() throws {
        let zlib = try farm.package("zlib", "1.3-r0")
        try farm.publish(zlib)
        let before = try FileManager.default.attributesOfItem(atPath: farm.repository().indexPath)
        let report = try farm.publish(zlib)
        #expect(report.published.isEmpty)
        #expect(report.unchanged.map(\.label) == ["zlib-1.3-r0"])
        let after = try FileManager.default.attributesOfItem(atPath: farm.repository().indexPath)
        #expect(before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
    }

    @Test("Other bytes under a published name are refused with both digests")
    func immutable() throws {
        let one = try farm.package("zlib", "1.3-r0", content: "one")
        let other = try farm.package("zlib", "1.3-r0", content: "other")
        try farm.publish(one)
        let error = #expect(throws: PublishingError.self) { try farm.publish(other) }
        let first = try PackageReader.read(file: one).identity
        let second = try PackageReader.read(file: other).identity
        #expect(
            error?.description
                == "zlib-1.3-r0 is published with other bytes: published \(first), offered \(second); a"
                + " published version never changes, so give it the next release number")
        #expect(try farm.faults() == [])
    }

    @Test(
        "A newer version replaces the older in the index; the old file stays for a while, its name for ever")
    func superseding() throws {
        let old = try farm.package("zlib", "1.3-r0")
        try farm.publish(
            old, try farm.package("zlib-dev", "1.3-r0", origin: "zlib"), try farm.package("lua", "5-r0"))
        let report = try farm.publish(try farm.package("zlib", "1.3-r1"))
        #expect(report.superseded.map(\.label) == ["zlib-1.3-r0", "zlib-dev-1.3-r0"])
        #expect(try farm.listed() == ["lua 5-r0", "zlib 1.3-r1"])
        #expect(try farm.files().contains("zlib-1.3-r0.apk"))
        #expect(throws: PublishingError.self) { try farm.publish(old) }

        farm.clock.withLock { $0 += 2_000 }
        #expect(
            try farm.publish(try farm.package("zlib", "1.3-r2")).removed == [
                "zlib-1.3-r0.apk", "zlib-dev-1.3-r0.apk",
            ])
        #expect(
            try farm.files() == [
                "APKINDEX.tar.gz", "lua-5-r0.apk", "superseded.tsv", "zlib-1.3-r1.apk", "zlib-1.3-r2.apk",
            ])
        let changed = try farm.package("zlib-dev", "1.3-r0", content: "changed", origin: "zlib-dev")
        guard
            case .immutable(let package, _, _)? = #expect(
                throws: PublishingError.self, performing: { try farm.publish(changed) })
        else {
            Issue.record("a name that left the index was given to other bytes")
            return
        }
        #expect(package == "zlib-dev-1.3-r0")
    }

    @Test("An older version than the listed one is refused")
    func older() throws {
        try farm.publish(try farm.package("zlib", "1.3-r2"))
        let error = #expect(throws: PublishingError.self) {
            try farm.publish(try farm.package("zlib", "1.3-r1"))
        }
        #expect(
            error?.description
                == "zlib-1.3-r1 is older than zlib-1.3-r2, which the repository lists; publish a newer version"
        )
    }

    @Test("A package that moves to another recipe is listed once")
    func moved() throws {
        try farm.publish(try farm.package("tool", "1-r0", origin: "big"), try farm.package("big", "1-r0"))
        try farm.publish(try farm.package("tool", "2-r0", origin: "tool"))
        #expect(try farm.listed() == ["big 1-r0", "tool 2-r0"])
    }

    @Test("A noarch package is listed for the repository's architecture, which its address is made of")
    func noarch() throws {
        try farm.publish(try farm.package("docs", "1-r0", architecture: "noarch"))
        let entry = try #require(try farm.repository().current().entries.first)
        #expect(entry.architecture == "wasm32")
        #expect(try farm.faults() == [])
    }

    @Test("A package for another machine is refused")
    func foreignArchitecture() throws {
        let file = try farm.package("zlib", "1-r0", architecture: "x86_64")
        let error = #expect(throws: PublishingError.self) { try farm.publish(file) }
        #expect(
            error?.description
                == "\(file): is for x86_64 but the repository for wasm32; publish it where it belongs")
    }

    @Test(
        "A package that is unsigned, signed by a stranger, cut or changed is refused, and nothing is published"
    )
    func badPackages() throws {
        let good = try farm.package("good", "1-r0")
        let whole = try Data(contentsOf: URL(fileURLWithPath: good))
        var bad = [
            try farm.package("unsigned", "1-r0", isSigned: false),
            try farm.package("foreign", "1-r0", key: try Keys.stranger.get()), farm.path + "/missing.apk",
        ]
        for (name, data) in [
            ("cut", whole.dropLast(20)), ("empty", Data()), ("long", whole + Data([1])),
            (
                "changed",
                whole.prefix(whole.count - 30) + Data([whole[whole.count - 30] ^ 1]) + whole.suffix(29)
            ),
        ] {
            let path = "\(farm.path)/\(name).apk"
            try data.write(to: URL(fileURLWithPath: path))
            bad.append(path)
        }
        for path in bad {
            let error = #expect(throws: PublishingError.self) { try farm.publish(good, path) }
            #expect(error?.description.hasPrefix(path + ": ") == true, "\(path)")
        }
        #expect(!FileManager.default.fileExists(atPath: farm.folder))
    }

    @Test("The same package twice in one call is refused with both files")
    func duplicate() throws {
        let one = try farm.package("zlib", "1-r0")
        let other = try farm.package("zlib", "1-r0")
        let error = #expect(throws: PublishingError.self) { try farm.publish(one, other) }
        #expect(error?.description == "zlib-1-r0 is in both \(one) and \(other); publish one of them")
    }

    @Test(
        "A damaged index, or one that a stranger signed, is refused", arguments: ["cut", "text", "stranger"])
    func badIndex(kind: String) throws {
        try farm.publish(try farm.package("zlib", "1-r0"))
        let path = farm.repository().indexPath
        let index = try farm.repository().current()
        switch kind {
        case "cut":
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            try bytes.dropLast(30).write(to: URL(fileURLWithPath: path))
        case "text": try "no index".write(toFile: path, atomically: false, encoding: .utf8)
        default:
            let bytes = try IndexFile.bytes(
                of: index, description: "x", epoch: 0, signedBy: try Keys.stranger.get())
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        }
        let lua = try farm.package("lua", "1-r0")
        for attempt in [{ _ = try farm.repository().current() }, { _ = try farm.publish(lua) }] {
            guard
                case .damagedRepository(path, _)? = #expect(throws: PublishingError.self, performing: attempt)
            else {
                Issue.record("the index was taken")
                return
            }
        }
        #expect(try farm.files() == ["APKINDEX.tar.gz", "zlib-1-r0.apk"])
    }

    @Test("A damaged list of superseded packages is refused with its line")
    func badList() throws {
        try farm.publish(try farm.package("zlib", "1-r0"))
        let path = farm.folder + "/wasm32/superseded.tsv"
        try "a-1.apk\tQ1x\t5\nodd line\n".write(toFile: path, atomically: false, encoding: .utf8)
        let error = #expect(throws: PublishingError.self) {
            try farm.publish(try farm.package("lua", "1-r0"))
        }
        #expect(
            error?.description.hasPrefix("\(path): line 2 is not NAME<tab>IDENTITY<tab>SECONDS; ") == true)
    }

    @Test("Another key under a trusted name is refused")
    func foreignKey() throws {
        try farm.publish(try farm.package("zlib", "1-r0"))
        let impostor = try PrivateKey.generate(bits: 2048, stamp: 1)
        let lua = try farm.package("lua", "1-r0", key: impostor)
        let error = #expect(throws: PublishingError.self) {
            try farm.repository().publish([lua], key: impostor, epoch: 0)
        }
        #expect(
            error?.description
                == "\(farm.path)/repo/keys/farm-00000001.rsa.pub: the repository has another key of this"
                + " name; make one with another name")
    }

    @Test("A second key may publish into a repository whose first key is trusted")
    func secondKey() throws {
        try farm.publish(try farm.package("zlib", "1-r0"))
        let second = try Keys.stranger.get()
        let lua = try farm.package("lua", "1-r0", key: second)
        try farm.repository().publish([lua], key: second, epoch: 0)
        #expect(try farm.listed() == ["lua 1-r0", "zlib 1-r0"])
        #expect(try farm.repository().keys().names == ["farm-00000001.rsa.pub", "farm-00000002.rsa.pub"])
        #expect(try farm.faults() == [])
    }

    @Test("A published file that was damaged or lost is healed by its own bytes, not by others")
    func healing() throws {
        let zlib = try farm.package("zlib", "1-r0")
        try farm.publish(zlib)
        for damage in [
            { try "x".write(toFile: $0, atomically: false, encoding: .utf8) },
            { try FileManager.default.removeItem(atPath: $0) },
        ]
            as [(String) throws -> Void]
        {
            try damage(farm.folder + "/wasm32/zlib-1-r0.apk")
            #expect(try !farm.faults().isEmpty)
            let other = try farm.package("zlib", "1-r0", content: "other")
            #expect(throws: PublishingError.self) { try farm.publish(other) }
            #expect(try farm.publish(zlib).published.count == 1)
            #expect(try farm.faults() == [])
        }
    }

    @Test("What a killed publication left behind is replaced or removed")
    func leftovers() throws {
        try farm.publish(try farm.package("zlib", "1-r0"))
        let never = try farm.package("lua", "1-r0", content: "never listed")
        try FileManager.default.copyItem(atPath: never, toPath: farm.folder + "/wasm32/lua-1-r0.apk")
        for name in [".lua-1-r0.apk.new", ".APKINDEX.tar.gz.new"] {
            try "half".write(toFile: "\(farm.folder)/wasm32/\(name)", atomically: false, encoding: .utf8)
        }
        try farm.publish(try farm.package("lua", "1-r0", content: "listed"))
        #expect(try farm.files() == ["APKINDEX.tar.gz", "lua-1-r0.apk", "zlib-1-r0.apk"])
        #expect(try farm.faults() == [])
    }

    @Test("The next release number counts what is listed and what was")
    func release() throws {
        let repository = farm.repository()
        let name = try PackageName(parsing: "zlib")
        func next(_ pkgver: String, _ pkgrel: Int) throws -> Int {
            try repository.release(for: name, pkgver: pkgver, pkgrel: pkgrel).published
        }
        #expect(try next("1.3", 0) == 0)
        try farm.publish(try farm.package("zlib", "1.3-r0"))
        try farm.publish(try farm.package("zlib-ng", "1.3-r7"))
        #expect(try next("1.3", 0) == 1)
        #expect(try next("1.3", 2) == 2_000)
        #expect(try next("1.4", 0) == 0)
        try farm.publish(try farm.package("zlib", "1.3-r1"))
        try farm.publish(try farm.package("zlib", "1.4-r0"))
        #expect(try next("1.3", 0) == 2)
    }
}
