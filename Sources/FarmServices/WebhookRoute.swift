import Fetching
import Foundation

/// The way to a webhook's receiver: its address, looked up and checked, which is the one that is connected to. A name that
/// answers differently a moment later leads nowhere else.
struct WebhookRoute: Equatable {
    /// The receiver.
    let url: String
    /// Where curl connects, whatever host the URL has: `::ADDRESS:PORT` as `--connect-to` takes it.
    let connectsTo: String

    /// Looks the host up.
    /// - Throws: `Webhooks.Refusal` for what is no http or https URL, has no address, or an address that is not of the internet
    ///   unless `allowsPrivate`.
    static func find(to url: String, allowsPrivate: Bool) throws -> WebhookRoute {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty
        else { throw Webhooks.Refusal("'\(url)' is no URL of http or https") }
        guard parts.user == nil, parts.password == nil else {
            throw Webhooks.Refusal("a webhook's URL has no user's name in it")
        }
        let port = parts.port ?? (scheme == "https" ? 443 : 80)
        let plain = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let addresses = try addresses(of: plain)
        for address in addresses where !allowsPrivate && !UpstreamRule.isPublic(address) {
            throw Webhooks.Refusal(
                "\(host) is \(address), which is not on the internet;"
                    + " 'webhook-allow-private = yes' in apkfarm.conf allows that")
        }
        guard let first = addresses.first else { throw Webhooks.Refusal("\(host) has no address") }
        return WebhookRoute(
            url: url, connectsTo: "::" + (first.contains(":") ? "[\(first)]" : first) + ":\(port)")
    }

    /// Names below localhost are this machine's whoever is asked (RFC 6761, 6.3), and are not asked for.
    private static func addresses(of host: String) throws -> [String] {
        let name = (host.hasSuffix(".") ? host.dropLast() : host[...]).lowercased()
        if name == "localhost" || name.hasSuffix(".localhost") { return ["127.0.0.1"] }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &found)
        guard code == 0 else {
            throw Webhooks.Refusal("\(host): \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(found) }
        var addresses: [String] = []
        var next = found
        while let entry = next {
            next = entry.pointee.ai_next
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let status = getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
                NI_NUMERICHOST)
            guard status == 0 else { continue }
            addresses.append(
                String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return addresses
    }
}
