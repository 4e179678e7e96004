import Apk
import Foundation
import Packages
import Signing
import Testing

@Suite("Files of apk 3")
struct AdbTests {
    private static let real = ProcessInfo.processInfo.environment["APK_REAL"]

    private func index() throws -> Index {
        var index = Index()
        for number in 0..<40 {
            var entry = IndexEntry(
                name: try PackageName(parsing: "p\(number)"),
                version: try PackageVersion(parsing: "1.\(number)-r0"))
            entry.identity = PackageIdentity(sha1: [UInt8](repeating: UInt8(number), count: 20))
            entry.architecture = "wasm32"
            entry.fileSize = Int64(number) << 30
            entry.installedSize = Int64(number) + 1
            entry.summary = ByteText("package \(number) " + String(repeating: "long ", count: number * 3))
            entry.url = "https://example.org"
            entry.license = "MIT"
            entry.origin = "p"
            entry.buildDate = 1_770_000_000
            entry.commit = ByteText(String(repeating: "0a", count: 20))
            entry.dependencies = try DependencyAtom.list(
                Array("!x<2 a b>=1 c~1.2 d<~3 e>1 f=1 g<=2 so:libc.so.1".utf8)[...])
            entry.provides = try DependencyAtom.list(Array("cmd:p\(number)=1.\(number)-r0".utf8)[...])
            entry.installIf = number % 7 == 0 ? try DependencyAtom.list(Array("a b=1".utf8)[...]) : []
            index.entries.append(entry)
        }
        index.entries.sort(by: IndexEntry.precedes)
        return index
    }

    private func file(_ index: Index) throws -> [UInt8] {
        let key = try Keys.trusted.get()
        let database = try AdbIndex.database(of: index)
        let id = key.publicKey.identifier
        let payload = AdbIndex.signedBytes(digest: SHA512.digest(of: database).bytes, keyID: id)
        return AdbIndex.file(database, signatures: [(id, try key.sign(payload, .rsaSHA512))])
    }

    private func read(_ bytes: [UInt8], keys: KeyRing?) throws -> Index {
        try IndexArchive.read(bytes, tools: FarmTools(keys: keys), requiresSignature: keys != nil)
    }

    @Test func `an index comes back as it was, signed`() throws {
        let index = try index()
        let bytes = try file(index)
        var expected = index
        for place in expected.entries.indices {
            expected.entries[place].dependencies.sort { $0.name < $1.name }
        }
        #expect(try read(bytes, keys: try Keys.ring()) == expected)
        #expect(try file(index) == bytes)
    }

    @Test func `only a trusted signature over these very bytes counts`() throws {
        let bytes = try file(try index())
        let stranger = KeyRing([try Keys.stranger.get().publicKey])
        #expect(throws: ApkError.self) { try read(bytes, keys: stranger) }
        var changed = bytes
        changed[100] ^= 1
        #expect(throws: ApkError.self) { try read(changed, keys: try Keys.ring()) }
    }

    @Test func `a file cut anywhere is refused`() throws {
        let bytes = try file(try index())
        let ring = try Keys.ring()
        for length in 0..<bytes.count {
            #expect(throws: ApkError.self, "cut to \(length) bytes") {
                try read(Array(bytes.prefix(length)), keys: ring)
            }
        }
    }

    @Test func `flipped bits are refused or change what is read, and nothing else happens`() throws {
        let bytes = try file(try index())
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            var changed = bytes
            changed[Int.random(in: 0..<bytes.count, using: &generator)] ^=
                1 << UInt8.random(in: 0...7, using: &generator)
            // Unsigned, so that the reader itself is reached; any answer will do that is one.
            _ = try? read(changed, keys: nil)
        }
    }

    @Test(.enabled(if: real != nil, "set APK_REAL to a real apk 3"))
    func `the real apk 3 reads what ours writes`() throws {
        let real = try #require(Self.real)
        guard try run(real, "--version").output.contains("apk-tools 3") else { return }
        let scratch = try Scratch()
        try scratch.file("index.adb", try file(try index()))
        let key = try Keys.trusted.get()
        try scratch.folder("keys")
        try key.publicKey.write(to: scratch.path("keys/" + key.name))
        let dump = try run(real, "adbdump", scratch.path("index.adb"))
        #expect(dump.status == 0 && dump.output.contains("- name: p39"))
        let verdict = try run(real, "--keys-dir", scratch.path("keys"), "verify", scratch.path("index.adb"))
        #expect(verdict.status == 0, "\(verdict.output)")
    }
}
