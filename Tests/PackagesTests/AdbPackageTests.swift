import Apk
import Foundation
import Packages
import Signing
import Testing

@Suite("Packages of apk 3, written by ours")
struct AdbPackageTests {
    private func packed(
        _ scratch: Scratch, needs: String = "so:libc.so.1 !other", signed: Bool = true
    ) throws -> String {
        var sample = try Sample(scratch)
        try sample.fill()
        sample.info.dependencies = try DependencyAtom.list(Array(needs.utf8)[...])
        sample.info.provides = try DependencyAtom.list(Array("cmd:hello=1.0-r0".utf8)[...])
        sample.info.replaces = try DependencyAtom.list(Array("elder".utf8)[...])
        sample.info.replacesPriority = 7
        sample.info.triggers = ["/usr/share/*"]
        sample.scripts["trigger"] = Array("#!/bin/sh\n".utf8)
        let builder = try PackageBuilder(
            info: sample.info, scripts: sample.scripts, root: scratch.path("files"), epoch: Sample.epoch)
        let file = scratch.path("sample-1.0-r0.apk")
        try builder.writeAdb(to: file, signedBy: signed ? Keys.trusted.get() : nil)
        return file
    }

    private func read(_ bytes: [UInt8], trustsAnyone: Bool = false) throws -> AdbPackage {
        try AdbPackage(bytes: bytes, tools: FarmTools(keys: try Keys.ring()), trustsAnyone: trustsAnyone)
    }

    @Test func `come back as they were, signed, with equal bytes each time`() throws {
        let scratch = try Scratch()
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: try packed(scratch))))
        let package = try read(bytes)
        #expect(package.entry.label == "sample-1.0-r0" && package.entry.architecture == "wasm32")
        #expect(package.replaces.map(\.text) == ["elder"] && package.replacesPriority == 7)
        #expect(package.triggers == ["/usr/share/*"])
        #expect(Set(package.scripts.map(\.kind)) == [.postInstall, .trigger])
        #expect(package.contents["usr/bin/hello"].map(Array.init) == Array("#!/bin/sh\necho hello\n".utf8))
        #expect(package.contents["usr/share/doc/a-b"].map(Array.init) == Array("between".utf8))
        let kinds = Dictionary(uniqueKeysWithValues: package.members.map { ($0.path, $0) })
        #expect(kinds["usr/bin/hi"]?.kind == .symbolicLink("hello"))
        #expect(kinds["usr/bin/hello2"]?.kind == .hardLink("usr/bin/hello"))
        #expect(kinds["usr/bin/setuid"]?.mode == 0o4755 && kinds["var/empty"]?.mode == 0o700)
        #expect(kinds["etc/sample.conf"]?.modified == Sample.epoch)
        let again = try Scratch()
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: try packed(again)))) == bytes)
    }

    @Test func `without files, or with a file at the top, are packages too`() throws {
        let scratch = try Scratch()
        let sample = try Sample(scratch)
        try scratch.folder("files")
        let file = scratch.path("p.apk")
        func pack() throws -> AdbPackage {
            try PackageBuilder(info: sample.info, root: scratch.path("files"), epoch: Sample.epoch)
                .writeAdb(to: file, signedBy: Keys.trusted.get())
            return try read(Array(try Data(contentsOf: URL(fileURLWithPath: file))))
        }
        #expect(try pack().members.isEmpty)
        try scratch.file("files/top", "x")
        #expect(try pack().members.map(\.path) == ["top"])
    }

    @Test func `are refused when nobody trusted signed them`() throws {
        let scratch = try Scratch()
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: try packed(scratch, signed: false))))
        #expect(throws: ApkError.self) { try read(bytes) }
        #expect(try read(bytes, trustsAnyone: true).entry.label == "sample-1.0-r0")
    }

    @Test(.enabled(if: RealApk.path != nil, RealApk.comment))
    func `are verified, shown and installed by the real apk 3`() throws {
        let real = try #require(RealApk.path)
        guard try run(real, "--version").output.contains("apk-tools 3") else { return }
        let scratch = try Scratch()
        let file = try packed(scratch)
        let key = try Keys.trusted.get()
        try scratch.folder("keys")
        try key.publicKey.write(to: scratch.path("keys/" + key.name))
        let verdict = try run(real, "--keys-dir", scratch.path("keys"), "verify", file)
        #expect(verdict.status == 0, "\(verdict.output)")
        let dump = try run(real, "adbdump", file)
        #expect(dump.status == 0)
        for line in [
            "name: sample", "- so:libc.so.1", "- '!other'", "- cmd:hello=1.0-r0", "replaces-priority: 7",
        ] {
            #expect(dump.output.contains(line), "adbdump does not say \(line)")
        }
        let other = try Scratch()
        let alone = try packed(other, needs: "!other")
        try scratch.folder("root")
        let added = try run(
            real, "--root", scratch.path("root"), "--keys-dir", scratch.path("keys"), "--arch", "wasm32",
            "--no-network", "--initdb", "--no-scripts", "add", alone)
        #expect(scratch.exists("root/usr/bin/hello"), "\(added.output)")
        #expect(try scratch.bytes("root/usr/bin/hello2") == Array("#!/bin/sh\necho hello\n".utf8))
        #expect(try scratch.bytes("root/etc/sample.conf") == Array("answer=42\n".utf8))
        let audit = try run(real, "--root", scratch.path("root"), "audit", "--system")
        #expect(audit.output.isEmpty, "\(audit.output)")
    }
}
