import COpenSSL

/// RSA with PKCS#1 v1.5 padding over one of three digests: what apk 2.14 and 3.x verify.
public enum SignatureAlgorithm: Sendable, Hashable, CaseIterable {
    /// Over SHA-1: Alpine's default, `.SIGN.RSA.`.
    case rsaSHA1
    /// Over SHA-256, `.SIGN.RSA256.`.
    case rsaSHA256
    /// Over SHA-512, `.SIGN.RSA512.`.
    case rsaSHA512

    var digest: OpaquePointer? {
        switch self {
        case .rsaSHA1: EVP_sha1()
        case .rsaSHA256: EVP_sha256()
        case .rsaSHA512: EVP_sha512()
        }
    }
}
