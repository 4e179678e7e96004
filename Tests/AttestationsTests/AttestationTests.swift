import Apk
import Attestations
import Foundation
import Packages
import Signing
import Testing

/// A package with its SBOM and statement in a folder of its own.
private final class Workplace {
    let path = NSTemporaryDirectory() + "attestations-\(UUID().uuidString)"
    static let key = Result { try PrivateKey.generate(bits: 2048, stamp: 7) }
    var facts = BuildFacts(
        repository: "main", origin: "zlib", version: "1.3-r0",
        requestDigest: String(repeating: "ab", count: 32),
        recipeFiles: ["APKBUILD": String(repeating: "cd", count: 32), "current": "link to x"],
        sources: ["zlib.tar.gz": [String(repeating: "ef", count: 64)]],
        dependencies: [
            BuildFacts.Dependency(
                name: "musl-dev", version: "1.2-r0", sha1: String(repeating: "12", count: 20))
        ], toolchain: ["toolchain": String(repeating: "34", count: 32)], hostTools: ["make": "4.3"],
        checks: "short", epoch: 1_770_000_000)

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit {
        // The system's temporary folder is cleaned anyway.
        try? FileManager.default.removeItem(atPath: path)
    }

    var package: String { path + "/zlib-1.3-r0.apk" }
    var statement: String { path + "/zlib-1.3-r0.provenance.json" }

    func make(url: String = "https://zlib.net/", license: String = "Zlib") throws {
        let key = try Self.key.get()
        try FileManager.default.createDirectory(
            atPath: path + "/root/usr/lib", withIntermediateDirectories: true)
        try "x".write(toFile: path + "/root/usr/lib/libz.so \"1\"", atomically: true, encoding: .utf8)
        var info = PackageInfo(
            name: try PackageName(parsing: "zlib"), version: try PackageVersion(parsing: "1.3-r0"),
            architecture: "wasm32")
        info.summary = "A \"compression\" library — ä"
        info.url = ByteText(url)
        info.license = ByteText(license)
        info.origin = "zlib"
        info.dependencies = [try DependencyAtom(parsing: "so:libc.musl-wasm32.so.1")]
        try PackageBuilder(info: info, root: path + "/root", epoch: 1_770_000_000).write(
            to: package, signedBy: key)
        let sha256 = try SHA256.digest(ofFile: package).hex
        let statement = BuildStatement(
            subjects: [.init(name: "zlib-1.3-r0.apk", sha256: sha256)], facts: facts,
            builder: "urn:apkfarm:builder:x")
        try Data(Envelope.sign(statement.bytes(), with: key).bytes()).write(
            to: URL(fileURLWithPath: self.statement))
    }

    func sbom() throws -> [UInt8] {
        try BillOfMaterials.bytes(
            of: try PackageReader.read(file: package), sha256: try SHA256.digest(ofFile: package).hex,
            facts: facts)
    }

    func run(_ program: String, _ arguments: String...) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}

/// A Python with the official schema, when there is one.
private let schemaPython: String? = {
    let python = ProcessInfo.processInfo.environment["CYCLONEDX_PYTHON"] ?? "python3"
    let probe = Process()
    probe.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    probe.arguments = [python, "-c", "import cyclonedx.validation.json, jsonschema"]
    probe.standardError = FileHandle.nullDevice
    // No Python at all is no schema either.
    guard (try? probe.run()) != nil else { return nil }
    probe.waitUntilExit()
    return probe.terminationStatus == 0 ? python : nil
}()

@Suite("Bills of materials")
struct BillOfMaterialsTests {
    @Test(
        "The official schema of CycloneDX 1.6 accepts them",
        .enabled(
            if: schemaPython != nil, "no Python with cyclonedx-python-lib[json-validation] (CYCLONEDX_PYTHON)"
        ),
        arguments: [
            ("https://zlib.net/", "Zlib"), ("not an address", "custom"),
            ("https://x.y/<z>", "GPL-2.0-only WITH Linux-syscall-note OR (MIT AND BSD-3-Clause)"), ("", ""),
        ])
    func schema(url: String, license: String) throws {
        let place = try Workplace()
        try place.make(url: url, license: license)
        let file = place.path + "/sbom.json"
        try Data(place.sbom()).write(to: URL(fileURLWithPath: file))
        let script = """
            import sys
            from cyclonedx.schema import SchemaVersion
            from cyclonedx.validation.json import JsonStrictValidator
            error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())
            print(error or "valid")
            """
        let (_, output) = try place.run(schemaPython ?? "", "-c", script, file)
        #expect(output == "valid\n")
    }

    @Test("They name the package, its files, sources and build packages, and are equal for equal packages")
    func content() throws {
        let place = try Workplace()
        try place.make()
        let text = String(decoding: try place.sbom(), as: UTF8.self)
        for part in [
            #""purl":"pkg:apk/apkfarm/zlib@1.3-r0?arch=wasm32""#, #""name":"/usr/lib/libz.so \"1\"""#,
            #""name":"zlib.tar.gz""#, #""name":"musl-dev""#, #""expression":"Zlib""#,
            #""timestamp":"2026-02-02T02:40:00Z""#, "11f6ad8ec52a2984abaafd7c3b516503785c2072",
        ] { #expect(text.contains(part), "\(part)") }
        #expect(try place.sbom() == place.sbom())
    }
}

@Suite("Provenance")
struct ProvenanceTests {
    private let keys: KeyRing

    init() throws { keys = KeyRing([try Workplace.key.get().publicKey]) }

    @Test("A statement beside its package is believed")
    func verdict() throws {
        let place = try Workplace()
        try place.make()
        let verdict = try ProvenanceCheck.verify(
            package: place.package, statement: place.statement, keys: keys)
        #expect(verdict.recipe == "main/zlib")
        #expect(verdict.version == "1.3-r0")
        #expect(verdict.signer == "farm-00000007.rsa.pub")
        #expect(verdict.inputs == 5)
    }

    @Test("openssl verifies the signature over the pre-authentication encoding")
    func openssl() throws {
        let place = try Workplace()
        try place.make()
        let envelope = try Envelope(
            bytes: Array(try Data(contentsOf: URL(fileURLWithPath: place.statement))), path: "x")
        try Workplace.key.get().publicKey.write(to: place.path + "/key.pub")
        let signed =
            Data("DSSEv1 28 application/vnd.in-toto+json \(envelope.payload.count) ".utf8) + envelope.payload
        try signed.write(to: URL(fileURLWithPath: place.path + "/signed"))
        try envelope.signatures[0].sig.write(to: URL(fileURLWithPath: place.path + "/sig"))
        let (status, output) = try place.run(
            "openssl", "dgst", "-sha256", "-verify", place.path + "/key.pub", "-signature",
            place.path + "/sig",
            place.path + "/signed")
        #expect(status == 0)
        #expect(output == "Verified OK\n")
    }

    @Test("A changed package, statement or signature, another key and another form are refused")
    func refused() throws {
        let place = try Workplace()
        try place.make()
        func reason() -> String {
            do {
                _ = try ProvenanceCheck.verify(package: place.package, statement: place.statement, keys: keys)
                return "believed"
            } catch { return "\(error)" }
        }
        let envelope = try Data(contentsOf: URL(fileURLWithPath: place.statement))
        func change(_ edit: (inout Envelope) throws -> Void) throws {
            var changed = try Envelope(bytes: Array(envelope), path: "x")
            try edit(&changed)
            try Data(changed.bytes()).write(to: URL(fileURLWithPath: place.statement))
        }
        try change { $0.payload[$0.payload.count / 2] ^= 1 }
        #expect(reason().contains("the signature of farm-00000007.rsa.pub does not fit"))
        try change { $0.payloadType = "text/plain" }
        #expect(reason().contains("does not fit"))
        try change { $0.signatures = [] }
        #expect(reason().contains("signed by nobody"))
        let stranger = try PrivateKey.generate(bits: 2048, stamp: 8)
        try change { $0 = try Envelope.sign(Array($0.payload), with: stranger) }
        #expect(reason().contains("signed by farm-00000008.rsa.pub, no key of"))
        try change { $0 = try Envelope.sign(Array("{}".utf8), with: Workplace.key.get()) }
        #expect(reason().contains("its statement has another form"))
        try Data("no json".utf8).write(to: URL(fileURLWithPath: place.statement))
        #expect(reason().contains("is no DSSE envelope"))
        try FileManager.default.removeItem(atPath: place.statement)
        #expect(reason().contains("there is no statement"))
        try envelope.write(to: URL(fileURLWithPath: place.statement))
        #expect(reason() == "believed")
        let package = try Data(contentsOf: URL(fileURLWithPath: place.package))
        try (package + Data([0])).write(to: URL(fileURLWithPath: place.package))
        #expect(reason().contains("is about other bytes of zlib-1.3-r0.apk"))
    }
}

@Suite("The security database")
struct SecurityDatabaseTests {
    @Test("It has secdb's form, recipes sorted, and is read back")
    func form() throws {
        var database = SecurityDatabase(
            archs: ["wasm32"], repository: "main", urlPrefix: "https://farm.example/repo", channel: "edge")
        database.set("zlib", fixes: ["1.2.12-r2000": ["CVE-2022-37434"], "0": ["CVE-1-1"]])
        database.set("busybox", fixes: ["1.36-r0": ["CVE-2-2"]])
        database.set("lua", fixes: [:])
        let text = String(decoding: try database.bytes(), as: UTF8.self)
        #expect(
            text == """
                {"apkurl":"{{urlprefix}}/{{distroversion}}/{{reponame}}/{{arch}}/{{pkg.name}}-{{pkg.ver}}.apk",\
                "archs":["wasm32"],"distroversion":"edge","packages":[{"pkg":{"name":"busybox","secfixes":\
                {"1.36-r0":["CVE-2-2"]}}},{"pkg":{"name":"zlib","secfixes":{"0":["CVE-1-1"],"1.2.12-r2000":\
                ["CVE-2022-37434"]}}}],"reponame":"main","urlprefix":"https://farm.example/repo"}

                """)
        #expect(try SecurityDatabase(bytes: Array(text.utf8), path: "x") == database)
        database.set("zlib", fixes: [:])
        #expect(database.packages.map(\.pkg.name) == ["busybox"])
    }
}
