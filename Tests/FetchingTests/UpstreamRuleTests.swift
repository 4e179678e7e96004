import Fetching
import Signing
import Testing

@Suite("Where a recipe may send the farm to")
struct UpstreamRuleTests {
    @Test(
        "The internet's addresses are told from all others",
        arguments: [
            ("1.1.1.1", true), ("193.0.6.139", true), ("127.0.0.1", false), ("127.9.9.9", false),
            ("0.0.0.0", false),
            ("10.1.2.3", false), ("172.15.0.1", true), ("172.16.0.1", false), ("172.31.255.255", false),
            ("172.32.0.1", true), ("192.168.1.1", false), ("169.254.169.254", false), ("100.64.0.1", false),
            ("100.128.0.1", true), ("198.18.0.1", false), ("192.0.2.1", false), ("224.0.0.1", false),
            ("255.255.255.255", false), ("2606:4700::1", true), ("::1", false), ("::", false),
            ("fe80::1%eth0", false),
            ("fc00::1", false), ("ff02::1", false), ("::ffff:127.0.0.1", false), ("::ffff:1.1.1.1", true),
            ("64:ff9b::10.0.0.1", false), ("2002:7f00:1::", false), ("2002:0101:0101::", true),
            ("2001::1", false),
            ("2001:db8::1", false), ("2001:500:88::1", true), ("1.1.1", false), ("", false), ("one", false),
        ])
    func addresses(_ address: String, isPublic: Bool) {
        #expect(UpstreamRule.isPublic(address) == isPublic)
    }

    @Test(
        "A URL that leads elsewhere is refused by its text",
        arguments: [
            "file:///etc/passwd", "gopher://example.org/", "http://localhost/x", "https://a.LOCALHOST./x",
            "http://example.org:8080/x", "https://example.org:80/x", "http://me@example.org/x", "http:///x",
            "x",
            "http://example.org:x/", "http://metadata.internal/",
        ])
    func text(_ url: String) {
        #expect(UpstreamRule.problem(with: url) != nil)
    }

    @Test(
        "An address in a URL is read however it is written",
        arguments: [
            "http://127.0.0.1/x", "http://127.1/x", "http://2130706433/x", "http://0x7f000001/x",
            "http://[::1]/x",
            "http://[::ffff:7f00:1]/x", "https://10.0.0.1:443/x", "http://0/x",
        ])
    func numbers(_ url: String) {
        #expect(throws: UpstreamRule.Refusal.self) { _ = try UpstreamRule.resolve(url) }
    }

    @Test("Names and ports of the internet pass")
    func good() throws {
        for url in ["https://example.org/x", "http://example.org:80/x", "HTTPS://Example.org", "ftp://a.b/c"]
        {
            #expect(UpstreamRule.problem(with: url) == nil, "\(url)")
        }
        #expect(try UpstreamRule.resolve("https://1.1.1.1/x") == "1.1.1.1:443:1.1.1.1")
    }

    @Test("A recipe's URL that leads to this machine is never asked for; a mirror's may be")
    func upstream() async throws {
        let place = try Workplace()
        try place.sh("mkdir served; echo content >served/a")
        let server = try LocalServer(place)
        let sha512 = try Digest(hex: String(place.sh("sha512sum <served/a").prefix(128)))
        let request = try SourceRequest(
            name: "a", urls: [server.url("a"), "file://\(place.path)/served/a"], sha512s: [sha512])
        let strict = SourceStore(folder: place.path + "/store")
        let error = await #expect(throws: FetchError.self) { try await strict.fetch(request) }
        #expect(error?.description.contains("port \(server.port) is not http's own") == true)
        #expect(error?.description.contains("a recipe cannot name a file of this machine") == true)
        #expect(try place.sh("test -e requests || echo none") == "none\n")
        let mirrored = SourceStore(folder: place.path + "/store", mirrors: [server.url("")])
        _ = try await mirrored.fetch(request)
    }

    @Test("A redirection to this machine is not followed, and the checked address is the one that is used")
    func redirection() async throws {
        let place = try Workplace()
        // In curl's place: tells what it was asked; HEAD of /away leads to this machine.
        try place.write(
            Array(
                """
                #!/bin/sh
                echo "$*" >>'\(place.path)/asked'
                case "$*" in
                *--head*/away) printf 'http://127.0.0.1/secret' ;;
                *--head*) ;;
                *) printf 'content'; printf '\\nhttp_code=200' >&2 ;;
                esac

                """.utf8), "curl")
        try place.sh("chmod +x curl; printf content >content")
        let sha512 = try Digest(hex: String(place.sh("sha512sum <content").prefix(128)))
        let store = SourceStore(
            folder: place.path + "/store", settings: FetchSettings(curl: place.path + "/curl"))
        let away = try SourceRequest(name: "a", urls: ["http://1.1.1.1/away"], sha512s: [sha512])
        let error = await #expect(throws: FetchError.self) { try await store.fetch(away) }
        #expect(error?.description.contains("127.0.0.1, which is not on the internet") == true)
        #expect(try place.sh("grep -c -e --output.- asked || :") == "0\n")
        let here = try SourceRequest(name: "a", urls: ["http://1.1.1.1/here"], sha512s: [sha512])
        _ = try await store.fetch(here)
        let last = try place.sh("tail -n 1 asked")
        #expect(last.contains("--resolve 1.1.1.1:80:1.1.1.1") && !last.contains("--location"))
    }
}
