import Apk
import Compressing

// Files of apk 3: digests, keys by digest, raw deflate.
extension LinuxMachine {
    /// Checks a signature of apk 3 against the trusted key of that digest.
    public func verdict(on signature: [UInt8], of bytes: [UInt8], keyID: [UInt8]) -> KeyVerdict {
        tools.verdict(on: signature, of: bytes, keyID: keyID)
    }

    /// libcrypto's SHA512.
    public func sha512(_ bytes: [UInt8]) -> [UInt8] { tools.sha512(bytes) }

    /// Inflates a raw deflate stream.
    public func inflateRaw(_ bytes: ArraySlice<UInt8>, limit: Int) throws(ApkError) -> [UInt8] {
        try tools.inflateRaw(bytes, limit: limit)
    }

    /// Compresses as a raw deflate stream.
    public func deflateRaw(_ bytes: [UInt8]) throws(ApkError) -> [UInt8] {
        do throws(CompressionError) {
            return try RawDeflate.compress(bytes)
        } catch {
            throw ApkError(.machine, error.description)
        }
    }
}
