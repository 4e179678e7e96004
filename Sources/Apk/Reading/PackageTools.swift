/// A digest that is fed piece by piece.
public protocol StreamingDigest {
    /// A digest that has seen nothing.
    init()
    /// Adds bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer)
    /// The digest of everything added. Called once.
    mutating func finish() -> [UInt8]
}

/// What one step of inflating did.
public struct InflateStep: Sendable {
    /// Bytes taken from the input.
    public let consumed: Int
    /// Bytes put into the output.
    public let produced: Int
    /// Whether the last byte taken ends a gzip member.
    public let endsMember: Bool

    /// A step of these figures.
    public init(consumed: Int, produced: Int, endsMember: Bool) {
        self.consumed = consumed
        self.produced = produced
        self.endsMember = endsMember
    }
}

/// Inflates gzip members that follow one another; stops at the end of each.
public protocol MemberInflater: AnyObject {
    /// An inflater at the beginning of a member.
    static func open() throws(ApkError) -> Self
    /// Takes from `input` and puts into `output` until one is used up or a member ends. Checks each member's CRC
    /// and length, and bounds the ratio. Throws `damaged` or `overLimit`.
    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(ApkError) -> InflateStep
}

/// A signature as a package or index carries it: a file `.SIGN.<algorithm>.<key name>`.
public struct PackageSignature: Equatable, Sendable {
    /// RSA with PKCS#1 v1.5 padding over one of three digests.
    public enum Algorithm: Equatable, Sendable {
        /// `.SIGN.RSA.`: over SHA1.
        case rsaSHA1
        /// `.SIGN.RSA256.`: over SHA256.
        case rsaSHA256
        /// `.SIGN.RSA512.`: over SHA512.
        case rsaSHA512

        /// What stands between the dots of the file's name.
        public var name: StaticString {
            switch self {
            case .rsaSHA1: "RSA"
            case .rsaSHA256: "RSA256"
            case .rsaSHA512: "RSA512"
            }
        }
    }

    /// How it was made.
    public let algorithm: Algorithm
    /// File name of the public key.
    public let keyName: ByteText
    /// The signature itself.
    public let bytes: [UInt8]

    /// The signature in a file of a signature member; nil if the name is of another form or algorithm.
    public init?(fileName: ByteText, bytes: [UInt8]) {
        let name = fileName.bytes[...]
        let start: Int
        if name.starts(withText: ".SIGN.RSA.") {
            algorithm = .rsaSHA1
            start = 10
        } else if name.starts(withText: ".SIGN.RSA256.") {
            algorithm = .rsaSHA256
            start = 13
        } else if name.starts(withText: ".SIGN.RSA512.") {
            algorithm = .rsaSHA512
            start = 13
        } else {
            return nil
        }
        keyName = ByteText(name[start...])
        guard !keyName.isEmpty, !keyName.bytes.contains(UInt8(ascii: "/")) else { return nil }
        self.bytes = bytes
    }

    /// The file name for a signature of this algorithm and key.
    public static func fileName(_ algorithm: Algorithm, keyName: ByteText) -> ByteText {
        var bytes = Array(".SIGN.".utf8)
        algorithm.name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "."))
        return ByteText(bytes + keyName.bytes)
    }
}

/// What the keys say to a signature.
public enum SignatureVerdict: Sendable {
    /// Made by a trusted key over these very bytes.
    case valid
    /// The key is trusted, the signature does not fit the bytes.
    case wrong
    /// No trusted key has this name.
    case unknownKey
    /// A key of this name is there, but cannot be accepted; the reason.
    case refusedKey(String)
}

/// What the keys say to a signature of apk 3, which names its key by a digest.
public enum KeyVerdict: Sendable {
    /// Made by the trusted key of this name over these very bytes.
    case valid(ByteText)
    /// The key is trusted, the signature does not fit the bytes.
    case wrong(ByteText)
    /// No trusted key has this digest.
    case unknownKey
}

/// What reading packages needs from the machine: inflating, digests, trusted keys.
public protocol PackageTools {
    /// SHA1.
    associatedtype SHA1: StreamingDigest
    /// SHA256.
    associatedtype SHA256: StreamingDigest
    /// Inflates gzip members.
    associatedtype Inflater: MemberInflater
    /// Checks a signature against the trusted key of its name.
    func verdict(on signature: PackageSignature, of bytes: [UInt8]) -> SignatureVerdict
    /// Checks an RSA signature over SHA512 against the trusted key whose PKCS#1 form has a SHA512 that begins with these
    /// 16 bytes.
    func verdict(on signature: [UInt8], of bytes: [UInt8], keyID: [UInt8]) -> KeyVerdict
    /// The SHA512 of bytes.
    func sha512(_ bytes: [UInt8]) -> [UInt8]
    /// Inflates a raw deflate stream (RFC 1951) that ends with the input. Throws `damaged`, or `overLimit` beyond
    /// `limit` bytes.
    func inflateRaw(_ bytes: ArraySlice<UInt8>, limit: Int) throws(ApkError) -> [UInt8]
}

extension StreamingDigest {
    /// The digest of these bytes.
    public static func digest(of bytes: [UInt8]) -> [UInt8] {
        var digest = Self()
        bytes.withRawBytes { digest.update($0) }
        return digest.finish()
    }
}

extension PackageTools {
    /// The first signature whose key is known decides, as in apk. Returns the key's name.
    ///
    /// Throws `untrusted`, saying which keys would have been needed.
    func requireTrust(in signatures: [PackageSignature], of bytes: [UInt8]) throws(ApkError) -> ByteText {
        guard !signatures.isEmpty else {
            throw ApkError(.untrusted, "it is not signed; sign it, or allow untrusted packages")
        }
        var reasons = ""
        for signature in signatures {
            switch verdict(on: signature, of: bytes) {
            case .valid: return signature.keyName
            case .wrong:
                throw ApkError(
                    .untrusted, "BAD signature: it does not fit, though key \(signature.keyName) is trusted")
            case .unknownKey: reasons += (reasons.isEmpty ? "" : ", ") + signature.keyName.description
            case .refusedKey(let reason):
                reasons += (reasons.isEmpty ? "" : ", ") + signature.keyName.description + " (\(reason))"
            }
        }
        throw ApkError(
            .untrusted,
            "UNTRUSTED signature: none of its keys is trusted: \(reasons); copy one into the keys folder")
    }
}
