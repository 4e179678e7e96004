import Apk
import Packages
import Signing
import Testing

@Suite("Damaged and hostile packages")
struct DamageTests {
    private func sample(_ scratch: Scratch) throws -> Sample {
        var sample = try Sample(scratch)
        sample.scripts = ["post-install": Array("#!/bin/sh\n".utf8)]
        return sample
    }

    /// A small package, for tests that try it thousands of times.
    private func small(_ scratch: Scratch) throws -> [UInt8] {
        let sample = try sample(scratch)
        try scratch.file("files/usr/bin/tool", "#!/bin/sh\necho tool\n", mode: 0o755)
        try scratch.link("files/usr/bin/t", to: "tool")
        try sample.pack("small.apk")
        return try scratch.bytes("small.apk")
    }

    private func isAccepted(_ bytes: [UInt8], _ keys: KeyRing) -> Bool {
        struct Blind: PackageVisitor {
            mutating func opened(_ header: PackageHeader) throws(ApkError) {}
            mutating func began(_ entry: TarEntry) throws(ApkError) {}
            mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {}
            mutating func ended() throws(ApkError) {}
        }
        do throws(ApkError) {
            var parser = try PackageParser(tools: FarmTools(keys: keys), visitor: Blind(), trust: .signature)
            try bytes.withRawBytes { (piece) throws(ApkError) in try parser.consume(piece) }
            try parser.finish().requireStatedSize()
            return true
        } catch {
            return false
        }
    }

    @Test func `every cut of a package fails`() throws {
        let scratch = try Scratch()
        let bytes = try small(scratch)
        let keys = try Keys.ring()
        #expect(isAccepted(bytes, keys))
        for length in 0..<bytes.count {
            #expect(!isAccepted(Array(bytes[..<length]), keys), "cut at \(length)")
        }
        #expect(!isAccepted(bytes + [0], keys))
        #expect(!isAccepted(bytes + bytes, keys))
    }

    @Test func `a changed byte fails, wherever it is`() throws {
        let scratch = try Scratch()
        let bytes = try small(scratch)
        let keys = try Keys.ring()
        var accepted: [Int] = []
        for index in bytes.indices {
            var bad = bytes
            bad[index] ^= 1 << UInt8(index % 8)
            if isAccepted(bad, keys) { accepted.append(index) }
        }
        // Only the signature member's compressed form is covered by nothing: its header's time and system, and bits
        // of deflate that mean nothing. What it unpacks to is the same.
        try sample(scratch).pack("unsigned.apk", signed: false)
        let signatureEnd = bytes.count - (try scratch.bytes("unsigned.apk").count)
        #expect(accepted.count < 20 && accepted.allSatisfy { $0 < signatureEnd }, "accepted at \(accepted)")
    }

    @Test func `an unsigned package and a stranger's are refused`() throws {
        let scratch = try Scratch()
        let sample = try Sample(scratch)
        try sample.fill()
        try sample.pack("unsigned.apk", signed: false)
        try sample.pack("signed.apk")
        let unsigned = scratch.path("unsigned.apk")
        #expect { try PackageReader.verify(file: unsigned, keys: Keys.ring()) } throws: {
            "\($0)".contains("not signed")
        }
        let stranger = KeyRing([try Keys.stranger.get().publicKey])
        #expect { try PackageReader.verify(file: scratch.path("signed.apk"), keys: stranger) } throws: {
            "\($0)".contains("UNTRUSTED signature")
        }
        #expect { try PackageReader.verify(file: scratch.path("none.apk"), keys: stranger) } throws: {
            "\($0)".contains("none.apk: cannot open")
        }
    }

    /// A package whose data member is made of these members, everything else being right.
    private func craft(
        _ members: [(TarEntry, [UInt8])], tail: [UInt8] = TarWriter.end,
        info change: (inout PackageInfo) -> Void = { _ in }
    ) throws -> [UInt8] {
        let machine = try LinuxMachine(root: "/tmp", keys: nil)
        var tar: [UInt8] = []
        var size: Int64 = 0
        for (entry, content) in members {
            var entry = entry
            if entry.records.isEmpty {
                var summed = content
                if case .symbolicLink(let target) = entry.kind { summed = target.bytes }
                if case .hardLink = entry.kind {
                } else if entry.kind != .directory {
                    entry.records = [
                        TarEntry.Record(
                            key: TarEntry.checksumKey, value: ByteText(Signing.SHA1.digest(of: summed).hex))
                    ]
                }
            }
            tar += try TarWriter.member(entry, content: content)
            size += Int64(content.count)
        }
        let data = try machine.compress(tar + tail)
        var info = PackageInfo(
            name: try PackageName(parsing: "crafted"), version: try PackageVersion(parsing: "1-r0"),
            architecture: "wasm32")
        info.installedSize = size == 0 ? 1 : size
        info.dataHash = ByteText(Signing.SHA256.digest(of: data).hex)
        change(&info)
        let pkginfo = TarEntry(path: ".PKGINFO", kind: .file, mode: 0o644)
        let control = try machine.compress(TarWriter.member(pkginfo, content: info.text()))
        let key = try Keys.trusted.get()
        let signature = try IndexArchive.signatureTar(
            key.sign(control, .rsaSHA256), algorithm: .rsaSHA256, keyName: ByteText(key.name), modified: 0)
        return try machine.compress(signature) + control + data
    }

    private func file(_ path: String, mode: UInt32 = 0o644) -> TarEntry {
        TarEntry(path: ByteText(path), kind: .file, mode: mode)
    }
    private func folder(_ path: String) -> TarEntry {
        TarEntry(path: ByteText(path), kind: .directory, mode: 0o755)
    }
    private func link(_ path: String, _ target: ByteText) -> TarEntry {
        TarEntry(path: ByteText(path), kind: .symbolicLink(target), mode: 0o777)
    }

    @Test func `hostile and broken members are refused with their name`() throws {
        let content = Array("x".utf8)
        var wrong = file("wrong")
        wrong.records = [
            TarEntry.Record(key: TarEntry.checksumKey, value: "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        ]
        var unsummed = file("unsummed")
        unsummed.records = [TarEntry.Record(key: "other", value: "x")]
        var badLink = link("badlink", "a")
        badLink.records = wrong.records
        let cases: [(String, [(TarEntry, [UInt8])])] = [
            ("absolute", [(file("/etc/passwd"), content)]),
            ("'..'", [(folder("a"), []), (file("a/../b"), content)]),
            ("begins with a dot", [(file("../b"), content)]), ("begins with a dot", [(file("./b"), content)]),
            ("''", [(folder("a"), []), (file("a//b"), content)]),
            ("comes without its folder", [(file("a/b"), content)]),
            ("comes without its folder", [(link("a", "/etc"), []), (file("a/passwd"), content)]),
            ("is there twice", [(file("a"), content), (file("a"), content)]),
            ("is there twice", [(folder("a"), []), (file("a"), content)]),
            (
                "hard link to '/etc/shadow'",
                [(TarEntry(path: "h", kind: .hardLink("/etc/shadow"), mode: 0o644), [])]
            ),
            (
                "hard link to 'l'",
                [(link("l", "/etc/shadow"), []), (TarEntry(path: "h", kind: .hardLink("l"), mode: 0), [])]
            ),
            (
                "device or pipe",
                [(TarEntry(path: "d", kind: .characterDevice(major: 1, minor: 3), mode: 0o666), [])]
            ),
            ("device or pipe", [(TarEntry(path: "p", kind: .pipe, mode: 0o666), [])]),
            ("'wrong' is damaged", [(wrong, content)]), ("'badlink' is damaged", [(badLink, [])]),
            ("without its SHA1", [(unsummed, content)]), ("line end", [(file("a\nb"), content)]),
        ]
        let scratch = try Scratch()
        for (reason, members) in cases {
            try scratch.file("crafted.apk", craft(members))
            #expect {
                try PackageReader.verify(file: scratch.path("crafted.apk"), keys: Keys.ring())
            } throws: {
                "\($0)".contains(reason)
            }
        }
    }

    @Test func `the acceptance matrix of the real programs holds`() throws {
        let scratch = try Scratch()
        let keys = try Keys.ring()
        let content = Array("x".utf8)
        func answer(_ bytes: [UInt8]) throws -> String {
            try scratch.file("crafted.apk", bytes)
            do {
                try PackageReader.verify(file: scratch.path("crafted.apk"), keys: keys)
                return "OK"
            } catch {
                return "\(error)"
            }
        }
        #expect(try answer(craft([(file("a"), content)])) == "OK")
        #expect(try answer(craft([(file("a"), content)], tail: [])) == "OK")
        #expect(try answer(craft([])) == "OK")
        #expect(try answer(craft([(file("z"), content), (file("a"), content)])) == "OK")
        #expect(
            try answer(craft([(file("a"), content)], tail: TarWriter.end + [1])).contains("behind the end"))
        #expect(
            try answer(craft([(file("a"), content)], info: { $0.dataHash = nil })).contains("no datahash"))
        #expect(
            try answer(craft([(file("a"), content)], info: { $0.installedSize = 9 })).contains("says size 9"))
        let other = ByteText(String(repeating: "0", count: 64))
        #expect(try answer(craft([(file("a"), content)], info: { $0.dataHash = other })).contains("vouches"))
        let whole = try craft([(file("a"), content)])
        #expect(try answer(whole + whole).contains("behind the data member"))
    }

    @Test func `bombs are stopped`() throws {
        let scratch = try Scratch()
        var limits = PackageLimits()
        limits.tar.contentBytes = 1 << 20
        limits.tar.entries = 100
        let zeros = [UInt8](repeating: 0, count: 2 << 20)
        try scratch.file("size.apk", craft([(file("zeros"), zeros)]))
        #expect { try PackageReader.read(file: scratch.path("size.apk"), limits: limits) } throws: {
            "\($0)".contains("bytes of content allowed")
        }
        try scratch.file("count.apk", craft((0..<200).map { (file("f\($0)"), []) }))
        #expect { try PackageReader.read(file: scratch.path("count.apk"), limits: limits) } throws: {
            "\($0)".contains("100 members")
        }
        limits.controlBytes = 100
        try scratch.file("control.apk", craft([]))
        #expect { try PackageReader.read(file: scratch.path("control.apk"), limits: limits) } throws: {
            "\($0)".contains("control member is larger")
        }
    }

    @Test func `a hostile package writes nothing outside the root`() throws {
        let scratch = try Scratch()
        try scratch.folder("repo/wasm32")
        try scratch.folder("outside")
        let target = ByteText(scratch.path("outside"))
        let members = [(link("a", target), [UInt8]()), (file("a/evil"), Array("x".utf8))]
        let bytes = try craft(members)
        try scratch.file("repo/wasm32/crafted-1-r0.apk", bytes)
        // The signed index itself names the hostile package.
        let cuts = try Scratch()
        try cuts.file("whole.apk", craft([]))
        var entry = try PackageReader.read(file: cuts.path("whole.apk")).entry
        entry.identity = try identity(of: bytes)
        try IndexFile.write(
            Index(entries: [entry]), to: scratch.path("repo/wasm32/APKINDEX.tar.gz"), description: "",
            epoch: 0,
            signedBy: Keys.trusted.get())
        let installer = Installer(
            root: scratch.path("root"), keys: try Keys.ring(), repositories: [scratch.path("repo")])
        #expect { try installer.add(atoms("crafted")) } throws: { "\($0)".contains("crafted-1-r0") }
        #expect(try run("ls", "-A", scratch.path("outside")).output == "")
        #expect(!scratch.exists("root/a"))
    }

    /// The identity of a package whose data need not be right.
    private func identity(of bytes: [UInt8]) throws -> PackageIdentity {
        final class Found {
            var identity: PackageIdentity?
        }
        struct Catcher: PackageVisitor {
            let found: Found
            mutating func opened(_ header: PackageHeader) throws(ApkError) {
                found.identity = header.identity
            }
            mutating func began(_ entry: TarEntry) throws(ApkError) {}
            mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {}
            mutating func ended() throws(ApkError) {}
        }
        let found = Found()
        var parser = try PackageParser(
            tools: FarmTools(keys: nil), visitor: Catcher(found: found), trust: .anyone)
        // Its members are refused; the header came before.
        try? bytes.withRawBytes { (piece) throws(ApkError) in try parser.consume(piece) }
        return try #require(found.identity)
    }
}
