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
}
