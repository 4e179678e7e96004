import Apk
import Foundation
import Packages
import Signing
import Testing

@Suite("Packing")
struct PackingTests {
    @Test func `a packed folder is read back as it was`() throws {
        let scratch = try Scratch()
        let sample = try Sample(scratch)
        try sample.fill()
        let summary = try sample.pack()
        let contents = try PackageReader.read(file: scratch.path("sample-1.0-r0.apk"))
        #expect(contents.identity == summary.identity)
        #expect(contents.fileSize == summary.fileSize)
        #expect(contents.scripts.map(\.bytes) == [Array("#!/bin/sh\nexit 0\n".utf8)])
        #expect(contents.info.dataHash == ByteText(summary.dataHash))
        #expect(contents.signers == [try Keys.trusted.get().name])
        let byPath = Dictionary(uniqueKeysWithValues: contents.entries.map { ($0.path.description, $0) })
        #expect(byPath["usr/bin/hello"]?.mode == 0o755)
        #expect(byPath["usr/bin/setuid"]?.mode == 0o4755)
        #expect(byPath["etc/sample.conf"]?.mode == 0o600)
        #expect(byPath["var/empty"]?.kind == .directory)
        #expect(byPath["usr/bin/hi"]?.kind == .symbolicLink("hello"))
        #expect(byPath["usr/bin/hello2"]?.kind == .hardLink("usr/bin/hello"))
        #expect(contents.entries.allSatisfy { $0.modified == Sample.epoch && $0.userName == "root" })
        #expect(contents.entries.map(\.path) == contents.entries.map(\.path).sorted())
        try PackageReader.verify(file: scratch.path("sample-1.0-r0.apk"), keys: Keys.ring())
    }

    @Test func `equal folders give equal bytes`() throws {
        let first = try Scratch()
        let second = try Scratch()
        for scratch in [first, second] {
            let sample = try Sample(scratch)
            try sample.fill()
            try sample.pack()
        }
        #expect(try first.bytes("sample-1.0-r0.apk") == second.bytes("sample-1.0-r0.apk"))
    }

    @Test func `tar, gzip, openssl and sha1sum agree with a package`() throws {
        let scratch = try Scratch()
        let sample = try Sample(scratch)
        try sample.fill()
        let summary = try sample.pack()
        let apk = scratch.path("sample-1.0-r0.apk")
        #expect(try run("gzip", "-t", "-S", ".apk", apk).status == 0)
        let folder = try scratch.folder("unpacked")
        let tar = try run("tar", "-xzpf", apk, "-C", folder, "--warning=no-unknown-keyword")
        #expect(tar.status == 0, "\(tar.output)")
        #expect(
            try run("diff", "-r", "--no-dereference", scratch.path("files"), folder).output.contains(
                ".PKGINFO"))
        let missing = try run("diff", "-r", "--no-dereference", scratch.path("files"), folder)
        #expect(missing.output.split(separator: "\n").allSatisfy { $0.hasPrefix("Only in \(folder): .") })

        // Cut the members apart with gzip's own idea of where they end.
        let script = """
            import sys, zlib
            data = open(sys.argv[1], 'rb').read()
            for number in range(3):
                inflater = zlib.decompressobj(31)
                inflater.decompress(data)
                end = len(data) - len(inflater.unused_data)
                open(sys.argv[2] + '/member%d.gz' % number, 'wb').write(data[:end])
                data = data[end:]
            assert not data
            """
        #expect(try run("python3", "-c", script, apk, folder).status == 0)
        let key = try Keys.trusted.get()
        try key.publicKey.write(to: scratch.path("key.pub"))
        #expect(try run("tar", "-xzf", folder + "/member0.gz", "-C", scratch.path).status == 0)
        let verified = try run(
            "openssl", "dgst", "-sha256", "-verify", scratch.path("key.pub"), "-signature",
            scratch.path(".SIGN.RSA256." + key.name), folder + "/member1.gz")
        #expect(verified.output.contains("Verified OK"))
        #expect(try run("sha256sum", folder + "/member2.gz").output.hasPrefix(summary.dataHash))
        let identity = try run("sha1sum", folder + "/member1.gz").output.prefix(40)
        #expect(summary.identity.hexText.description == "X1" + identity)
    }

    @Test func `a package without files has data and size 1 only with a script`() throws {
        let scratch = try Scratch()
        var sample = try Sample(scratch)
        try scratch.folder("files")
        #expect(try sample.pack("a.apk").installedSize == 1)
        sample.scripts = [:]
        #expect(try sample.pack("b.apk").installedSize == 0)
        try PackageReader.verify(file: scratch.path("a.apk"), keys: Keys.ring())
        try PackageReader.verify(file: scratch.path("b.apk"), keys: Keys.ring())
    }

    @Test func `large files are streamed`() throws {
        let scratch = try Scratch()
        let sample = try Sample(scratch)
        var state: UInt64 = 1
        var noise: [UInt8] = []
        for _ in 0..<(1 << 18) {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            noise.append(UInt8(truncatingIfNeeded: state >> 33))
        }
        try scratch.file("files/big", Array(repeatElement(noise, count: 160).joined()))
        let summary = try sample.pack()
        #expect(summary.installedSize == 40 << 20)
        try PackageReader.verify(file: scratch.path("sample-1.0-r0.apk"), keys: Keys.ring())
    }

    @Test func `devices, hidden names and unknown scripts are refused by name`() throws {
        let scratch = try Scratch()
        var sample = try Sample(scratch)
        try scratch.folder("files/dev")
        #expect(mkfifo(scratch.path("files/dev/pipe"), 0o600) == 0)
        #expect { try sample.pack() } throws: {
            "\($0)".contains("files/dev/pipe: is a device, pipe or socket")
        }
        unlink(scratch.path("files/dev/pipe"))
        try scratch.file("files/.hidden", "x")
        #expect { try sample.pack() } throws: { "\($0)".contains("begins with a dot") }
        sample.scripts = ["install": []]
        #expect { try sample.pack() } throws: { "\($0)".contains("apk runs no script 'install'") }
        #expect(!scratch.exists("sample-1.0-r0.apk"))
    }
}
