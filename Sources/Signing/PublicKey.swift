import COpenSSL

/// An RSA key that verifies signatures.
public struct PublicKey: Sendable {
    /// Its file name, by which signatures refer to it: `farm-1a2b3c4d.rsa.pub`.
    public let name: String
    let handle: KeyHandle

    init(name: String, handle: KeyHandle) {
        self.name = name
        self.handle = handle
    }

    /// The key's length in bits.
    public var bits: Int { Int(EVP_PKEY_get_bits(handle.pointer)) }

    /// How files of apk 3 name the key: the first 16 bytes of the SHA512 of its PKCS#1 form (apk-tools, `crypto_openssl.c`).
    public var identifier: [UInt8] {
        var start: UnsafeMutablePointer<UInt8>?
        let count = Int(i2d_PublicKey(handle.pointer, &start))
        guard count > 0, let start else { return [] }
        defer { CRYPTO_free(start, "PublicKey", 0) }
        return Array(SHA512.digest(of: Array(UnsafeBufferPointer(start: start, count: count))).bytes[..<16])
    }

    /// Reads a key in PEM form (`BEGIN PUBLIC KEY`) from a file, whose name is the key's.
    ///
    /// - Throws: `file`, `notAKey`, `notRSA`, `keyLength` or `badKeyName`.
    public static func load(path: String) throws(SigningError) -> PublicKey {
        try PublicKey(name: lastComponent(path), pem: try KeyHandle.readPEM(path), origin: path)
    }

    /// A key from its PEM form.
    ///
    /// - Parameter origin: what error messages call it.
    /// - Throws: `notAKey`, `notRSA`, `keyLength` or `badKeyName`.
    public init(name: String, pem: [UInt8], origin: String) throws(SigningError) {
        guard Self.isName(name) else { throw .badKeyName(name) }
        self.name = name
        handle = try KeyHandle.parse(pem, origin: origin) { PEM_read_bio_PUBKEY($0, nil, nil, nil) }
    }

    /// Whether a signature of these bytes was made with this key's private half.
    public func verifies(
        _ signature: [UInt8], of bytes: [UInt8], _ algorithm: SignatureAlgorithm
    ) -> Bool {
        bytes.withUnsafeBytes { verifies(signature, of: $0, algorithm) }
    }

    /// Whether a signature of these bytes was made with this key's private half.
    public func verifies(
        _ signature: [UInt8], of bytes: UnsafeRawBufferPointer, _ algorithm: SignatureAlgorithm
    ) -> Bool {
        // A wrong signature leaves a reason in the thread's queue, which the next operation must not report.
        defer { ERR_clear_error() }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, algorithm.digest, nil, handle.pointer) == 1 else {
            return false
        }
        return EVP_DigestVerify(
            context, signature, signature.count, bytes.assumingMemoryBound(to: UInt8.self).baseAddress,
            bytes.count)
            == 1
    }

    /// Writes the key in PEM form to a new file of mode 0644.
    ///
    /// - Throws: `file`; a file that exists is never overwritten.
    public func write(to path: String) throws(SigningError) {
        try handle.withPEM(
            "write a public key", { PEM_write_bio_PUBKEY($0, handle.pointer) },
            { bytes throws(SigningError) in try writeNewFile(path, mode: 0o644, bytes) })
    }

    /// The key in PEM form (`BEGIN PUBLIC KEY`).
    ///
    /// - Throws: `library` without memory.
    public func pem() throws(SigningError) -> [UInt8] {
        var pem: [UInt8] = []
        try handle.withPEM(
            "write a public key", { PEM_write_bio_PUBKEY($0, handle.pointer) },
            { bytes throws(SigningError) in
                pem = Array(bytes)
            })
        return pem
    }

    /// Whether a name can be a key's file name: it is copied into paths and into signature members' names.
    public static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else {
            return false
        }
        return name.utf8.count <= 80
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "@"), UInt8(ascii: "."),
                    UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
