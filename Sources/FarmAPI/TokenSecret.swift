import Foundation
import Signing

/// The secret of a token: 256 random bits. The farm keeps only its digest; as nobody can guess the secret, a digest
/// without salt or rounds is enough.
public struct TokenSecret: Sendable {
    /// What the bearer sends: `apkfarm_` and 64 hexadecimal digits.
    public let text: String

    /// A new secret from the system's generator.
    public init() {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        text = "apkfarm_" + bytes.map { String(format: "%02x", $0) }.joined()
    }

    /// A secret that somebody sent.
    public init(_ text: String) { self.text = text }

    /// SHA-256 in hexadecimal digits: what is kept and looked up.
    public var digest: String { SHA256.digest(of: Array(text.utf8)).hex }
}
