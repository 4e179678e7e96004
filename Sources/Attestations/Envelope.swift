import Foundation
public import Signing

/// Signed bytes as DSSE v1 has them (secure-systems-lab/dsse, envelope.md): payload, its type, and signatures over both.
public struct Envelope: Sendable, Equatable, Codable {
    /// One signature.
    public struct Signature: Sendable, Equatable, Codable {
        /// The file name of the public key.
        public var keyid: String
        /// RSA with PKCS#1 v1.5 padding over SHA-256 of the pre-authentication encoding.
        public var sig: Data
    }

    /// The type of in-toto statements.
    public static let inToto = "application/vnd.in-toto+json"

    /// What is signed.
    public var payload: Data
    /// What it is.
    public var payloadType: String
    /// Who signed.
    public var signatures: [Signature]

    /// Signs bytes.
    public static func sign(_ payload: [UInt8], type: String = inToto, with key: PrivateKey)
        throws(SigningError)
        -> Envelope
    {
        let signature = try key.sign(preAuthentication(payload, type), .rsaSHA256)
        return Envelope(
            payload: Data(payload), payloadType: type,
            signatures: [Signature(keyid: key.name, sig: Data(signature))])
    }

    /// The bytes that are signed: `DSSEv1 LEN(type) type LEN(payload) payload` (dsse, protocol.md).
    public static func preAuthentication(_ payload: [UInt8], _ type: String) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }

    /// The envelope as JSON, binary values in base64.
    public func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// Reads an envelope; `path` is for messages.
    /// - Throws: `AttestationError.unreadable`.
    public init(bytes: [UInt8], path: String) throws(AttestationError) {
        do { self = try JSONDecoder().decode(Envelope.self, from: Data(bytes)) } catch {
            throw .unreadable(path: path, reason: "is no DSSE envelope")
        }
    }

    init(payload: Data, payloadType: String, signatures: [Signature]) {
        self.payload = payload
        self.payloadType = payloadType
        self.signatures = signatures
    }

    /// The name of the trusted key that signed it.
    /// - Throws: `AttestationError.untrusted` when no signature is of a key in the ring, or one that is does not fit.
    public func signer(in keys: KeyRing, path: String) throws(AttestationError) -> String {
        let signed = Self.preAuthentication(Array(payload), payloadType)
        for signature in signatures {
            guard let key = keys[signature.keyid] else { continue }
            guard key.verifies(Array(signature.sig), of: signed, .rsaSHA256) else {
                throw .untrusted(path: path, reason: "the signature of \(signature.keyid) does not fit")
            }
            return signature.keyid
        }
        let names = signatures.map(\.keyid).joined(separator: ", ")
        throw .untrusted(
            path: path, reason: "signed by \(names.isEmpty ? "nobody" : names), no key of \(keys.origin)")
    }
}

/// Why a statement about a package is not believed.
public enum AttestationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file cannot be read or is something else.
    case unreadable(path: String, reason: String)
    /// Nobody trusted signed it.
    case untrusted(path: String, reason: String)
    /// It is about other packages, or about other bytes.
    case foreign(path: String, reason: String)

    /// What, where, and what to do.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): \(reason); publish the package again to make it"
        case .untrusted(let path, let reason):
            "\(path): \(reason); get the farm's public keys, or do not use the package"
        case .foreign(let path, let reason): "\(path): \(reason); do not use the package"
        }
    }
}
