import Apk
import Testing

@Suite(".PKGINFO and APKINDEX")
struct TextTests {
    @Test func `a .PKGINFO in abuild's order is written as it was read`() throws {
        let text = try fixture("PKGINFO")
        let info = try PackageInfo(parsing: text)
        #expect(String(decoding: try info.text(), as: UTF8.self) == text)
        #expect(info.allDependencies.map(\.description) == ["zlib=1.3.2-r0", "!zlib-ng-dev", "pkgconfig"])
        #expect(info.detectedProvides.map(\.description) == ["pc:zlib=1.3.2"])
        #expect(info.fileName == "zlib-dev-1.3.2-r0.apk")
        #expect(info.providerPriority == 10 && info.installedSize == 123_456)
    }

    @Test func `keys may come in any order and unknown ones are ignored`() throws {
        let info = try PackageInfo(
            parsing: "depend = a\nfuture = x\npkgver = 1\narch = noarch\npkgname = p\nsize = 7\n")
        #expect(info.dependencies.map(\.description) == ["a"])
        #expect(info.installedSize == 7)
    }

    @Test(arguments: [
        ("pkgname = a\npkgver = 1\n", "arch"), ("pkgver = 1\narch = x\n", "pkgname"),
        ("pkgname = a\narch = x\n", "pkgver"),
        ("pkgname = a\npkgver = 1.x\n", ".PKGINFO:2"), ("pkgname = a b\n", ".PKGINFO:1"),
        ("nonsense\n", ".PKGINFO:1"),
        ("pkgname = a\npkgver = 1\narch = x\nsize = many\n", ".PKGINFO:4"),
        ("pkgname = a\npkgver = 1\narch = x\ndatahash = 12\n", ".PKGINFO:4"),
        ("pkgname = a\npkgver = 1\narch = x\ndepend = a=<>1\n", ".PKGINFO:4"),
        ("pkgname = a\npkgver = 1\narch = x\nsize = 99999999999999999999\n", ".PKGINFO:4"),
    ])
    func `a bad .PKGINFO is refused with its line`(text: String, place: String) {
        #expect { try PackageInfo(parsing: text) } throws: { "\($0)".contains(place) }
    }

    @Test func `a value with a line end cannot be written`() throws {
        var info = try PackageInfo(parsing: fixture("PKGINFO"))
        info.summary = "one\ndepend = evil"
        #expect { try info.text() } throws: { "\($0)".contains("pkgdesc") }
    }

    @Test func `an index is written as it was read`() throws {
        let text = try fixture("APKINDEX")
        let index = try Index(parsing: text)
        #expect(index.entries.count == 2)
        #expect(index.entries[0].unknownFields.map(\.value) == ["tag"])
        #expect(index.entries[0].provides.map(\.description) == ["/bin/sh", "cmd:busybox=1.37.0-r0"])
        #expect(String(decoding: try index.text(), as: UTF8.self) == text)
    }

    @Test func `an index is sorted by name and version`() throws {
        let entries = try ["b 1", "a 10", "a 9"].map { text in
            let words = text.split(separator: " ").map(String.init)
            return IndexEntry(
                name: try PackageName(parsing: words[0]), version: try PackageVersion(parsing: words[1]))
        }
        let text = String(decoding: try Index(entries: entries).text(), as: UTF8.self)
        #expect(
            text.split(separator: "\n").filter { $0.hasPrefix("P:") || $0.hasPrefix("V:") }
                == ["P:a", "V:9", "P:a", "V:10", "P:b", "V:1"])
    }

    @Test func `merging replaces equal names and versions`() throws {
        let old = try Index(parsing: "P:a\nV:1\nT:old\n\nP:b\nV:1\n\n")
        let new = try Index(parsing: "P:a\nV:1\nT:new\n\nP:a\nV:2\n\n")
        let merged = old.merging(new)
        #expect(merged.entries.map(\.label) == ["a-1", "b-1", "a-2"])
        #expect(merged.entries[0].summary == "new")
        #expect(merged.newest(try PackageName(parsing: "a"))?.label == "a-2")
    }

    @Test func `what only a newer apk understands makes one package uninstallable`() throws {
        let index = try Index(parsing: "P:a\nV:1\nX:new\n\nP:b\nV:1\nD:c?1\n\nP:d\nV:1\ni:e?1\n\n")
        #expect(index.entries.map { $0.obstacle == nil } == [false, false, true])
    }

    @Test(arguments: [
        "V:1\n\n", "P:a\n\n", "P:a\nV:1.x\n\n", "P:a\nV:1\nS:x\n\n", "nonsense\n", "P:a\nV:1\nV:2\n\n",
        "D:x\n\n",
    ])
    func `a bad index is refused with its line`(text: String) {
        #expect { try Index(parsing: text) } throws: {
            "\($0)".contains("line ") || "\($0)".contains("field")
        }
    }

    @Test func `limits hold`() throws {
        var limits = Index.Limits()
        limits.lineBytes = 100
        limits.packages = 2
        let long = "P:a\nV:1\nT:" + String(repeating: "x", count: 200) + "\n\n"
        #expect { try Index(bytes: Array(long.utf8), limits: limits) } throws: {
            "\($0)".contains("more than the 100")
        }
        let many = String(repeating: "P:a\nV:1\n\n", count: 3)
        #expect { try Index(bytes: Array(many.utf8), limits: limits) } throws: {
            "\($0)".contains("2 packages")
        }
        var entry = IndexEntry(name: try PackageName(parsing: "a"), version: try PackageVersion(parsing: "1"))
        entry.summary = ByteText(String(repeating: "x", count: 3000))
        #expect { try Index(entries: [entry]).text() } throws: { "\($0)".contains("apk 2.14") }
    }

    @Test func `an installed database is written as it was read`() throws {
        let text =
            "C:Q1EyN5AdpAOBJWKMR89pp/C66o+OE=\nP:a\nV:1\nA:wasm32\nS:1\nI:1\nT:\nU:\nL:\nD:b\nr:c<1\nq:3\ns:edge\nf:s\n"
            + "F:\nR:top\nF:etc\nM:0:42:750\nR:a\na:1:2:4755\nZ:Q1EyN5AdpAOBJWKMR89pp/C66o+OE=\n\n"
        let database = try InstalledDatabase(bytes: Array(text.utf8))
        #expect(String(decoding: try database.text(), as: UTF8.self) == text)
        #expect(database.packages[0].folders[1].files[0].ownership.mode == 0o4755)
        #expect(throws: ApkError.self) { try InstalledDatabase(bytes: Array("P:a\nV:1\nR:x\n\n".utf8)) }
        #expect(throws: ApkError.self) {
            try InstalledDatabase(bytes: Array("P:a\nV:1\nF:x\nM:1:2\n\n".utf8))
        }
    }

    @Test func `base64 and hexadecimal go there and back`() {
        for count in 0...64 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64.decode(Base64.encode(bytes)[...]) == bytes)
            #expect(Hexadecimal.decode(Hexadecimal.encode(bytes)[...]) == bytes)
        }
        #expect(Base64.decode(Array("a b=".utf8)[...]) == nil)
        #expect(Hexadecimal.decode(Array("abc".utf8)[...]) == nil)
    }
}
