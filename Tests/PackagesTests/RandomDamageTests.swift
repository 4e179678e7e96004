import Apk
import Packages
import Signing
import Testing

/// Bits turned over at random: what is read is refused, or is what was written. The seed is said with what fails.
@Suite("Bits turned over at random")
struct RandomDamageTests {
    /// A generator that gives the same numbers for the same seed (SplitMix64).
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    /// What a package's reader hands out.
    private struct Seen: PackageVisitor {
        var text: [UInt8] = []
        mutating func opened(_ header: PackageHeader) throws(ApkError) {}
        mutating func began(_ entry: TarEntry) throws(ApkError) { text += entry.path.bytes + [0x0a] }
        mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) { text += bytes }
        mutating func ended() throws(ApkError) {}
    }

    private let seed = UInt64.random(in: 0...UInt64.max)

    private func read(_ bytes: [UInt8], _ keys: KeyRing) -> [UInt8]? {
        do throws(ApkError) {
            var parser = try PackageParser(tools: FarmTools(keys: keys), visitor: Seen(), trust: .signature)
            try bytes.withRawBytes { (piece) throws(ApkError) in try parser.consume(piece) }
            _ = try parser.finish()
            return parser.visitor.text
        } catch {
            return nil
        }
    }

    @Test func `ten thousand of them in packages`() throws {
        let scratch = try Scratch()
        var sample = try Sample(scratch)
        sample.scripts = ["post-install": Array("#!/bin/sh\n".utf8)]
        var numbers = Numbers(state: seed)
        // Content that does not compress has literal bytes in the file, text has references.
        try scratch.file(
            "files/usr/share/noise", (0..<3000).map { _ in UInt8.random(in: 0...255, using: &numbers) })
        try scratch.file("files/usr/share/text", String(repeating: "words and more words\n", count: 400))
        try scratch.link("files/usr/share/link", to: "text")
        try sample.pack("sample.apk")
        let bytes = try scratch.bytes("sample.apk")
        let keys = try Keys.ring()
        let whole = try #require(read(bytes, keys))
        var accepted = 0
        for _ in 0..<10_000 {
            var bad = bytes
            // Up to four at once: one may hide another.
            for _ in 0...Int.random(in: 0...3, using: &numbers) {
                bad[Int.random(in: 0..<bad.count, using: &numbers)] ^=
                    1 << UInt8.random(in: 0...7, using: &numbers)
            }
            guard let seen = read(bad, keys) else { continue }
            accepted += 1
            #expect(seen == whole, "seed \(seed)")
        }
        // Only the signature member's own form is covered by nothing.
        #expect(accepted < 500, "\(accepted) of 10,000 were read; seed \(seed)")
    }

    /// Below the compression, so that no CRC is in the way: only what the header vouches for finds them.
    @Test func `ten thousand of them in the files, packed again`() throws {
        let machine = try LinuxMachine(root: "/tmp", keys: nil)
        let content = Array("some text\n".utf8)
        var file = TarEntry(path: "usr/text", kind: .file, mode: 0o644)
        file.records = [
            TarEntry.Record(key: TarEntry.checksumKey, value: ByteText(Signing.SHA1.digest(of: content).hex))
        ]
        let tar =
            try TarWriter.member(TarEntry(path: "usr", kind: .directory, mode: 0o755), content: [])
            + TarWriter.member(file, content: content) + TarWriter.end
        let data = try machine.compress(tar)
        var info = PackageInfo(
            name: try PackageName(parsing: "p"), version: try PackageVersion(parsing: "1-r0"),
            architecture: "wasm32")
        info.installedSize = Int64(content.count)
        info.dataHash = ByteText(Signing.SHA256.digest(of: data).hex)
        let control = try machine.compress(
            TarWriter.member(TarEntry(path: ".PKGINFO", kind: .file, mode: 0o644), content: info.text()))
        let key = try Keys.trusted.get()
        let head =
            try machine.compress(
                IndexArchive.signatureTar(
                    key.sign(control, .rsaSHA256), algorithm: .rsaSHA256, keyName: ByteText(key.name),
                    modified: 0)) + control
        let keys = try Keys.ring()
        #expect(read(head + data, keys) != nil)
        var numbers = Numbers(state: seed)
        for _ in 0..<10_000 {
            var bad = tar
            let place = Int.random(in: 0..<bad.count, using: &numbers)
            bad[place] ^= 1 << UInt8.random(in: 0...7, using: &numbers)
            #expect(try read(head + machine.compress(bad), keys) == nil, "at \(place); seed \(seed)")
        }
    }

    @Test func `ten thousand of them in an index`() throws {
        var index = Index(description: "edge/main 1 2026-01-01T00:00:00Z")
        for number in 0..<20 {
            var entry = IndexEntry(
                name: try PackageName(parsing: "p\(number)"),
                version: try PackageVersion(parsing: "1.\(number)-r0"))
            entry.identity = PackageIdentity(sha1: [UInt8](repeating: UInt8(number), count: 20))
            entry.architecture = "wasm32"
            entry.summary = "a package"
            index.entries.append(entry)
        }
        index.sort()
        let scratch = try Scratch()
        try IndexFile.write(
            index, to: scratch.path("APKINDEX.tar.gz"), description: index.description.description, epoch: 0,
            signedBy: Keys.trusted.get())
        let bytes = try scratch.bytes("APKINDEX.tar.gz")
        let tools = FarmTools(keys: try Keys.ring())
        let whole = try IndexArchive.read(bytes, tools: tools, requiresSignature: true)
        for length in 0..<bytes.count {
            #expect(throws: ApkError.self, "cut to \(length) bytes") {
                try IndexArchive.read(Array(bytes.prefix(length)), tools: tools, requiresSignature: true)
            }
        }
        var numbers = Numbers(state: seed)
        for _ in 0..<10_000 {
            var bad = bytes
            bad[Int.random(in: 0..<bad.count, using: &numbers)] ^=
                1 << UInt8.random(in: 0...7, using: &numbers)
            // What is refused is what is hoped for.
            guard let read = try? IndexArchive.read(bad, tools: tools, requiresSignature: true) else {
                continue
            }
            #expect(read == whole, "seed \(seed)")
        }
    }
}
