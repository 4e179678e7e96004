import Apk
import CApkMachine

/// SHA1.
struct Digest1: StreamingDigest {
    private var hash = apk_hash()

    init() { apk_hash_begin(&hash, 1) }
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        apk_hash_add(&hash, bytes.baseAddress, bytes.count)
    }
    mutating func finish() -> [UInt8] { ended(&hash) }
}

/// SHA256.
struct Digest256: StreamingDigest {
    private var hash = apk_hash()

    init() { apk_hash_begin(&hash, 3) }
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        apk_hash_add(&hash, bytes.baseAddress, bytes.count)
    }
    mutating func finish() -> [UInt8] { ended(&hash) }
}

private func ended(_ hash: inout apk_hash) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 64)
    let length = out.withUnsafeMutableBufferPointer { apk_hash_end(&hash, $0.baseAddress) }
    out.removeLast(64 - Int(length))
    return out
}

/// zlib's inflate.
final class ZlibInflater: MemberInflater {
    private let inflater: UnsafeMutableRawPointer
    private var consumed: Int64 = 0
    private var produced: Int64 = 0

    private init(_ inflater: UnsafeMutableRawPointer) { self.inflater = inflater }

    deinit { apk_inflater_close(inflater) }

    static func open() throws(ApkError) -> ZlibInflater {
        guard let inflater = apk_inflater_open() else { throw ApkError(.machine, "no memory to inflate") }
        return ZlibInflater(inflater)
    }

    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(ApkError) -> InflateStep {
        var taken = 0
        var given = 0
        let result = apk_inflater_step(
            inflater, input.baseAddress, input.count, output.baseAddress, output.count, &taken, &given)
        consumed += Int64(taken)
        produced += Int64(given)
        guard result >= 0 else { throw ApkError(.damaged, "the gzip data is damaged") }
        // Deflate cannot do better than 1032 to 1; the room above that is for the first bytes.
        guard produced <= 2_000_000 + 1100 * consumed, produced <= 16 << 30 as Int64 else {
            throw ApkError(.overLimit, "the gzip data unpacks to more than is allowed")
        }
        return InflateStep(consumed: taken, produced: given, endsMember: result == 1)
    }
}

/// The public keys that are trusted: files of `etc/apk/keys`, or of another folder.
final class TrustedKeys {
    private var keys: [(name: ByteText, key: UnsafeMutablePointer<apk_key>)] = []
    private var refused: [(name: ByteText, reason: ByteText)] = []

    /// The keys of a root, or of a folder of the caller.
    init(root: Int32, folder: ByteText?) {
        var base = root
        var path: ByteText = "etc/apk/keys"
        if let folder {
            base = folder.withCString { apk_root_open($0, 0) }
            path = "."
        }
        guard base >= 0 else { return }
        defer { if folder != nil { apk_close(base) } }
        var memory: UnsafeMutablePointer<CChar>?
        let length = path.withCString { apk_root_names(base, $0, &memory) }
        guard length > 0 else { return }
        defer { apk_free(memory) }
        var name: [UInt8] = []
        for index in 0..<Int(length) {
            let byte = UInt8(bitPattern: memory?[index] ?? 0)
            if byte != 0 {
                name.append(byte)
                continue
            }
            load(ByteText(name), base, path)
            name = []
        }
    }

    deinit { for (_, key) in keys { key.deallocate() } }

    private func load(_ name: ByteText, _ base: Int32, _ folder: ByteText) {
        guard name.hasSuffix(".pub"), !name.hasPrefix(".") else { return }
        let file = (folder + "/" + name).withCString { apk_root_open_file(base, $0) }
        guard file >= 0 else { return }
        defer { apk_close(file) }
        var text = [UInt8](repeating: 0, count: 16 << 10)
        let room = text.count
        let count = text.withUnsafeMutableBytes { apk_read(file, $0.baseAddress, room) }
        guard count > 0 else { return }
        let key = UnsafeMutablePointer<apk_key>.allocate(capacity: 1)
        key.initialize(to: apk_key())
        let reason = text.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { apk_key_read(key, $0.baseAddress, Int(count)) }
        }
        guard let reason else { return keys.append((name, key)) }
        key.deallocate()
        var words: [UInt8] = []
        var index = 0
        while reason[index] != 0 {
            words.append(UInt8(bitPattern: reason[index]))
            index += 1
        }
        refused.append((name, ByteText(words)))
    }

    func verdict(on signature: PackageSignature, of bytes: [UInt8]) -> SignatureVerdict {
        for (name, key) in keys where name == signature.keyName {
            let digest: Int32 =
                switch signature.algorithm {
                case .rsaSHA1: 1
                case .rsaSHA256: 3
                case .rsaSHA512: 4
                }
            return verifies(key, digest, bytes, signature.bytes) ? .valid : .wrong
        }
        for (name, reason) in refused where name == signature.keyName {
            return .refusedKey(reason.description)
        }
        return .unknownKey
    }

    func verdict(on signature: [UInt8], of bytes: [UInt8], keyID: [UInt8]) -> KeyVerdict {
        for (name, key) in keys {
            let isKey = withUnsafeBytes(of: &key.pointee.identifier) { held in
                var isEqual = held.count == keyID.count
                if isEqual {
                    for index in 0..<held.count where held[index] != keyID[index] { isEqual = false }
                }
                return isEqual
            }
            if isKey { return verifies(key, 4, bytes, signature) ? .valid(name) : .wrong(name) }
        }
        return .unknownKey
    }

    private func verifies(
        _ key: UnsafeMutablePointer<apk_key>, _ digest: Int32, _ bytes: [UInt8], _ signature: [UInt8]
    ) -> Bool {
        let count = bytes.count
        let signatureCount = signature.count
        return bytes.withUnsafeBytes { bytes in
            signature.withUnsafeBufferPointer {
                apk_key_verifies(key, digest, bytes.baseAddress, count, $0.baseAddress, signatureCount) == 1
            }
        }
    }
}

// What files of apk 3 need, and compressing.
extension Machine {
    func verdict(on signature: PackageSignature, of bytes: [UInt8]) -> SignatureVerdict {
        keys.verdict(on: signature, of: bytes)
    }

    func verdict(on signature: [UInt8], of bytes: [UInt8], keyID: [UInt8]) -> KeyVerdict {
        keys.verdict(on: signature, of: bytes, keyID: keyID)
    }

    func sha512(_ bytes: [UInt8]) -> [UInt8] {
        var hash = apk_hash()
        apk_hash_begin(&hash, 4)
        let count = bytes.count
        bytes.withUnsafeBytes { apk_hash_add(&hash, $0.baseAddress, count) }
        return ended(&hash)
    }

    func inflateRaw(_ bytes: ArraySlice<UInt8>, limit: Int) throws(ApkError) -> [UInt8] {
        var memory: UnsafeMutableRawPointer?
        var length = 0
        let count = bytes.count
        let result = bytes.withUnsafeBytes { apk_inflate_raw($0.baseAddress, count, limit, &memory, &length) }
        guard result == 0 else {
            throw ApkError(result == -27 ? .overLimit : .damaged, "the deflate data is damaged or too large")
        }
        defer { apk_free(memory) }
        return Array(UnsafeRawBufferPointer(start: memory, count: length))
    }

    func compress(_ bytes: [UInt8]) throws(ApkError) -> [UInt8] { try deflated(bytes, raw: 0) }
    func deflateRaw(_ bytes: [UInt8]) throws(ApkError) -> [UInt8] { try deflated(bytes, raw: 1) }

    private func deflated(_ bytes: [UInt8], raw: Int32) throws(ApkError) -> [UInt8] {
        var memory: UnsafeMutableRawPointer?
        var length = 0
        let count = bytes.count
        let result = bytes.withUnsafeBytes { apk_deflate($0.baseAddress, count, raw, &memory, &length) }
        guard result == 0 else { throw failure("cannot compress", ByteText(), result) }
        defer { apk_free(memory) }
        return Array(UnsafeRawBufferPointer(start: memory, count: length))
    }
}
