/// The result of a cryptographic digest function.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
    /// The digest: 20, 32 or 64 bytes.
    public let bytes: [UInt8]

    init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A digest from its bytes.
    ///
    /// - Throws: `SigningError.badDigest` unless these are 20, 32 or 64 bytes.
    public init(bytes: [UInt8]) throws(SigningError) {
        self.bytes = bytes
        guard Self.lengths.contains(bytes.count) else { throw .badDigest(hex) }
    }

    /// A digest from hexadecimal digits of either case.
    ///
    /// - Throws: `SigningError.badDigest` unless these are 40, 64 or 128 hexadecimal digits.
    public init(hex: String) throws(SigningError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        var high: UInt8?
        for byte in hex.utf8 {
            guard let nibble = Self.nibble(byte), bytes.count < 65 else { throw .badDigest(hex) }
            if let first = high {
                bytes.append(first << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        guard high == nil, Self.lengths.contains(bytes.count) else { throw .badDigest(hex) }
        self.bytes = bytes
    }

    /// The digest in lower-case hexadecimal digits.
    public var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            for (index, byte) in bytes.enumerated() {
                buffer[2 * index] = digits[Int(byte >> 4)]
                buffer[2 * index + 1] = digits[Int(byte & 15)]
            }
            return bytes.count * 2
        }
    }

    /// The digest in lower-case hexadecimal digits.
    public var description: String { hex }

    private static let lengths = [20, 32, 64]

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
