import Signing
import Testing

@Suite struct KeyTests {
    let place: Workplace
    let message = Array("what is signed".utf8)

    init() throws {
        place = try Workplace()
        try place.write(message, "message")
    }

    static let algorithms: [(SignatureAlgorithm, String)] = [
        (.rsaSHA1, "sha1"), (.rsaSHA256, "sha256"), (.rsaSHA512, "sha512"),
    ]

    @Test("openssl verifies what we sign and we verify what openssl signed", arguments: algorithms)
    func authority(algorithm: SignatureAlgorithm, digest: String) throws {
        let key = try PrivateKey.generate(bits: 2048, owner: "test", stamp: 0xab)
        #expect(key.name == "test-000000ab.rsa.pub")
        let path = try key.save(in: place.path + "/new/keys")
        #expect(path == place.path + "/new/keys/test-000000ab.rsa")
        #expect(try place.sh("stat -c %a new/keys new/keys/*") == "700\n600\n644\n")
        try place.write(try key.sign(message, algorithm), "ours")
        let verdict = try place.sh(
            "openssl dgst -\(digest) -verify new/keys/\(key.name) -signature ours message")
        #expect(verdict == "Verified OK\n")
        try place.sh("openssl dgst -\(digest) -sign '\(path)' -out theirs message")
        let theirs = try place.read("theirs")
        let ring = try KeyRing(folder: place.path + "/new/keys")
        #expect(ring.names == [key.name])
        let loaded = try #require(ring[key.name])
        #expect(loaded.verifies(theirs, of: message, algorithm))
        #expect(!loaded.verifies(theirs, of: message + [0], algorithm))
        #expect(!loaded.verifies(Array(theirs.dropLast()), of: message, algorithm))
        #expect(!loaded.verifies([], of: message, algorithm))
        let others = SignatureAlgorithm.allCases.filter { $0 != algorithm }
        #expect(!others.contains { loaded.verifies(theirs, of: message, $0) })
    }

    @Test("keys are read in either PEM form", arguments: ["-traditional", ""])
    func forms(option: String) throws {
        try place.sh("openssl genrsa \(option) -out k.rsa 2048; openssl rsa -in k.rsa -pubout -out k.rsa.pub")
        let head = option.isEmpty ? "BEGIN PRIVATE KEY" : "BEGIN RSA PRIVATE KEY"
        #expect(try place.sh("head -1 k.rsa").contains(head))
        let key = try PrivateKey.load(path: place.path + "/k.rsa")
        #expect(key.name == "k.rsa.pub" && key.bits == 2048)
        let signature = try key.sign(message, .rsaSHA256)
        #expect(
            try PublicKey.load(path: place.path + "/k.rsa.pub").verifies(signature, of: message, .rsaSHA256))
        #expect(key.publicKey.verifies(signature, of: message, .rsaSHA256))
    }

    @Test func `a saved key is never overwritten`() throws {
        let key = try PrivateKey.generate(bits: 2048, stamp: 1)
        try key.save(in: place.path)
        try place.sh("cp -p farm-00000001.rsa before")
        #expect(throws: SigningError.self) { try key.save(in: place.path) }
        try place.sh("cmp before farm-00000001.rsa; rm farm-00000001.rsa")
        // The public half is in the way: no private half is left alone.
        #expect(throws: SigningError.self) { try key.save(in: place.path) }
        #expect(try place.sh("ls") == "before\nfarm-00000001.rsa.pub\nmessage\n")
    }

    @Test(
        "a key that cannot be accepted is refused with the reason",
        arguments: [
            ("openssl genrsa 1024", "1024 bits"),
            ("openssl ecparam -genkey -name prime256v1 -noout", "kind EC"),
            ("openssl genpkey -algorithm ed25519", "kind ED25519"),
            ("openssl genrsa -aes128 -passout pass:x 2048", "pass phrase"),
            ("echo hello", "not a key"),
            ("printf ''", "not a key"),
            ("openssl genrsa 2048 | head -c 900", "not a key"),
            ("head -c 100000 /dev/zero", "longer than 64 KiB"),
        ])
    func refused(command: String, words: String) throws {
        try place.sh("\(command) >k.rsa")
        #expect { try PrivateKey.load(path: place.path + "/k.rsa") } throws: { error in
            error is SigningError && "\(error)".contains(words)
        }
    }

    @Test func `a ring keeps the good keys and says why the others are refused`() throws {
        try place.sh(
            """
            mkdir ring; cd ring
            openssl genrsa 2048 | openssl rsa -pubout >good.rsa.pub
            openssl genrsa 1024 | openssl rsa -pubout >small.rsa.pub
            openssl genpkey -algorithm ed25519 | openssl pkey -pubout >ed.pub
            echo no >bad.pub; echo no >README; echo no >.hidden.pub
            """)
        let ring = try KeyRing(folder: place.path + "/ring")
        #expect(ring.names == ["good.rsa.pub"])
        #expect(ring.refused.keys.sorted() == ["bad.pub", "ed.pub", "small.rsa.pub"])
        #expect { try ring.key(named: "small.rsa.pub") } throws: { "\($0)".contains("1024 bits") }
        #expect { try ring.key(named: "absent.pub") } throws: {
            "\($0)".contains("no key named 'absent.pub' in")
        }
        #expect(throws: SigningError.self) { try KeyRing(folder: place.path + "/absent") }
        #expect(KeyRing([try ring.key(named: "good.rsa.pub")]).names == ["good.rsa.pub"])
    }

    @Test(
        "names that lead elsewhere are no key names", arguments: ["../x", "a/b", "-x", ".x", "", "a b", "ü"])
    func names(name: String) {
        #expect(!PublicKey.isName(name))
        #expect(throws: SigningError.self) { try PrivateKey.generate(bits: 2048, owner: name) }
    }

    @Test("keys of other lengths are not made", arguments: [0, 1024, 2047, 32768])
    func lengths(bits: Int) {
        #expect(throws: SigningError.self) { try PrivateKey.generate(bits: bits) }
    }

    @Test func `one key signs for many tasks at once`() async throws {
        let key = try PrivateKey.generate(bits: 2048)
        let bytes = message
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<20 {
                group.addTask {
                    let text = bytes + [UInt8(index)]
                    return key.publicKey.verifies(try key.sign(text, .rsaSHA512), of: text, .rsaSHA512)
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }
}
