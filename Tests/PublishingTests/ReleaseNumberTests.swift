import Apk
import Publishing
import Testing

@Suite("Release numbers")
struct ReleaseNumberTests {
    @Test(
        "A published number is pkgrel times a thousand and the rebuild count",
        arguments: [(0, 0, 0), (0, 2, 2), (3, 0, 3_000), (12, 999, 12_999)])
    func numbers(pkgrel: Int, rebuild: Int, published: Int) throws {
        let number = ReleaseNumber(pkgrel: pkgrel, rebuild: rebuild)
        #expect(number.published == published)
        #expect(ReleaseNumber(published: published) == number)
        #expect(ReleaseNumber(of: try PackageVersion(parsing: "1.3.2-r\(published)")) == number)
    }

    @Test("Published versions are ordered as Alpine's are, rebuilds between them")
    func ordered() throws {
        let versions = try [(0, 0), (0, 1), (0, 999), (1, 0), (1, 1), (9, 0), (10, 0)].map {
            try PackageVersion(parsing: "1.3-r\(ReleaseNumber(pkgrel: $0.0, rebuild: $0.1))")
        }
        #expect(versions == versions.sorted())
    }

    @Test("A version without a release has no number")
    func none() throws {
        #expect(ReleaseNumber(of: try PackageVersion(parsing: "1.3")) == nil)
    }

    @Test("The thousandth rebuild is refused")
    func exhausted() throws {
        let name = try PackageName(parsing: "zlib")
        let published = try [PackageVersion(parsing: "1.3-r3998"), PackageVersion(parsing: "1.3-r3999")]
        #expect(
            try ReleaseNumber.next(for: name, pkgver: "1.3", pkgrel: 3, after: published.dropLast()).published
                == 3_999)
        let error = #expect(throws: PublishingError.self) {
            try ReleaseNumber.next(for: name, pkgver: "1.3", pkgrel: 3, after: published)
        }
        #expect(error?.description == "zlib-1.3-r3 has been rebuilt 999 times; raise its pkgrel")
    }

    @Test(
        "Constraints with one of Alpine's release numbers mean every rebuild of it",
        arguments: [
            ("zlib", "zlib"), ("zlib>=1.3", "zlib>=1.3"), ("zlib~1.3", "zlib~1.3"), ("!zlib", "!zlib"),
            ("zlib=1.3-r2", "zlib>=1.3-r2000 zlib<1.3-r3000"), ("zlib=1.3-r0", "zlib>=1.3-r0 zlib<1.3-r1000"),
            ("zlib>=1.3-r2", "zlib>=1.3-r2000"), ("zlib>1.3-r2", "zlib>=1.3-r3000"),
            ("zlib<1.3-r2", "zlib<1.3-r2000"), ("zlib<=1.3-r2", "zlib<1.3-r3000"),
            ("zlib~1.3-r2", "zlib>=1.3-r2000 zlib<1.3-r3000"), ("!zlib<1.3-r2", "!zlib<1.3-r2000"),
        ])
    func translation(written: String, meant: String) throws {
        let atoms = try ReleaseNumber.translated(try DependencyAtom(parsing: written))
        #expect(atoms.map(\.description).joined(separator: " ") == meant)
    }

    @Test(
        "A translated constraint accepts a published version exactly when the written one accepts Alpine's",
        arguments: ["=", "<", "<=", ">", ">=", "~"])
    func equivalence(comparison: String) throws {
        for wanted in ["1.3-r0", "1.3-r2", "1.3_rc1-r10"] {
            let written = try DependencyAtom(parsing: "zlib\(comparison)\(wanted)")
            let meant = try ReleaseNumber.translated(written)
            for upstream in ["1.2", "1.3_rc1", "1.3", "1.3.1", "1.4"] {
                for pkgrel in [0, 1, 2, 3, 10, 11] {
                    let alpine = try PackageVersion(parsing: "\(upstream)-r\(pkgrel)")
                    for rebuild in [0, 1, 999] {
                        let number = ReleaseNumber(pkgrel: pkgrel, rebuild: rebuild)
                        let version = try PackageVersion(parsing: "\(upstream)-r\(number)")
                        #expect(
                            meant.allSatisfy { $0.accepts(version: version, identity: nil) }
                                == written.accepts(version: alpine, identity: nil),
                            "\(written) and \(version)")
                    }
                }
            }
        }
    }

    @Test("A conflict with exactly one release cannot be said in published numbers")
    func untranslatable() throws {
        let atom = try DependencyAtom(parsing: "!zlib=1.3-r2")
        #expect(throws: PublishingError.untranslatable(atom: "!zlib=1.3-r2")) {
            try ReleaseNumber.translated(atom)
        }
    }
}
