import Apk
import Packages
import Signing

/// Keys, made once for all tests: an RSA key costs a second.
enum Keys {
    static let trusted = Result { try PrivateKey.generate(bits: 2048) }
    static let stranger = Result { try PrivateKey.generate(bits: 2048, owner: "stranger") }

    static func ring() throws -> KeyRing { KeyRing([try trusted.get().publicKey]) }
}

/// A package with every kind of thing that one may hold.
struct Sample {
    static let epoch: Int64 = 1_770_000_000
    let scratch: Scratch
    var info: PackageInfo
    var scripts = ["post-install": Array("#!/bin/sh\nexit 0\n".utf8)]

    init(_ scratch: Scratch, name: String = "sample", version: String = "1.0-r0") throws {
        self.scratch = scratch
        info = PackageInfo(
            name: try PackageName(parsing: name), version: try PackageVersion(parsing: version),
            architecture: "wasm32")
        info.summary = "A sample"
        info.url = "https://example.org/"
        info.license = "MIT"
        info.origin = ByteText(name)
        info.buildDate = Sample.epoch
    }

    /// Fills the folder `files`.
    func fill() throws {
        try scratch.file("files/usr/bin/hello", "#!/bin/sh\necho hello\n", mode: 0o755)
        try scratch.file("files/usr/share/doc/a-b", "between")
        try scratch.file("files/usr/share/doc/a/text", String(repeating: "some text\n", count: 2000))
        try scratch.file("files/etc/sample.conf", "answer=42\n", mode: 0o600)
        try scratch.file("files/usr/share/empty", "")
        try scratch.file("files/usr/bin/setuid", "s", mode: 0o4755)
        try scratch.folder("files/var/empty", mode: 0o700)
        try scratch.link("files/usr/bin/hi", to: "hello")
        try scratch.hardLink("files/usr/bin/hello2", to: "files/usr/bin/hello")
        let long = String(repeating: "long-name/", count: 30)
        try scratch.file("files/usr/share/" + long + "file", "deep")
        try scratch.link("files/usr/share/far", to: String(repeating: "x", count: 150))
    }

    @discardableResult
    func pack(_ file: String = "sample-1.0-r0.apk", signed: Bool = true) throws -> PackageSummary {
        let builder = try PackageBuilder(
            info: info, scripts: scripts, root: scratch.path("files"), epoch: Sample.epoch)
        return try builder.write(to: scratch.path(file), signedBy: signed ? Keys.trusted.get() : nil)
    }
}
