import Glibc

/// Where a recipe may send the farm to. A recipe is a stranger's text: it may not have the farm speak to machines that
/// only the farm can reach, such as this machine's own services, or those of the network that it stands in.
///
/// Mirrors and Debian's archive are the operator's choice and are not asked about.
public enum UpstreamRule {
    /// What is wrong with a URL by its text alone; nil if nothing is.
    public static func problem(with url: String) -> String? {
        guard let parts = parts(of: url) else { return "it is no URL of http, https or ftp" }
        guard let usual = ports[parts.scheme] else {
            return "\(parts.scheme): is no way to fetch a source; http, https and ftp are"
        }
        if parts.hasUser { return "it has a user's name in it" }
        guard parts.port == usual || parts.port == nil else {
            return "port \(parts.port ?? 0) is not \(parts.scheme)'s own"
        }
        let name = parts.host.hasSuffix(".") ? parts.host.dropLast() : parts.host[...]
        if name == "localhost" || name.hasSuffix(".localhost") || name.hasSuffix(".internal") {
            return "\(name) is this machine or its network"
        }
        return nil
    }

    /// The addresses of a URL's host, each checked.
    /// - Returns: `host:port:address` as curl's `--resolve` takes it, so that what was checked is what is used.
    /// - Throws: ``Refusal`` when the host has no address, or one that is not the internet's.
    public static func resolve(_ url: String) throws(Refusal) -> String {
        if let problem = problem(with: url) { throw Refusal(reason: problem) }
        guard let parts = parts(of: url), let usual = ports[parts.scheme] else {
            throw Refusal(reason: "it is no URL")
        }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(parts.host, nil, &hints, &found)
        guard code == 0 else {
            throw Refusal(reason: "\(parts.host): \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(found) }
        var addresses: [String] = []
        var next = found
        while let entry = next {
            next = entry.pointee.ai_next
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            guard
                getnameinfo(
                    entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
                    NI_NUMERICHOST) == 0
            else { continue }
            let address = String(
                decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard isPublic(address) else {
                throw Refusal(reason: "\(parts.host) is \(address), which is not on the internet")
            }
            addresses.append(address)
        }
        guard !addresses.isEmpty else { throw Refusal(reason: "\(parts.host) has no address") }
        return "\(parts.host):\(parts.port ?? usual):\(addresses.joined(separator: ","))"
    }

    /// Why a URL is not fetched.
    public struct Refusal: Error, Equatable {
        /// What is wrong, with the host or address.
        public let reason: String
    }

    private static let ports = ["http": 80, "https": 443, "ftp": 21]

    private struct Parts {
        let scheme: String
        let host: String
        let port: Int?
        let hasUser: Bool
    }

    private static func parts(of url: String) -> Parts? {
        guard let mark = url.firstRange(of: "://") else { return nil }
        var authority = url[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let at = authority.lastIndex(of: "@")
        if let at { authority = authority[authority.index(after: at)...] }
        var port: Int?
        if authority.first != "[" || authority.last != "]", let colon = authority.lastIndex(of: ":") {
            guard let number = Int(authority[authority.index(after: colon)...]) else { return nil }
            port = number
            authority = authority[..<colon]
        }
        let host = authority.filter { $0 != "[" && $0 != "]" }.lowercased()
        guard !host.isEmpty else { return nil }
        return Parts(scheme: url[..<mark.lowerBound].lowercased(), host: host, port: port, hasUser: at != nil)
    }

    /// Whether an address is one of the internet's. What is not: RFC 6890 and 8190, IANA's special-purpose registries.
    public static func isPublic(_ address: String) -> Bool {
        var four = in_addr()
        if inet_pton(AF_INET, address, &four) == 1 {
            return isPublic(UInt32(bigEndian: four.s_addr))
        }
        var six = in6_addr()
        let plain = String(address.prefix { $0 != "%" })
        guard inet_pton(AF_INET6, plain, &six) == 1 else { return false }
        let bytes = withUnsafeBytes(of: &six) { Array($0) }
        // Global unicast is 2000::/3; in it 6to4 and Teredo carry an address of the old kind, and 2001:db8:: is for books.
        guard bytes[0] & 0xe0 == 0x20 else {
            // ::ffff:a.b.c.d and 64:ff9b::a.b.c.d are the old kind written anew.
            let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
            let isTranslated =
                bytes.prefix(4).elementsEqual([0, 0x64, 0xff, 0x9b]) && bytes[4..<12].allSatisfy { $0 == 0 }
            return (isMapped || isTranslated) && isPublic(word(bytes[12...]))
        }
        if bytes[0] == 0x20, bytes[1] == 0x02 { return isPublic(word(bytes[2...])) }
        return
            !(bytes[0] == 0x20 && bytes[1] == 0x01
            && (bytes[2] < 2 || (bytes[2] == 0x0d && bytes[3] == 0xb8)))
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func isPublic(_ address: UInt32) -> Bool {
        let special: [(UInt32, Int)] = [
            (0x0000_0000, 8), (0x0a00_0000, 8), (0x6440_0000, 10), (0x7f00_0000, 8), (0xa9fe_0000, 16),
            (0xac10_0000, 12), (0xc000_0000, 24), (0xc000_0200, 24), (0xc058_6300, 24), (0xc0a8_0000, 16),
            (0xc612_0000, 15), (0xc633_6400, 24), (0xcb00_7100, 24), (0xe000_0000, 3),
        ]
        return !special.contains { address >> (32 - $0.1) == $0.0 >> (32 - $0.1) }
    }
}
