import Apk
import Testing

@Suite("Names that become parts of paths")
struct PathNameTests {
    @Test func `a package cannot call itself by a path`() {
        for name in ["../p", "a/b", "/p", ".p", "-p", "p:x"] {
            #expect(throws: ApkError.self, "\(name)") {
                try PackageInfo(bytes: Array("pkgname = \(name)\npkgver = 1-r0\narch = wasm32\n".utf8))
            }
        }
    }

    @Test func `an index cannot either, but the rest of it is good`() throws {
        let index = try Index(parsing: "P:../p\nV:1\n\nP:good\nV:1\n\n")
        #expect(index.entries.map { $0.obstacle == nil } == [false, true])
    }
}
