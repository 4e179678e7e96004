import COpenSSL
import Glibc

/// An RSA key that signs. Its memory is wiped and freed with the last copy.
public struct PrivateKey: Sendable {
    /// The file name of its public half, which signatures carry: `farm-1a2b3c4d.rsa.pub`.
    public let name: String
    private let handle: KeyHandle

    /// The public half.
    public var publicKey: PublicKey { PublicKey(name: name, handle: handle) }

    /// The key's length in bits.
    public var bits: Int { Int(EVP_PKEY_get_bits(handle.pointer)) }

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
    /// - Throws: `library` without memory.
    public func sign(_ bytes: [UInt8], _ algorithm: SignatureAlgorithm) throws(SigningError) -> [UInt8] {
        ERR_clear_error()
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, algorithm.digest, nil, handle.pointer) == 1 else {
            throw .library(operation: "begin a signature", reason: lastReason())
        }
        var length = Int(EVP_PKEY_get_size(handle.pointer))
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSign(context, &signature, &length, bytes, bytes.count) == 1 else {
            throw .library(operation: "sign", reason: lastReason())
        }
        signature.removeLast(signature.count - length)
        return signature
    }

    /// Writes the key (PKCS#8, mode 0600) and its public half (0644) as two new files of a folder, which is made
    /// (for its owner only) if missing.
    ///
    /// - Returns: the path of the private key.
    /// - Throws: `file`; neither file is left behind then. A file that exists is never overwritten.
    @discardableResult
    public func save(in folder: String) throws(SigningError) -> String {
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
