import COpenSSL
import Glibc

/// An RSA key that signs: in this process, where its memory is wiped and freed with the last copy, in a ``KeyAgent``, or in a PKCS#11 token.
public struct PrivateKey: Sendable {
    /// The file name of its public half, which signatures carry: `farm-1a2b3c4d.rsa.pub`.
    public let name: String
    /// The whole key, or its public half when an agent has the private one.
    private let handle: KeyHandle
    private let agent: String?
    private let isInToken: Bool

    init(name: String, handle: KeyHandle, agent: String? = nil, isInToken: Bool = false) {
        self.name = name
        self.handle = handle
        self.agent = agent
        self.isInToken = isInToken
    }

    /// The public half.
    public var publicKey: PublicKey { PublicKey(name: name, handle: handle) }

    /// The key's length in bits.
    public var bits: Int { Int(EVP_PKEY_get_bits(handle.pointer)) }

    /// The keys that an agent signs with, sorted by name.
    ///
    /// - Parameter path: the agent's socket.
    /// - Throws: `agent` when none answers there.
    public static func keys(ofAgent path: String) throws(SigningError) -> [PrivateKey] {
        try AgentClient.keys(path).map { PrivateKey(name: $0.name, handle: $0.handle, agent: path) }
    }

    /// Makes a key named `OWNER-STAMP.rsa.pub`.
    ///
    /// - Parameters:
    ///   - bits: the length of the modulus, 2048 to 16384.
    ///   - owner: the first half of the name.
    ///   - stamp: the second half, written as 8 hexadecimal digits; abuild-keygen takes the time in seconds.
    /// - Throws: `keyLength`, `badKeyName`, or `library` without memory or randomness.
    public static func generate(
        bits: Int = 4096, owner: String = "farm", stamp: UInt32 = UInt32(truncatingIfNeeded: time(nil))
    ) throws(SigningError) -> PrivateKey {
        let digits = String(stamp, radix: 16)
        let name = "\(owner)-\(String(repeating: "0", count: 8 - digits.count))\(digits).rsa.pub"
        guard PublicKey.isName(name), !owner.isEmpty else { throw .badKeyName(owner) }
        guard (RSALimits.smallest...RSALimits.largest).contains(bits) else {
            throw .keyLength(path: name, bits: bits)
        }
        ERR_clear_error()
        let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bits)) == 1,
            EVP_PKEY_generate(context, &key) == 1, let key
        else { throw .library(operation: "make an RSA key", reason: lastReason()) }
        return PrivateKey(name: name, handle: KeyHandle(owning: key))
    }

    /// Reads a key in PEM form (PKCS#1 or PKCS#8) from a file; its name is the file's with `.pub` behind.
    ///
    /// - Throws: `file`, `notAKey`, `encrypted`, `notRSA`, `keyLength` or `badKeyName`.
    public static func load(path: String) throws(SigningError) -> PrivateKey {
        let name = lastComponent(path) + ".pub"
        guard PublicKey.isName(name) else { throw .badKeyName(name) }
        var pem = try KeyHandle.readPEM(path)
        defer { pem.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        let handle = try KeyHandle.parse(pem, origin: path) { memory in
            // A call-back that knows no pass phrase; without one libcrypto would ask on the terminal.
            PEM_read_bio_PrivateKey(memory, nil, { _, _, _, _ in -1 }, nil)
        }
        return PrivateKey(name: name, handle: handle)
    }

    /// The signature of these bytes, as long as the modulus.
    ///
    /// - Throws: `library` without memory, `agent` when the agent that has the key is gone or refuses.
    public func sign(_ bytes: [UInt8], _ algorithm: SignatureAlgorithm) throws(SigningError) -> [UInt8] {
        try sign(digest: algorithm.digest(of: bytes), algorithm)
    }

    /// The signature of bytes that have this digest.
    func sign(digest: [UInt8], _ algorithm: SignatureAlgorithm) throws(SigningError) -> [UInt8] {
        if let agent {
            let request = "sign \(name) \(algorithm.agentName) \(AgentProtocol.hex(digest))"
            let words = try AgentClient.ask(agent, request).split(separator: " ")
            guard words.count == 2, words[0] == "signature",
                let signature = AgentProtocol.bytes(hex: words[1])
            else { throw .agent(socket: agent, reason: "its answer has no known form") }
            return signature
        }
        ERR_clear_error()
        let context = EVP_PKEY_CTX_new_from_pkey(nil, handle.pointer, nil)
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_sign_init(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1,
            EVP_PKEY_CTX_set_signature_md(context, algorithm.digest) == 1
        else { throw .library(operation: "begin a signature", reason: lastReason()) }
        var length = Int(EVP_PKEY_get_size(handle.pointer))
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_PKEY_sign(context, &signature, &length, digest, digest.count) == 1 else {
            throw .library(operation: "sign", reason: lastReason())
        }
        signature.removeLast(signature.count - length)
        return signature
    }

    /// Writes the key (PKCS#8, mode 0600) and its public half (0644) as two new files of a folder, which is made
    /// (for its owner only) if missing.
    ///
    /// - Returns: the path of the private key.
    /// - Throws: `file`, `agent` for an agent's key, `token` for a token's; neither file is left behind then. A file that exists is never overwritten.
    @discardableResult
    public func save(in folder: String) throws(SigningError) -> String {
        if let agent { throw .agent(socket: agent, reason: "it gives no private key away") }
        if isInToken { throw .token(name, reason: "it gives no private key away") }
        try makeFolder(folder)
        let publicPath = folder + "/" + name
        let path = String(publicPath.dropLast(".pub".count))
        try handle.withPEM(
            "write a private key",
            { PEM_write_bio_PKCS8PrivateKey($0, handle.pointer, nil, nil, 0, nil, nil) },
            { bytes throws(SigningError) in try writeNewFile(path, mode: 0o600, bytes) })
        do {
            try publicKey.write(to: publicPath)
        } catch {
            unlink(path)
            throw error
        }
        return path
    }
}
