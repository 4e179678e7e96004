import COpenSSL
import Glibc

// Keys in a PKCS#11 token, through libcrypto's engine of that name (libp11; Debian's libengine-pkcs11-openssl). The
// private half never leaves the token: what libcrypto holds is a reference by which it asks the token to sign.
extension PrivateKey {
    /// A key in a PKCS#11 token.
    ///
    /// - Parameters:
    ///   - address: which one, as RFC 7512 writes it: `pkcs11:token=farm;object=signing`.
    ///   - name: what its public half is called in keys folders: `farm-1a2b3c4d.rsa.pub`.
    ///   - module: the library that knows the token: `/usr/lib/softhsm/libsofthsm2.so`.
    ///   - pin: opens the token; it is wiped from this process's copy once the token was asked.
    /// - Throws: `badKeyName`, `token` when engine, module, token or key are missing or the PIN is wrong; `notRSA`,
    ///   `keyLength`.
    public static func load(
        token address: String, name: String, module: String, pin: [UInt8]
    ) throws(SigningError) -> PrivateKey {
        guard PublicKey.isName(name) else { throw .badKeyName(name) }
        guard address.hasPrefix("pkcs11:") else {
            throw .token(address, reason: "an address of a token begins with 'pkcs11:'")
        }
        guard access(module, R_OK) == 0 else {
            throw .token(address, reason: "its module \(module) cannot be read: \(systemReason(errno))")
        }
        ERR_clear_error()
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_ENGINE_DYNAMIC), nil)
        guard let engine = ENGINE_by_id("pkcs11") else {
            throw .token(
                address, reason: "libcrypto has no engine for it; install Debian's libengine-pkcs11-openssl")
        }
        // The key keeps a functional reference of its own.
        defer { ENGINE_free(engine) }
        guard ENGINE_ctrl_cmd_string(engine, "MODULE_PATH", module, 0) == 1, ENGINE_init(engine) == 1 else {
            throw .token(address, reason: "module \(module): \(lastReason())")
        }
        defer { ENGINE_finish(engine) }
        var text = pin.filter { $0 != 0x0a && $0 != 0x0d }.map { CChar(bitPattern: $0) } + [0]
        defer { text.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        guard ENGINE_ctrl_cmd_string(engine, "PIN", text, 0) == 1,
            let key = ENGINE_load_private_key(engine, address, nil, nil)
        else {
            throw .token(address, reason: "no such key, or a wrong PIN (\(lastReason()))")
        }
        return PrivateKey(name: name, handle: try KeyHandle.accept(key, origin: address), isInToken: true)
    }
}
