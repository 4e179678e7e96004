import Glibc

/// The protocol of a key agent: one request and one answer a connection, each a few lines of text, binary values in
/// hexadecimal digits. The private key never leaves the agent's process.
///
///     keys                          → key NAME PEM, one line a key
///     sign NAME ALGORITHM DIGEST    → signature VALUE
///     anything that goes wrong      → error WORDS
enum AgentProtocol {
    /// Longer requests are none.
    static let requestLimit = 1024
    /// Longer answers are none: a ring of many keys.
    static let answerLimit = 1 << 20

    static func hex(_ bytes: [UInt8]) -> String { Digest(unchecked: bytes).hex }

    static func bytes(hex: Substring) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...(index + 1)], as: UTF8.self), radix: 16)
            else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }

    /// An address of the Unix family; nil when the path is too long for one.
    static func withAddress<Value>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value)
        -> Value?
    {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < room else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// Everything that the other side sends until it stops; nil when it is more than `limit`, late or broken.
    static func readAll(_ descriptor: Int32, limit: Int, untilLineEnd: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { return nil }
            if untilLineEnd, bytes.last == UInt8(ascii: "\n") { return bytes }
        }
    }

    static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    /// Who is at the other end, as `struct ucred` of socket(7) has it; Glibc's module leaves that out.
    struct Peer {
        var process: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
    }

    static func peer(_ descriptor: Int32) -> Peer? {
        var peer = Peer()
        var size = socklen_t(MemoryLayout<Peer>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer : nil
    }

    /// Ends waiting for a peer that says nothing.
    static func limitWaiting(_ descriptor: Int32, seconds: Int) {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }
}
