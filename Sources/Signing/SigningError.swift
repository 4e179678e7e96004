/// What can go wrong with keys, signatures and digests.
public enum SigningError: Error, Equatable, CustomStringConvertible {
    /// A file could not be read or written; the reason is the system's.
    case file(path: String, action: String, reason: String)
    /// The file holds no key that libcrypto understands.
    case notAKey(path: String, reason: String)
    /// The key is encrypted with a pass phrase.
    case encrypted(path: String)
    /// The key is of another kind than RSA.
    case notRSA(path: String, kind: String)
    /// The RSA key's length in bits is outside what the farm accepts.
    case keyLength(path: String, bits: Int)
    /// A key's name cannot be a file name.
    case badKeyName(String)
    /// No key of that name is in the ring.
    case unknownKey(String, folder: String)
    /// Text that should be a digest in hexadecimal is not one.
    case badDigest(String)
    /// The agent that should sign does not.
    case agent(socket: String, reason: String)
    /// The token that should have a key does not give it.
    case token(String, reason: String)
    /// libcrypto refused an operation.
    case library(operation: String, reason: String)

    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .file(let path, let action, let reason):
            "\(path): cannot \(action): \(reason)"
        case .notAKey(let path, let reason):
            "\(path): not a key in PEM form (\(reason)); make one with 'apkfarm key new'"
        case .encrypted(let path):
            "\(path): the key has a pass phrase, which the farm never asks for; "
                + "remove it with 'openssl pkey -in KEY -out NEW' or make a key with 'apkfarm key new'"
        case .notRSA(let path, let kind):
            "\(path): a key of kind \(kind), but apk reads RSA keys only; make one with 'apkfarm key new'"
        case .keyLength(let path, let bits):
            "\(path): an RSA key of \(bits) bits, but \(RSALimits.smallest) to \(RSALimits.largest) are "
                + "accepted; make one with 'apkfarm key new'"
        case .badKeyName(let name):
            "'\(name)' cannot name a key: use letters, digits and any of '@._+-', not starting with '.' or '-'"
        case .unknownKey(let name, let folder):
            "no key named '\(name)' in \(folder); copy the signer's public key there if you trust it"
        case .badDigest(let text):
            "'\(text)' is not a digest: 40, 64 or 128 hexadecimal digits are"
        case .agent(let socket, let reason):
            "key agent at \(socket): \(reason); start one with 'apkfarm key agent --socket \(socket)'"
        case .token(let address, let reason):
            "token \(address): \(reason); 'pkcs11-tool --list-objects' shows what tokens hold"
        case .library(let operation, let reason):
            "libcrypto cannot \(operation): \(reason)"
        }
    }
}

/// Lengths of RSA keys that are accepted, in bits.
enum RSALimits {
    /// Shorter keys are refused: RSA-1024 is within reach of attackers.
    static let smallest = 2048
    /// Longer ones are refused: checking a signature would cost an attacker's victim seconds.
    static let largest = 16384
}
