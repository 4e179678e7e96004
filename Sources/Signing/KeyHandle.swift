import COpenSSL

/// Owner of a libcrypto key.
// Unchecked: the key is never changed after its initialiser, and libcrypto allows any number of threads to use one
// key (each operation has its own context); its reference count is atomic.
final class KeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit { EVP_PKEY_free(pointer) }

    /// Reads a key in PEM form and refuses what apk or the farm would not accept.
    static func parse(
        _ pem: [UInt8], origin: String, _ read: (OpaquePointer) -> OpaquePointer?
    ) throws(SigningError) -> KeyHandle {
        ERR_clear_error()
        let encrypted = Array("ENCRYPTED".utf8)
        let key: OpaquePointer? = pem.withUnsafeBytes { bytes in
            guard let memory = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { BIO_free(memory) }
            return read(memory)
        }
        guard let key else {
            if pem.contains(sequence: encrypted) { throw .encrypted(path: origin) }
            throw .notAKey(path: origin, reason: lastReason())
        }
        return try accept(key, origin: origin)
    }

    /// Takes a key over, or frees it if apk or the farm would not accept it.
    static func accept(_ key: OpaquePointer, origin: String) throws(SigningError) -> KeyHandle {
        let handle = KeyHandle(owning: key)
        guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else {
            let kind = EVP_PKEY_get0_type_name(key).map { String(cString: $0) } ?? "unknown"
            throw .notRSA(path: origin, kind: kind)
        }
        let bits = Int(EVP_PKEY_get_bits(key))
        guard (RSALimits.smallest...RSALimits.largest).contains(bits) else {
            throw .keyLength(path: origin, bits: bits)
        }
        return handle
    }

    /// The text that `write` puts into a memory buffer, handed to `use` and wiped afterwards.
    func withPEM(
        _ operation: String, _ write: (OpaquePointer) -> Int32,
        _ use: (UnsafeRawBufferPointer) throws(SigningError) -> Void
    ) throws(SigningError) {
        ERR_clear_error()
        guard let memory = BIO_new(BIO_s_secmem()) else {
            throw .library(operation: operation, reason: lastReason())
        }
        defer { BIO_free(memory) }
        guard write(memory) == 1 else { throw .library(operation: operation, reason: lastReason()) }
        var start: UnsafeMutablePointer<CChar>?
        let count = BIO_ctrl(memory, BIO_CTRL_INFO, 0, &start)
        try use(UnsafeRawBufferPointer(start: start, count: max(0, count)))
    }

    /// Reads a key file, at most 64 KiB of it: no key is longer.
    static func readPEM(_ path: String) throws(SigningError) -> [UInt8] {
        var bytes: [UInt8] = []
        var excess = false
        try readFile(path) { piece in
            if bytes.count + piece.count > 64 << 10 { excess = true } else { bytes.append(contentsOf: piece) }
        }
        if excess { throw .notAKey(path: path, reason: "longer than 64 KiB") }
        return bytes
    }
}

extension [UInt8] {
    fileprivate func contains(sequence: [UInt8]) -> Bool {
        guard count >= sequence.count else { return false }
        return (0...(count - sequence.count)).contains {
            self[$0..<($0 + sequence.count)].elementsEqual(sequence)
        }
    }
}
