import Apk
import Compressing
import Signing

/// Inflating, digests and trusted keys of this machine, for Apk's readers.
public struct FarmTools: PackageTools {
    /// libcrypto's SHA1.
    public struct SHA1: StreamingDigest {
        private var function = Signing.SHA1()

        /// A digest that has seen nothing.
        public init() {}
        /// Adds bytes.
        public mutating func update(_ bytes: UnsafeRawBufferPointer) { function.update(bytes) }
        /// The digest.
        public mutating func finish() -> [UInt8] { function.finalize().bytes }
    }

    /// libcrypto's SHA256.
    public struct SHA256: StreamingDigest {
        private var function = Signing.SHA256()

        /// A digest that has seen nothing.
        public init() {}
        /// Adds bytes.
        public mutating func update(_ bytes: UnsafeRawBufferPointer) { function.update(bytes) }
        /// The digest.
        public mutating func finish() -> [UInt8] { function.finalize().bytes }
    }

    /// zlib's inflate.
    public final class Inflater: MemberInflater {
        private let stream: InflateStream

        private init(_ stream: InflateStream) { self.stream = stream }

        /// An inflater at the beginning of a member.
        public static func open() throws(ApkError) -> Inflater {
            do throws(CompressionError) {
                return Inflater(try InflateStream(limits: InflateLimits(output: 64 << 30)))
            } catch {
                throw ApkError(.machine, error.description)
            }
        }

        /// Takes from `input` and puts into `output` until one is used up or a member ends.
        public func step(
            _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
        ) throws(ApkError) -> InflateStep {
            do throws(CompressionError) {
                let step = try stream.step(input, into: output)
                return InflateStep(
                    consumed: step.consumed, produced: step.produced, endsMember: step.ended != nil)
            } catch {
                switch error {
                case .outputLimit, .ratioLimit: throw ApkError(.overLimit, error.description)
                default: throw ApkError(.damaged, error.description)
                }
            }
        }
    }

    private let keys: KeyRing?

    /// The tools with these trusted keys; nil trusts none.
    public init(keys: KeyRing?) { self.keys = keys }

    /// Checks a signature against the ring's key of its name.
    public func verdict(on signature: PackageSignature, of bytes: [UInt8]) -> SignatureVerdict {
        let name = signature.keyName.description
        guard let keys else { return .unknownKey }
        guard let key = keys[name] else {
            return keys.refused[name].map { .refusedKey($0.description) } ?? .unknownKey
        }
        return key.verifies(signature.bytes, of: bytes, SignatureAlgorithm(signature.algorithm))
            ? .valid : .wrong
    }
}

extension FarmTools {
    /// Checks a signature of apk 3 against the ring's key of that digest.
    public func verdict(on signature: [UInt8], of bytes: [UInt8], keyID: [UInt8]) -> KeyVerdict {
        guard let key = keys?.key(identifier: keyID) else { return .unknownKey }
        let name = ByteText(key.name)
        return key.verifies(signature, of: bytes, .rsaSHA512) ? .valid(name) : .wrong(name)
    }

    /// libcrypto's SHA512.
    public func sha512(_ bytes: [UInt8]) -> [UInt8] { Signing.SHA512.digest(of: bytes).bytes }

    /// Inflates a raw deflate stream.
    public func inflateRaw(_ bytes: ArraySlice<UInt8>, limit: Int) throws(ApkError) -> [UInt8] {
        do throws(CompressionError) {
            return try RawDeflate.decompress(bytes, limit: limit)
        } catch {
            switch error {
            case .outputLimit, .ratioLimit: throw ApkError(.overLimit, error.description)
            default: throw ApkError(.damaged, error.description)
            }
        }
    }
}

extension SignatureAlgorithm {
    /// Signing's name for what a signature file's name says.
    init(_ algorithm: PackageSignature.Algorithm) {
        self =
            switch algorithm {
            case .rsaSHA1: .rsaSHA1
            case .rsaSHA256: .rsaSHA256
            case .rsaSHA512: .rsaSHA512
            }
    }

    /// How signature files of this algorithm are named.
    var fileAlgorithm: PackageSignature.Algorithm {
        switch self {
        case .rsaSHA1: .rsaSHA1
        case .rsaSHA256: .rsaSHA256
        case .rsaSHA512: .rsaSHA512
        }
    }
}
