import Glibc

/// Holds private keys in a process of its own and signs digests for others: a daemon that asks it never needs to read
/// a key. It listens on a socket that only its owner can reach, and looks at who is asking besides.
public final class KeyAgent: Sendable {
    private let descriptor: Int32
    private let path: String
    private let keys: [String: PrivateKey]

    /// Listens at `socket`, which must not exist or be a leftover.
    ///
    /// - Throws: `agent` when another agent answers there, or the socket cannot be made.
    public static func listen(socket path: String, keys: [PrivateKey]) throws(SigningError) -> KeyAgent {
        if let answer = try? AgentClient.ask(path, "keys"), answer.hasPrefix("key ") {
            throw .agent(socket: path, reason: "another agent is listening there")
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .agent(socket: path, reason: systemReason(errno)) }
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
        // The socket is its owner's alone from the first moment: the file that `bind` makes takes the mode of the
        // descriptor (Linux, unix_bind_bsd). `umask` would change it for every thread of the process.
        guard fchmod(descriptor, 0o600) == 0 else {
            let reason = systemReason(errno)
            close(descriptor)
            throw .agent(socket: path, reason: reason)
        }
        let bound = AgentProtocol.withAddress(path) { bind(descriptor, $0, $1) }
        let number = errno
        guard let bound else {
            close(descriptor)
            throw .agent(socket: path, reason: "the path is too long for a socket (107 bytes)")
        }
        guard bound == 0, Glibc.listen(descriptor, 16) == 0 else {
            let reason = systemReason(bound == 0 ? errno : number)
            close(descriptor)
            throw .agent(socket: path, reason: reason)
        }
        return KeyAgent(descriptor: descriptor, path: path, keys: keys)
    }

    private init(descriptor: Int32, path: String, keys: [PrivateKey]) {
        self.descriptor = descriptor
        self.path = path
        self.keys = Dictionary(keys.map { ($0.name, $0) }) { first, _ in first }
    }

    deinit { close(descriptor) }

    /// Answers one request after another, on the calling thread, until `stop` is called.
    ///
    /// - Parameter tell: is told of every request that was answered or refused.
    public func serve(_ tell: (String) -> Void) {
        while true {
            let peer = accept(descriptor, nil, nil)
            if peer < 0 && (errno == EINTR || errno == ECONNABORTED) { continue }
            guard peer >= 0 else { return }
            AgentProtocol.limitWaiting(peer, seconds: 5)
            let (answer, note) = answer(peer)
            // A peer that is gone cannot be told anything.
            _ = AgentProtocol.writeAll(peer, Array((answer + "\n").utf8))
            close(peer)
            tell(note)
        }
    }

    /// Ends `serve` and removes the socket.
    public func stop() {
        unlink(path)
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private func answer(_ peer: Int32) -> (answer: String, note: String) {
        guard let who = AgentProtocol.peer(peer), who.user == geteuid() || who.user == 0 else {
            return ("error you are not the owner of these keys", "refused a stranger")
        }
        guard let bytes = AgentProtocol.readAll(peer, limit: AgentProtocol.requestLimit, untilLineEnd: true),
            bytes.last == UInt8(ascii: "\n")
        else { return ("error no request", "no request from process \(who.process)") }
        let words = String(decoding: bytes.dropLast(), as: UTF8.self).split(separator: " ")
        switch words.first {
        case "keys" where words.count == 1:
            do throws(SigningError) {
                var lines: [String] = []
                for (name, key) in keys.sorted(by: { $0.key < $1.key }) {
                    lines.append("key \(name) \(AgentProtocol.hex(try key.publicKey.pem()))")
                }
                return (lines.joined(separator: "\n"), "keys for process \(who.process)")
            } catch { return ("error \(error)", "\(error)") }
        case "sign" where words.count == 4:
            guard let key = keys[String(words[1])] else {
                return ("error no key \(words[1]) here", "process \(who.process) asked for key \(words[1])")
            }
            guard let algorithm = SignatureAlgorithm(agentName: words[2]),
                let digest = AgentProtocol.bytes(hex: words[3]), digest.count == algorithm.digestLength
            else { return ("error no such algorithm or digest", "process \(who.process): bad digest") }
            do throws(SigningError) {
                let signature = try key.sign(digest: digest, algorithm)
                return (
                    "signature \(AgentProtocol.hex(signature))",
                    "signed \(words[3].prefix(16))… with \(words[1]) for process \(who.process)"
                )
            } catch { return ("error \(error)", "\(error)") }
        default: return ("error unknown request", "unknown request of process \(who.process)")
        }
    }
}

/// The asking side.
enum AgentClient {
    /// The agent's answer, without its last line end.
    static func ask(_ path: String, _ request: String) throws(SigningError) -> String {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .agent(socket: path, reason: systemReason(errno)) }
        defer { close(descriptor) }
        AgentProtocol.limitWaiting(descriptor, seconds: 30)
        guard let connected = AgentProtocol.withAddress(path, { connect(descriptor, $0, $1) }) else {
            throw .agent(socket: path, reason: "the path is too long for a socket (107 bytes)")
        }
        guard connected == 0 else { throw .agent(socket: path, reason: systemReason(errno)) }
        guard AgentProtocol.writeAll(descriptor, Array((request + "\n").utf8)),
            let bytes = AgentProtocol.readAll(
                descriptor, limit: AgentProtocol.answerLimit, untilLineEnd: false),
            bytes.last == UInt8(ascii: "\n")
        else { throw .agent(socket: path, reason: "it does not answer") }
        let text = String(decoding: bytes.dropLast(), as: UTF8.self)
        if text.hasPrefix("error ") {
            throw .agent(socket: path, reason: String(text.dropFirst("error ".count)))
        }
        return text
    }

    /// The public keys whose private halves the agent holds.
    static func keys(_ path: String) throws(SigningError) -> [PublicKey] {
        var keys: [PublicKey] = []
        for line in try ask(path, "keys").split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "key", let pem = AgentProtocol.bytes(hex: words[2]) else {
                throw .agent(socket: path, reason: "its answer has no known form")
            }
            keys.append(try PublicKey(name: String(words[1]), pem: pem, origin: path))
        }
        return keys
    }
}

extension SignatureAlgorithm {
    init?(agentName: Substring) {
        guard let match = Self.allCases.first(where: { $0.agentName == agentName }) else { return nil }
        self = match
    }

    var agentName: String {
        switch self {
        case .rsaSHA1: "sha1"
        case .rsaSHA256: "sha256"
        case .rsaSHA512: "sha512"
        }
    }

    /// Bytes of its digest.
    var digestLength: Int {
        switch self {
        case .rsaSHA1: 20
        case .rsaSHA256: 32
        case .rsaSHA512: 64
        }
    }

    func digest(of bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .rsaSHA1: SHA1.digest(of: bytes).bytes
        case .rsaSHA256: SHA256.digest(of: bytes).bytes
        case .rsaSHA512: SHA512.digest(of: bytes).bytes
        }
    }
}
