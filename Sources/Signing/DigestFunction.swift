import COpenSSL

/// A digest function that is fed piece by piece. Copies go their own way from the moment of copying.
public protocol DigestFunction: Sendable {
    /// A digest function that has seen nothing.
    init()
    /// Adds bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer)
    /// The digest of everything added; the function begins anew.
    mutating func finalize() -> Digest
}

extension DigestFunction {
    /// Adds bytes.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds bytes.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The digest of these bytes.
    public static func digest(of bytes: [UInt8]) -> Digest {
        bytes.withUnsafeBytes { digest(of: $0) }
    }

    /// The digest of these bytes.
    public static func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        var function = Self()
        function.update(bytes)
        return function.finalize()
    }

    /// The digest of a file's content, read in pieces of 128 KiB.
    ///
    /// - Throws: `SigningError.file` if it cannot be read.
    public static func digest(ofFile path: String) throws(SigningError) -> Digest {
        var function = Self()
        try readFile(path) { function.update($0) }
        return function.finalize()
    }
}

/// SHA-1: what apk calls a package's identity, and what it checks files by. No protection against forgers.
public struct SHA1: DigestFunction {
    private var state = DigestState(EVP_sha1)

    /// A digest function that has seen nothing.
    public init() {}
    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) { state.update(bytes) }
    /// The digest (20 bytes) of everything added; the function begins anew.
    public mutating func finalize() -> Digest { state.finalize() }
}

/// SHA-256.
public struct SHA256: DigestFunction {
    private var state = DigestState(EVP_sha256)

    /// A digest function that has seen nothing.
    public init() {}
    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) { state.update(bytes) }
    /// The digest (32 bytes) of everything added; the function begins anew.
    public mutating func finalize() -> Digest { state.finalize() }
}

/// SHA-512: what names a source file.
public struct SHA512: DigestFunction {
    private var state = DigestState(EVP_sha512)

    /// A digest function that has seen nothing.
    public init() {}
    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) { state.update(bytes) }
    /// The digest (64 bytes) of everything added; the function begins anew.
    public mutating func finalize() -> Digest { state.finalize() }
}
