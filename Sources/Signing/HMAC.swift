import COpenSSL

/// A code by which who shares a secret knows that a message is whole and from another sharer (RFC 2104), with SHA-256.
public enum HMAC {
    /// The code of a message, 32 bytes.
    public static func sha256(of message: [UInt8], key: [UInt8]) -> Digest {
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            let code = EVP_Q_mac(
                nil, "HMAC", nil, "SHA256", nil, key, key.count, message, message.count, buffer.baseAddress,
                buffer.count, &count)
            // As with digests: it fails only without memory, and must never be silently wrong.
            precondition(code != nil, "libcrypto cannot compute a message's code: \(lastReason())")
        }
        return Digest(unchecked: bytes)
    }
}
