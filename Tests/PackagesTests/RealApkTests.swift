import Apk
import Packages
import Signing
import Testing

@Suite("Real apk", .enabled(if: RealApk.path != nil, RealApk.comment))
struct RealApkTests {
    private func keysFolder(_ scratch: Scratch) throws -> String {
        let folder = try scratch.folder("keys")
        let key = try Keys.trusted.get()
        try key.publicKey.write(to: folder + "/" + key.name)
        return folder
    }

    @Test(arguments: [SignatureAlgorithm.rsaSHA1, .rsaSHA256, .rsaSHA512])
    func `the real apk verifies our package`(algorithm: SignatureAlgorithm) throws {
        let scratch = try Scratch()
        let sample = try Sample(scratch)
        try sample.fill()
        let builder = try PackageBuilder(
            info: sample.info, scripts: sample.scripts, root: scratch.path("files"), epoch: Sample.epoch)
        try builder.write(
            to: scratch.path("sample-1.0-r0.apk"), signedBy: Keys.trusted.get(), algorithm: algorithm)
        let answer = try run(
            try #require(RealApk.path), "verify", "--keys-dir", keysFolder(scratch),
            scratch.path("sample-1.0-r0.apk"))
        #expect(answer.status == 0, "\(answer.output)")
    }

    @Test func `the real apk installs from our signed index`() throws {
        let scratch = try Scratch()
        let sample = try Sample(scratch)
        try sample.fill()
        try scratch.folder("repo/wasm32")
        let summary = try sample.pack("repo/wasm32/sample-1.0-r0.apk")
        try IndexFile.write(
            Index(entries: [summary.entry]), to: scratch.path("repo/wasm32/APKINDEX.tar.gz"),
            description: "test", epoch: Sample.epoch, signedBy: Keys.trusted.get())
        let answer = try run(
            try #require(RealApk.path), "--root", scratch.folder("root"), "--initdb", "--arch", "wasm32",
            "--keys-dir", keysFolder(scratch), "-X", scratch.path("repo"), "--no-cache", "--no-scripts",
            "add", "sample")
        #expect(answer.status == 0, "\(answer.output)")
        #expect(scratch.exists("root/usr/bin/hello2"))
    }

    private func repository(_ scratch: Scratch) throws -> TestRepository {
        var repository = try TestRepository(scratch)
        let sample = try Sample(scratch)
        try sample.fill()
        repository.entries.append(try sample.pack("repo/wasm32/sample-1.0-r0.apk").entry)
        try repository.add(
            "app", files: ["usr/bin/app": "app", "etc/app.conf": "x"], needs: "lib so:libx.so.1",
            provides: "cmd:app=1-r0", replaces: "old<1", scripts: ["post-install": "#!/bin/sh\n"],
            triggers: ["/usr/bin"])
        try repository.add("lib", files: ["usr/lib/lib": "lib"])
        try repository.add("x", files: ["usr/lib/libx.so.1": "x"], provides: "so:libx.so.1=1.0")
        try repository.publish()
        return repository
    }

    private func apk(_ scratch: Scratch, _ arguments: String...) throws -> Answer {
        try run(
            try #require(RealApk.path),
            [
                "--root", scratch.path("real"), "--arch", "wasm32", "--keys-dir", scratch.path("keys"), "-X",
                scratch.path("repo"), "--no-cache",
            ] + arguments)
    }

    @Test func `our root has the database that the real apk makes`() throws {
        let scratch = try Scratch()
        let repository = try repository(scratch)
        try scratch.folder("real")
        _ = try keysFolder(scratch)
        let answer = try apk(scratch, "--initdb", "add", "--no-scripts", "app", "sample")
        #expect(answer.status == 0, "\(answer.output)")
        try repository.installer("root").add(atoms("app sample"))
        for file in ["etc/apk/world", "etc/apk/arch", "lib/apk/db/installed", "lib/apk/db/triggers"] {
            #expect(try repository.text("root/" + file) == repository.text("real/" + file), "\(file)")
        }
    }

    @Test func `files belong to the numbers that the root gives to their owners' names`() throws {
        let scratch = try Scratch()
        let repository = try TestRepository.withOwners(scratch)
        _ = try keysFolder(scratch)
        for root in ["real", "root"] { try TestRepository.writeAccounts(scratch, root) }
        let answer = try apk(scratch, "--initdb", "add", "--no-scripts", "served")
        #expect(answer.status == 0, "\(answer.output)")
        try repository.installer("root").add(atoms("served"))
        let database = try repository.text("root/lib/apk/db/installed")
        let real = try repository.text("real/lib/apk/db/installed")
        #expect(database.split(separator: "\n") == real.split(separator: "\n"))
        #expect(database.contains("M:777:888:750"))
    }

    @Test func `the real apk goes on in our root, and we in its`() throws {
        let scratch = try Scratch()
        let repository = try repository(scratch)
        _ = try keysFolder(scratch)
        try repository.installer("real").add(atoms("app sample"))
        let removed = try apk(scratch, "del", "--no-scripts", "app")
        #expect(removed.status == 0, "\(removed.output)")
        #expect(try apk(scratch, "info").output == "sample\n")
        #expect(!scratch.exists("real/usr/bin/app") && !scratch.exists("real/usr/lib"))
        #expect(try apk(scratch, "add", "--no-scripts", "x").status == 0)
        let steps = try repository.installer("real").remove(names("sample x"))
        #expect(Set(steps.map(\.description)) == ["Purging sample (1.0-r0)", "Purging x (1-r0)"])
        #expect(!scratch.exists("real/usr"))
        #expect(try apk(scratch, "info").output == "")
    }
}
