import Foundation
import Signing
import Synchronization
import Testing

@Suite("The key agent")
struct AgentTests {
    private static let key = Result { try PrivateKey.generate(bits: 2048, stamp: 5) }

    /// Runs `work` beside an agent; returns what the agent told.
    private func withAgent(_ work: (String, Workplace) throws -> Void) throws -> [String] {
        let place = try Workplace()
        let socket = "/tmp/apkfarm-agent-\(UUID().uuidString.prefix(8))"
        let agent = try KeyAgent.listen(socket: socket, keys: [try Self.key.get()])
        let told = Mutex<[String]>([])
        let thread = Thread { agent.serve { note in told.withLock { $0.append(note) } } }
        thread.start()
        defer { agent.stop() }
        try work(socket, place)
        return told.withLock { $0 }
    }

    @Test(
        "What it signs, openssl verifies; its key is used like any other",
        arguments: SignatureAlgorithm.allCases)
    func signs(algorithm: SignatureAlgorithm) throws {
        let told = try withAgent { socket, place in
            let keys = try PrivateKey.keys(ofAgent: socket)
            #expect(keys.map(\.name) == ["farm-00000005.rsa.pub"])
            let bytes = Array("signed by an agent".utf8)
            let signature = try keys[0].sign(bytes, algorithm)
            // PKCS#1 v1.5 is deterministic: the same as the key itself makes.
            #expect(try signature == Self.key.get().sign(bytes, algorithm))
            try Data(signature).write(to: URL(fileURLWithPath: place.path + "/sig"))
            try Data(bytes).write(to: URL(fileURLWithPath: place.path + "/text"))
            try keys[0].publicKey.write(to: place.path + "/key.pub")
            let name = ["sha1", "sha256", "sha512"][
                SignatureAlgorithm.allCases.firstIndex(of: algorithm) ?? 0]
            #expect(
                try place.sh("openssl dgst -\(name) -verify key.pub -signature sig text") == "Verified OK\n")
            #expect(throws: SigningError.self) { try keys[0].save(in: place.path) }
        }
        #expect(told.contains { $0.contains("with farm-00000005.rsa.pub for process") })
    }

    @Test("Its socket is its owner's alone, and a second agent finds it taken")
    func socket() throws {
        _ = try withAgent { socket, place in
            let mode = try place.sh("stat -c %a \(socket)")
            #expect(mode == "600\n")
            #expect(throws: SigningError.self) { try KeyAgent.listen(socket: socket, keys: []) }
        }
    }

    @Test("Odd requests get an error, and the agent goes on")
    func hostile() throws {
        _ = try withAgent { socket, place in
            let script = """
                import socket, sys
                for request in [b'sign x sha256 00\\n', b'sign farm-00000005.rsa.pub sha256 zz\\n',
                                b'sign farm-00000005.rsa.pub sha512 ' + b'00' * 32 + b'\\n', b'\\n', b'quit\\n',
                                b'x' * 5000 + b'\\n', b'\\xff\\x00\\n', b'keys extra\\n']:
                    s = socket.socket(socket.AF_UNIX)
                    s.connect(sys.argv[1])
                    try:
                        s.sendall(request)
                        answer = s.recv(4096)
                    except (BrokenPipeError, ConnectionResetError):
                        answer = b'error'
                    assert answer == b'' or answer.startswith(b'error'), (request, answer)
                print('done')
                """
            try script.write(toFile: place.path + "/hostile.py", atomically: true, encoding: .utf8)
            #expect(try place.sh("python3 hostile.py \(socket)") == "done\n")
            #expect(try PrivateKey.keys(ofAgent: socket).count == 1)
        }
    }

    @Test("Without an agent the error says how to start one")
    func noAgent() {
        let error = #expect(throws: SigningError.self) { try PrivateKey.keys(ofAgent: "/nowhere/agent") }
        #expect(
            error?.description
                == "key agent at /nowhere/agent: No such file or directory; start one with 'apkfarm key agent --socket"
                + " /nowhere/agent'")
    }
}
