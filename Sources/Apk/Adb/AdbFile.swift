/// A file of apk 3: a schema, one database block, signatures over it, and for packages the files' content.
///
/// Layout (apk-v3(5)): `ADB.` plain, `ADBd` raw deflate or `ADBc` with an algorithm, around a 4-byte schema and blocks
/// aligned to 8 bytes, each with 2 bits of type and 30 of size (type 3: 64 bits of size).
public struct AdbFile: Sendable {
    /// What a file holds.
    public enum Schema: Equatable, Sendable {
        /// `indx`: a repository's index.
        case index
        /// `pckg`: a package.
        case package

        init?(_ word: UInt32) {
            switch word {
            case 0x7864_6e69: self = .index
            case 0x676b_6370: self = .package
            default: return nil
            }
        }

        var word: UInt32 { self == .index ? 0x7864_6e69 : 0x676b_6370 }
    }

    /// Bytes that such a file may have, unpacked, unless a caller says otherwise.
    public static let limit = 512 << 20

    /// What it holds.
    public let schema: Schema
    /// The database block.
    public let database: AdbDatabase
    /// Signature blocks as they are.
    let signatures: [ArraySlice<UInt8>]
    /// Content of files: number of the folder, number of the file in it, bytes.
    let data: [(folder: Int, file: Int, bytes: ArraySlice<UInt8>)]

    /// Whether bytes begin as such a file does.
    public static func isAdb(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 4 && bytes[...].starts(withText: "ADB")
            && (bytes[3] == UInt8(ascii: ".") || bytes[3] == UInt8(ascii: "d")
                || bytes[3] == UInt8(ascii: "c"))
    }

    /// Reads a file. Signatures are kept, not checked: see `requireTrust`.
    ///
    /// Throws `damaged` with the offset of what is wrong, `overLimit` beyond `limit` bytes unpacked.
    public init<Tools: PackageTools>(
        bytes: [UInt8], tools: Tools, limit: Int = AdbFile.limit
    ) throws(ApkError) {
        let plain = try AdbFile.unpacked(bytes, tools, limit)
        guard plain.count >= 8, let schema = Schema(AdbDatabase.word(plain, 4)) else {
            throw ApkError(.damaged, "adb: it is neither an index nor a package of apk 3")
        }
        var database: AdbDatabase?
        var signatures: [ArraySlice<UInt8>] = []
        var data: [(folder: Int, file: Int, bytes: ArraySlice<UInt8>)] = []
        var offset = 8
        while offset < plain.count {
            let (type, payload, end) = try AdbFile.block(plain, offset)
            switch type {
            case 0 where database == nil: database = try AdbDatabase(block: Array(payload))
            case 1 where database != nil && data.isEmpty:
                guard payload.count <= 4096, signatures.count < 64 else {
                    throw ApkError(.overLimit, "adb: too many or too long signatures")
                }
                signatures.append(payload)
            case 2 where database != nil && schema == .package:
                guard payload.count >= 8 else {
                    throw ApkError(.damaged, "adb: the data block at \(offset) has no header")
                }
                let start = payload.startIndex
                data.append(
                    (
                        Int(truncatingIfNeeded: AdbDatabase.word(plain, start)),
                        Int(truncatingIfNeeded: AdbDatabase.word(plain, start + 4)),
                        payload.dropFirst(8)
                    ))
            default: throw ApkError(.damaged, "adb: a block of type \(type) at \(offset) is out of place")
            }
            offset = end
        }
        guard let database else { throw ApkError(.damaged, "adb: there is no database in it") }
        self.schema = schema
        self.database = database
        self.signatures = signatures
        self.data = data
    }

    /// Checks that a trusted key signed the database. Returns the key's name.
    ///
    /// A signature is version, digest, 16 bytes that name the key, and RSA over SHA512 of schema, these 18 bytes and the
    /// database's digest. Throws `untrusted`.
    public func requireTrust<Tools: PackageTools>(_ tools: Tools) throws(ApkError) -> ByteText {
        guard !signatures.isEmpty else {
            throw ApkError(.untrusted, "it is not signed; sign it, or allow untrusted packages")
        }
        var reasons = ""
        for signature in signatures {
            guard signature.count > 18, signature.first == 0, let digest = digest(signature, tools) else {
                reasons += (reasons.isEmpty ? "" : ", ") + "a signature of an unknown kind"
                continue
            }
            let id = Array(signature.dropFirst(2).prefix(16))
            let signed = AdbFile.signedBytes(schema, header: Array(signature.prefix(18)), digest: digest)
            switch tools.verdict(on: Array(signature.dropFirst(18)), of: signed, keyID: id) {
            case .valid(let name): return name
            case .wrong(let name):
                throw ApkError(
                    .untrusted, "BAD signature: it does not fit, though key \(name) is trusted")
            case .unknownKey:
                reasons += (reasons.isEmpty ? "" : ", ") + ByteText(Hexadecimal.encode(id)).description
            }
        }
        throw ApkError(
            .untrusted,
            "UNTRUSTED signature: none of its keys is trusted: \(reasons); copy one into the keys folder")
    }

    private func digest<Tools: PackageTools>(_ signature: ArraySlice<UInt8>, _ tools: Tools) -> [UInt8]? {
        switch signature[signature.startIndex + 1] {
        case 3: Tools.SHA256.digest(of: database.bytes)
        case 4: tools.sha512(database.bytes)
        default: nil
        }
    }

    /// What a signature is made over.
    static func signedBytes(_ schema: Schema, header: [UInt8], digest: [UInt8]) -> [UInt8] {
        AdbDatabase.bytes(of: schema.word) + header + digest
    }

    /// What a signature block begins with: version 0, SHA512, the key's name.
    static func signatureHeader(_ keyID: [UInt8]) -> [UInt8] { [0, 4] + keyID }

    /// The bytes of a file with this database and these signature blocks.
    static func bytes(_ schema: Schema, _ database: [UInt8], signatures: [[UInt8]]) -> [UInt8] {
        var bytes = Array("ADB.".utf8) + AdbDatabase.bytes(of: schema.word)
        append(block: 0, database, to: &bytes)
        for signature in signatures { append(block: 1, signature, to: &bytes) }
        return bytes
    }

    /// Adds a block and what aligns the next one.
    static func append(block type: UInt32, _ payload: [UInt8], to bytes: inout [UInt8]) {
        // Blocks of 2^30 bytes are beyond the limit of a file, so the short form does.
        bytes += AdbDatabase.bytes(of: type << 30 | UInt32(payload.count + 4)) + payload
        while bytes.count % 8 != 0 { bytes.append(0) }
    }

    private static func block(
        _ bytes: [UInt8], _ offset: Int
    ) throws(ApkError) -> (type: UInt32, payload: ArraySlice<UInt8>, end: Int) {
        let left = bytes.count - offset
        guard left >= 4 else { throw ApkError(.damaged, "adb: the file is cut off at \(offset)") }
        let word = AdbDatabase.word(bytes, offset)
        var type = word >> 30
        var size = UInt64(word & 0x3fff_ffff)
        var header = 4
        if type == 3 {
            guard left >= 16 else { throw ApkError(.damaged, "adb: the file is cut off at \(offset)") }
            type = word & 0x3fff_ffff
            size =
                UInt64(AdbDatabase.word(bytes, offset + 8)) | UInt64(AdbDatabase.word(bytes, offset + 12))
                << 32
            header = 16
        }
        let (padded, isTooLarge) = size.addingReportingOverflow(7)
        guard size >= UInt64(header), !isTooLarge, padded & ~7 <= UInt64(left) else {
            throw ApkError(.damaged, "adb: the block at \(offset) says \(size) bytes, \(left) are there")
        }
        return (type, bytes[(offset + header)..<(offset + Int(size))], offset + Int(padded & ~7))
    }

    private static func unpacked<Tools: PackageTools>(
        _ bytes: [UInt8], _ tools: Tools, _ limit: Int
    ) throws(ApkError) -> [UInt8] {
        guard isAdb(bytes) else { throw ApkError(.damaged, "adb: it does not begin with ADB") }
        switch bytes[3] {
        case UInt8(ascii: "."):
            guard bytes.count <= limit else {
                throw ApkError(.overLimit, "adb: the file has more than the \(limit) bytes allowed")
            }
            return bytes
        case UInt8(ascii: "d"): return try tools.inflateRaw(bytes[4...], limit: limit)
        default:
            guard bytes.count > 6 else { throw ApkError(.damaged, "adb: the file is cut off") }
            switch bytes[4] {
            case 0: return try AdbFile.unpacked(Array(bytes[6...]), tools, limit)
            case 1: return try tools.inflateRaw(bytes[6...], limit: limit)
            default:
                throw ApkError(
                    .damaged,
                    "adb: it is packed by an algorithm (\(bytes[4])) that is not read here; pack it with deflate"
                )
            }
        }
    }
}
