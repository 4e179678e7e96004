import Apk
import Foundation
import Packages
import Signing
import Testing

@Suite("Installing")
struct InstallingTests {
    @Test func `a package comes with what it needs, and goes with it`() throws {
        let scratch = try Scratch()
        var repository = try TestRepository(scratch)
        try repository.add("app", files: ["usr/bin/app": "app"], needs: "lib so:libx.so.1")
        try repository.add("lib", files: ["usr/lib/lib": "lib"])
        try repository.add("x", files: ["usr/lib/libx.so.1": "x"], provides: "so:libx.so.1=1.0")
        try repository.add("unused", files: ["unused": ""])
        try repository.publish()
        let installer = try repository.installer()
        let steps = try installer.add(atoms("app"))
        #expect(
            steps.map(\.description) == [
                "Installing lib (1-r0)", "Installing x (1-r0)", "Installing app (1-r0)",
            ])
        #expect(try repository.text("root/usr/bin/app") == "app")
        #expect(try repository.text("root/etc/apk/world") == "app\n")
        #expect(try repository.text("root/etc/apk/arch") == "wasm32\n")
        #expect(try repository.text("root/etc/apk/repositories") == scratch.path("repo") + "\n")
        #expect(scratch.exists("root/etc/apk/keys/" + (try Keys.trusted.get().name)))
        let database = try InstalledDatabase(bytes: scratch.bytes("root/lib/apk/db/installed"))
        #expect(database.packages.map(\.entry.name.description) == ["app", "lib", "x"])
        #expect(try installer.add(atoms("app")).isEmpty)
        let removal = try installer.remove(names("app"))
        #expect(
            removal.map(\.description) == ["Purging app (1-r0)", "Purging lib (1-r0)", "Purging x (1-r0)"])
        #expect(!scratch.exists("root/usr"))
        #expect(try repository.text("root/etc/apk/world") == "")
    }

    @Test func `everything a package brings has its mode, time and links`() throws {
        let scratch = try Scratch()
        var repository = try TestRepository(scratch)
        let sample = try Sample(scratch)
        try sample.fill()
        repository.entries.append(try sample.pack("repo/wasm32/sample-1.0-r0.apk").entry)
        try repository.publish()
        try repository.installer().add(atoms("sample"))
        let difference = try run(
            "diff", "-r", "--no-dereference", scratch.path("files"), scratch.path("root"))
        #expect(
            difference.output.split(separator: "\n").allSatisfy {
                $0.hasSuffix("/root: lib") || $0.hasSuffix("/root/etc: apk")
            }, "\(difference.output)")
        let listing =
            "find . -path ./lib -prune -o -path ./etc/apk -prune -o ! -path . ! -path ./etc -printf '%p %M %n\\n' | sort"
        let before = try run("sh", "-c", listing, in: scratch.path("files"))
        let after = try run("sh", "-c", listing, in: scratch.path("root"))
        #expect(before.output == after.output)
        var status = stat()
        #expect(lstat(scratch.path("root/usr/bin/hello"), &status) == 0)
        #expect(status.st_mtim.tv_sec == Int(Sample.epoch))
    }

    @Test func `a sysroot gets files alone`() throws {
        let scratch = try Scratch()
        var repository = try TestRepository(scratch)
        try repository.add("a", files: ["usr/lib/a": "a"], needs: "b", scripts: ["post-install": "exit 1"])
        try repository.add("b", files: ["usr/lib/b": "b"])
        try repository.publish()
        try repository.installer("sysroot", mode: .sysroot).add(atoms("a"))
        let found = try run("find", ".", "-type", "f", in: scratch.path("sysroot"))
        #expect(Set(found.output.split(separator: "\n")) == ["./usr/lib/a", "./usr/lib/b"])
    }

    @Test func `files belong to the numbers that the root gives to their owners' names`() throws {
        let scratch = try Scratch()
        let repository = try TestRepository.withOwners(scratch)
        try TestRepository.writeAccounts(scratch, "root")
        try repository.installer().add(atoms("served"))
        let lines = try repository.text("root/lib/apk/db/installed").split(separator: "\n").filter {
            "MaFR".contains($0.first ?? " ") && $0.dropFirst().first == ":"
        }
        #expect(
            lines == [
                "F:etc", "R:plain", "R:secret", "a:0:888:440", "R:strange", "a:102:103:644", "F:var",
                "F:var/lib",
                "F:var/lib/served", "M:777:888:750", "R:data", "a:777:0:640",
            ])
    }

    @Test func `a newer version takes the old one's place`() throws {
        let scratch = try Scratch()
        var repository = try TestRepository(scratch)
        try repository.add("a", "1-r0", files: ["opt/one/gone": "1", "opt/stays": "1"])
        try repository.publish()
        try repository.installer().add(atoms("a"))
        try repository.add("a", "2-r0", files: ["opt/stays": "2", "opt/two/new": "2"])
        try repository.publish()
        let steps = try repository.installer().add(atoms("a>1-r0"))
        #expect(steps.map(\.description) == ["Upgrading a (1-r0 -> 2-r0)"])
        #expect(!scratch.exists("root/opt/one"))
        #expect(try repository.text("root/opt/stays") == "2")
        #expect(try repository.text("root/opt/two/new") == "2")
    }

    @Test func `a changed configuration file stays`() throws {
        let scratch = try Scratch()
        var repository = try TestRepository(scratch)
        try repository.add("a", "1-r0", files: ["etc/a.conf": "1", "etc/b.conf": "1"])
        try repository.publish()
        try repository.installer().add(atoms("a"))
        try scratch.file("root/etc/a.conf", "mine")
        try repository.add("a", "2-r0", files: ["etc/a.conf": "2", "etc/b.conf": "2"])
        try repository.publish()
        var notes: [String] = []
        try repository.installer().add(atoms("a>1-r0"), notes: { notes.append($0) })
        #expect(try repository.text("root/etc/a.conf") == "mine")
        #expect(try repository.text("root/etc/a.conf.apk-new") == "2")
        #expect(try repository.text("root/etc/b.conf") == "2")
        #expect(notes.count == 1 && notes[0].contains("etc/a.conf.apk-new"))
    }

    @Test func `a file of another package is not overwritten without replaces`() throws {
        let scratch = try Scratch()
        var repository = try TestRepository(scratch)
        try repository.add("one", files: ["usr/bin/tool": "one"])
        try repository.add("two", files: ["usr/bin/tool": "two", "usr/bin/other": "two"])
        try repository.add("three", files: ["usr/bin/tool": "three"], replaces: "one")
        try repository.publish()
        try repository.installer().add(atoms("one"))
        #expect {
            try repository.installer().add(atoms("two"))
        } throws: { error in
            "\(error)".contains("two-1-r0") && "\(error)".contains("usr/bin/tool owned by one-1-r0")
        }
        #expect(try repository.text("root/usr/bin/tool") == "one")
        #expect(!scratch.exists("root/usr/bin/other"))
        try repository.installer().add(atoms("three"))
        #expect(try repository.text("root/usr/bin/tool") == "three")
        try repository.installer().remove(names("one"))
        #expect(try repository.text("root/usr/bin/tool") == "three")
    }

    @Test func `scripts and triggers are recorded, and run where there is a runner`() throws {
        struct Recorder: ScriptRunner {
            var calls: [String] = []
            mutating func run(
                _ script: PackageScript, of package: IndexEntry, arguments: [ByteText]
            ) throws(ApkError) {
                calls.append(
                    "\(package.name) \(script.kind.name) \(arguments.map(\.description).joined(separator: " "))"
                )
            }
        }
        let scratch = try Scratch()
        var repository = try TestRepository(scratch)
        try repository.add(
            "watch", files: ["usr/bin/watch": ""], scripts: ["trigger": "t", "post-install": "p"],
            triggers: ["/usr/share/*"])
        try repository.add("icons", files: ["usr/share/icons/x": "x"], needs: "watch")
        try repository.publish()
        var recorder = Recorder()
        try repository.installer().add(atoms("icons"), scripts: &recorder)
        #expect(recorder.calls == ["watch post-install 1-r0", "watch trigger /usr/share/icons"])
        let identity = try #require(repository.entries[0].identity)
        #expect(try repository.text("root/lib/apk/db/triggers") == "\(identity) /usr/share/*\n")
        let listing = try run("tar", "-tvzf", scratch.path("root/lib/apk/db/scripts.tar.gz"))
        #expect(listing.output.contains("watch-1-r0.\(identity.hexText).post-install"))
        #expect(listing.output.contains("watch-1-r0.\(identity.hexText).trigger"))
    }

    @Test func `a package that is not the index's is refused by name, and the root stays`() throws {
        let scratch = try Scratch()
        var repository = try TestRepository(scratch)
        try repository.add("good", files: ["usr/good": "good"])
        try repository.add(
            "bad", files: ["usr/bad/file": String(repeating: "bad", count: 1000)], needs: "good")
        try repository.publish()
        var bytes = try scratch.bytes("repo/wasm32/bad-1-r0.apk")
        bytes[bytes.count - 40] ^= 1
        try scratch.file("repo/wasm32/bad-1-r0.apk", bytes)
        #expect {
            try repository.installer().add(atoms("bad"))
        } throws: { error in "\(error)".contains("bad-1-r0") }
        #expect(scratch.exists("root/usr/good"))
        #expect(!scratch.exists("root/usr/bad"))
        let database = try InstalledDatabase(bytes: scratch.bytes("root/lib/apk/db/installed"))
        #expect(database.packages.map(\.entry.name.description) == ["good"])
        #expect(try run("find", ".", "-name", ".apk.*", in: scratch.path("root")).output == "")
    }

    @Test func `an index without a trusted signature is refused`() throws {
        let scratch = try Scratch()
        var repository = try TestRepository(scratch)
        try repository.add("a", files: ["a": "a"])
        let path = scratch.path("repo/wasm32/APKINDEX.tar.gz")
        let index = Index(entries: repository.entries)
        try IndexFile.write(index, to: path, description: "", epoch: 0, signedBy: nil)
        #expect { try repository.installer().add(atoms("a")) } throws: { "\($0)".contains("not signed") }
        try IndexFile.write(index, to: path, description: "", epoch: 0, signedBy: Keys.stranger.get())
        #expect { try repository.installer().add(atoms("a")) } throws: {
            "\($0)".contains("UNTRUSTED signature")
        }
        #expect(!scratch.exists("root/a"))
    }

    @Test func `links of the root are followed inside the root only`() throws {
        let scratch = try Scratch()
        var repository = try TestRepository(scratch)
        try repository.add("a", files: ["lib/a": "a", "out/b": "b", "up/c": "c"])
        try repository.publish()
        try scratch.folder("outside")
        try scratch.folder("root/usr/lib")
        try scratch.link("root/lib", to: "usr/lib")
        try scratch.link("root/out", to: scratch.path("outside"))
        try scratch.link("root/up", to: "../../../../../usr")
        #expect { try repository.installer().add(atoms("a")) } throws: { "\($0)".contains("out") }
        #expect(try run("ls", "-A", scratch.path("outside")).output == "")
        unlink(scratch.path("root/out"))
        try repository.installer().add(atoms("a"))
        #expect(try repository.text("root/usr/lib/a") == "a")
        #expect(try repository.text("root/usr/c") == "c")
    }
}
