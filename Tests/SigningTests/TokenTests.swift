import Foundation
import Signing
import Testing

/// Keys in a PKCS#11 token, with SoftHSM 2 as the token and openssl as who verifies.
@Suite("A key in a token", .serialized)
struct TokenTests {
    private static let module = "/usr/lib/softhsm/libsofthsm2.so"
    private static let isThere = ["/usr/bin/softhsm2-util", "/usr/bin/pkcs11-tool", module].allSatisfy {
        FileManager.default.isReadableFile(atPath: $0)
    }
    /// SoftHSM reads its settings once a process: one token serves all tests.
    private static let token = Result { () throws -> Workplace in
        let place = try Workplace()
        try Data("directories.tokendir = \(place.path)/tokens\nlog.level = ERROR\n".utf8)
            .write(to: URL(fileURLWithPath: place.path + "/softhsm.conf"))
        setenv("SOFTHSM2_CONF", place.path + "/softhsm.conf", 1)
        try place.sh(
            """
            mkdir tokens
            softhsm2-util --init-token --free --label farm --so-pin 5678 --pin 1234
            pkcs11-tool --module \(module) --token-label farm --login --pin 1234 --keypairgen --key-type rsa:2048 \
                --label signing --id 01
            """)
        // Asked first: a token that was opened once stays open for the process.
        let error = #expect(throws: SigningError.self) { try key(in: place, pin: "9999") }
        #expect(error.map { "\($0)" }?.contains("a wrong PIN") == true)
        return place
    }

    private static func key(
        in place: Workplace, _ object: String = "signing", pin: String = "1234"
    ) throws -> PrivateKey {
        try PrivateKey.load(
            token: "pkcs11:token=farm;object=\(object)", name: "farm-00000007.rsa.pub", module: module,
            pin: Array((pin + "\n").utf8))
    }

    @Test(
        "signs what openssl verifies, also behind an agent",
        .enabled(if: isThere, "install softhsm2, opensc and libengine-pkcs11-openssl"),
        arguments: SignatureAlgorithm.allCases)
    func signs(algorithm: SignatureAlgorithm) throws {
        let key = try Self.key(in: Self.token.get())
        let place = try Workplace()
        let socket = "/tmp/apkfarm-token-\(UUID().uuidString.prefix(8))"
        let agent = try KeyAgent.listen(socket: socket, keys: [key])
        let thread = Thread { agent.serve { _ in } }
        thread.start()
        defer { agent.stop() }
        let bytes = Array("signed in a token".utf8)
        let asked = try #require(try PrivateKey.keys(ofAgent: socket).first)
        let signature = try asked.sign(bytes, algorithm)
        #expect(try key.sign(bytes, algorithm) == signature)
        try Data(signature).write(to: URL(fileURLWithPath: place.path + "/sig"))
        try Data(bytes).write(to: URL(fileURLWithPath: place.path + "/text"))
        try key.publicKey.write(to: place.path + "/key.pub")
        let name = ["sha1", "sha256", "sha512"][SignatureAlgorithm.allCases.firstIndex(of: algorithm) ?? 0]
        #expect(try place.sh("openssl dgst -\(name) -verify key.pub -signature sig text") == "Verified OK\n")
    }

    @Test(
        "never leaves it, and a wrong PIN or name is said",
        .enabled(if: isThere, "install softhsm2, opensc and libengine-pkcs11-openssl"))
    func stays() throws {
        let place = try Workplace()
        let key = try Self.key(in: Self.token.get())
        #expect(throws: SigningError.self) { try key.save(in: place.path) }
        #expect(try place.sh("ls").isEmpty)
        #expect(throws: SigningError.self) { try Self.key(in: Self.token.get(), "nothere") }
    }

    @Test func `without its module is refused with the path`() throws {
        let error = #expect(throws: SigningError.self) {
            try PrivateKey.load(
                token: "pkcs11:token=x", name: "farm-00000007.rsa.pub", module: "/nothere.so", pin: [])
        }
        #expect(error.map { "\($0)" }?.contains("/nothere.so") == true)
    }
}
