import Fetching
import Signing
import Testing

@Suite(.serialized) struct SourceStoreTests {
    let place: Workplace
    let server: LocalServer
    let content: [UInt8]
    let sha512: Digest
    let settings = FetchSettings(
        retryDelay: .milliseconds(1), connectTimeout: .seconds(2), allowsPrivateUpstreams: true)

    init() throws {
        place = try Workplace()
        try place.sh("mkdir served mirror; head -c 300000 /dev/urandom >served/a.tar.gz")
        content = try place.read("served/a.tar.gz")
        sha512 = try Digest(hex: String(place.sh("sha512sum served/a.tar.gz").prefix(128)))
        server = try LocalServer(place)
    }

    private func store(mirrors: [String] = [], catalogue: DebianCatalogue? = nil, sizeLimit: Int = 1 << 20)
        -> SourceStore
    {
        var settings = settings
        settings.sizeLimit = sizeLimit
        return SourceStore(
            folder: place.path + "/store", mirrors: mirrors, catalogue: catalogue, settings: settings)
    }

    private func request(_ urls: String..., sha512s: [Digest]? = nil) throws -> SourceRequest {
        try SourceRequest(name: "a.tar.gz", urls: urls, sha512s: sha512s ?? [sha512])
    }

    @Test(
        "a source comes from any kind of place and lies under its checksum",
        arguments: ["a.tar.gz", "ranges/a.tar.gz", "moved/a.tar.gz", "busy/a.tar.gz", "cut/a.tar.gz"])
    func places(path: String) async throws {
        var settings = settings
        settings.retries = 20
        let store = SourceStore(folder: place.path + "/store", settings: settings)
        let found = try await store.retrieve(request(server.url(path)))
        #expect(found.path == "\(place.path)/store/\(sha512.hex.prefix(2))/\(sha512.hex)")
        #expect(found.origin == server.url(path))
        #expect(try place.sh("sha512sum <'\(found.path)'").hasPrefix(sha512.hex))
        #expect(
            try place.sh("stat -c %a '\(found.path)'; ls store/partial store/locks")
                == "444\nstore/locks:\n\nstore/partial:\n")
        #expect(store.path(of: sha512) == found.path)
    }

    @Test func `what was fetched is not fetched again`() async throws {
        let store = store()
        let first = try await store.fetch(request(server.url("a.tar.gz")))
        let again = try await store.retrieve(request(server.url("a.tar.gz")))
        #expect(again.path == first && again.origin == nil)
        #expect(try place.sh("wc -l <requests") == "1\n")
    }

    @Test func `files on this machine are places, as paths and as URLs`() async throws {
        try place.sh("mkdir 'a b%'; cp served/a.tar.gz 'a b%/ü'")
        for url in ["\(place.path)/a b%/ü", "file://\(place.path)/a%20b%25/%C3%BC"] {
            _ = try await store().fetch(request(url))
            try place.sh("rm -rf store")
        }
    }

    @Test func `mirrors come before upstream, by name or by checksum`() async throws {
        let upstream = server.url("a.tar.gz")
        let hex = sha512.hex
        for layout in ["a.tar.gz", "\(hex.prefix(2))/\(hex)"] {
            try place.sh("mkdir -p mirror/\(hex.prefix(2)); cp served/a.tar.gz mirror/\(layout)")
            let found = try await store(mirrors: [place.path + "/mirror"]).retrieve(request(upstream))
            #expect(found.origin == "\(place.path)/mirror/\(layout)")
            try place.sh("rm -rf mirror store")
        }
        let found = try await store(mirrors: [place.path + "/mirror", server.url("")]).retrieve(
            request(upstream))
        #expect(found.origin == upstream)
    }

    @Test func `a wrong checksum is shown with the right one and the file is kept aside`() async throws {
        try place.sh("echo other >mirror/a.tar.gz; echo other >served/b")
        let got = String(try place.sh("sha512sum served/b").prefix(128))
        let store = store(mirrors: [place.path + "/mirror"])
        await #expect {
            _ = try await store.fetch(request(server.url("b"), server.url("absent"), "http://127.0.0.1:1/x"))
        } throws: { error in
            let text = "\(error)"
            return text.contains(sha512.hex) && text.contains("wrong checksum: sha512 \(got)")
                && text.contains("\(place.path)/mirror/a.tar.gz: wrong")
                && text.contains("\(server.url("b")): wrong")
                && text.contains("\(server.url("absent")): HTTP status 404")
                && text.contains("http://127.0.0.1:1/x: curl: (7)")
        }
        #expect(try place.sh("cat store/rejected/\(got); ls store/partial") == "other\n")
        // The right file behind a wrong one is still found.
        _ = try await store.fetch(request(server.url("b"), server.url("a.tar.gz")))
    }

    @Test func `half a file is resumed by the next fetch`() async throws {
        var settings = settings
        settings.retries = 0
        let store = SourceStore(folder: place.path + "/store", settings: settings)
        await #expect(throws: FetchError.self) { try await store.fetch(request(server.url("cut/a.tar.gz"))) }
        #expect(try place.sh("stat -c %s store/partial/*") == "150000\n")
        await #expect(throws: FetchError.self) { try await store.fetch(request(server.url("cut/a.tar.gz"))) }
        #expect(try place.sh("cat requests") == "/cut/a.tar.gz -\n/cut/a.tar.gz bytes=150000-\n")
    }

    @Test func `half of another file does not spoil the right one`() async throws {
        let url = server.url("ranges/a.tar.gz")
        await #expect(throws: FetchError.self) {
            try await store().fetch(request(server.url("cut/a.tar.gz")))
        }
        // The name of the partial file depends on the place: give this place the other's, with other bytes.
        let partial = "\(sha512.hex.prefix(32)).\(SHA256.digest(of: Array(url.utf8)).hex.prefix(16))"
        for length in [100, 299_999, 300_000, 400_000] {
            try place.sh(
                "rm -rf store; mkdir -p store/partial; head -c \(length) /dev/zero >store/partial/\(partial)")
            _ = try await store().fetch(request(url))
        }
        try place.sh(
            "rm -rf store; mkdir -p store/partial; cp served/a.tar.gz store/partial/\(partial); rm requests")
        _ = try await store().fetch(request(url))
        #expect(try place.sh("cat requests 2>&1 || true").contains("No such file"))
    }

    @Test func `more than the limit is refused, announced or not`() async throws {
        for path in [server.url("a.tar.gz"), place.path + "/served/a.tar.gz"] {
            await #expect {
                _ = try await store(sizeLimit: 299_999).fetch(request(path))
            } throws: { "\($0)".contains("more than the 299999 bytes") }
        }
        #expect(try place.sh("ls store/partial") == "")
    }

    @Test func `two that want one source make one download`() async throws {
        let first = store()
        let second = store()
        let wanted = try request(server.url("slow/a.tar.gz"))
        let other = SHA512.digest(of: [1])
        let either = try request(server.url("slow/a.tar.gz"), sha512s: [other, sha512])
        try await withThrowingTaskGroup(of: String.self) { group in
            for store in [first, second, first] { group.addTask { try await store.fetch(wanted) } }
            group.addTask { try await second.fetch(either) }
            let paths = try await group.reduce(into: Set()) { $0.insert($1) }
            #expect(paths.count == 1)
        }
        #expect(try place.sh("wc -l <requests; ls store/locks") == "1\n")
    }

    @Test func `cancelling ends a fetch at once`() async throws {
        try place.sh("mkfifo pipe")
        let store = store()
        let request = try request(server.url("slow/a.tar.gz"))
        let task = Task { try await store.fetch(request) }
        try await Task.sleep(for: .milliseconds(150))
        task.cancel()
        await #expect { _ = try await task.value } throws: { error in
            if case FetchError.cancelled = error { true } else { false }
        }
    }

    @Test func `a damaged source leaves the store`() async throws {
        let path = try await store().fetch(request(server.url("a.tar.gz")))
        #expect(try store().verify(sha512))
        try place.sh("chmod u+w '\(path)'; printf x >>'\(path)'")
        #expect(try !store().verify(sha512))
        #expect(store().path(of: sha512) == nil)
    }

    @Test func `requests without sense are refused`() {
        for (name, digests) in [
            ("a/b", [sha512]), ("..", [sha512]), ("", [sha512]), ("a", []), ("a", [SHA1.digest(of: [])]),
        ] {
            #expect(throws: FetchError.self) { try SourceRequest(name: name, urls: [], sha512s: digests) }
        }
    }

    @Test func `a missing curl is named`() async throws {
        let store = SourceStore(
            folder: place.path + "/store",
            settings: FetchSettings(curl: "no-such-curl", allowsPrivateUpstreams: true))
        await #expect { _ = try await store.fetch(request(server.url("a.tar.gz"))) } throws: {
            "\($0)".contains("install Debian's package 'curl'")
        }
    }
}
