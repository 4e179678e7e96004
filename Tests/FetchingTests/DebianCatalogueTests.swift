import Fetching
import Signing
import Testing

@Suite(.serialized) struct DebianCatalogueTests {
    let place: Workplace
    let server: LocalServer
    let sha512: Digest
    let catalogue: String

    init() throws {
        place = try Workplace()
        try place.sh(
            "mkdir served; for f in orig.tar.gz debian.tar.xz dsc orig.tar.gz.asc; do echo $f >served/foo_1.0.$f; done"
        )
        sha512 = try Digest(hex: String(place.sh("sha512sum served/foo_1.0.orig.tar.gz").prefix(128)))
        server = try LocalServer(place)
        catalogue = place.path + "/sources.tsv"
        // Answers as apt-get does, and fails as it may.
        try place.write(
            Array(
                """
                #!/bin/sh
                test "$*" = "uris foo=1:1.0-2" || test "$*" = "uris foo/trixie" || { echo "E: no source $*" >&2; exit 100; }
                cd "$(dirname "$0")/served"
                for f in foo_1.0.*; do
                    echo "'\(server.url(""))$f' $f $(stat -c %s "$f") SHA256:$(sha256sum "$f" | cut -d' ' -f1)"
                done
                exit 100

                """.utf8), "apt")
        try place.sh("chmod +x apt")
    }

    private func store() throws -> SourceStore {
        SourceStore(
            folder: place.path + "/store",
            catalogue: try DebianCatalogue(path: catalogue, aptTool: place.path + "/apt"),
            settings: FetchSettings(allowsPrivateUpstreams: true))
    }

    private func line(_ sha512: String, file: String = "foo_1.0.orig.tar.gz", version: String = "1:1.0-2")
        -> String
    {
        "\(sha512)\t\(file)\tfoo\t\(version)\ttrixie\n"
    }

    @Test func `a listed source comes from Debian's archive before upstream`() async throws {
        try place.write(Array(("# comment\n\n" + line(sha512.hex)).utf8), "sources.tsv")
        let request = try SourceRequest(name: "foo.tgz", urls: [server.url("upstream")], sha512s: [sha512])
        let found = try await store().retrieve(request)
        #expect(found.origin == server.url("foo_1.0.orig.tar.gz"))
        #expect(try place.sh("cat requests") == "/foo_1.0.orig.tar.gz -\n")
    }

    @Test func `what Debian's archive lacks is said and upstream is asked`() async throws {
        let cases = [
            (line(sha512.hex, version: "9"), "E: no source uris foo=9"),
            (line(sha512.hex, file: "bar"), "has no file bar"),
            (line(String(repeating: "0", count: 128)), "lists no such checksum"),
        ]
        for (text, words) in cases {
            try place.write(Array(text.utf8), "sources.tsv")
            let request = try SourceRequest(
                name: "foo.tgz", urls: [server.url("upstream")], sha512s: [sha512])
            await #expect { _ = try await store().fetch(request) } throws: { error in
                "\(error)".contains(words) && "\(error)".contains("upstream: HTTP status 404")
            }
        }
    }

    @Test func `adding a Debian source stores and records upstream's tarball`() async throws {
        try place.write(Array("# comment\n".utf8), "sources.tsv")
        let added = try await store().add(debianSource: "foo", version: "1:1.0-2", suite: "trixie")
        #expect(added.map(\.sha512) == [sha512])
        #expect(try place.sh("cat sources.tsv") == "# comment\n" + line(sha512.hex))
        #expect(try store().path(of: sha512) != nil)
        _ = try await store().add(debianSource: "foo", version: "1:1.0-2", suite: "trixie")
        #expect(
            try place.sh("wc -l <sources.tsv; ls")
                == "2\napt\nport\nrequests\nserved\nserver.py\nsources.tsv\nstore\n")
        await #expect { _ = try await store().add(debianSource: "bar", version: "1", suite: "sid") } throws: {
            "\($0)".contains("Debian source bar=1")
        }
    }

    @Test(
        "a damaged catalogue is refused with the line",
        arguments: ["abc\tf\tp\tv\ts", "one", "\(String(repeating: "0", count: 128))\tf\t-o\tv\ts"])
    func damaged(text: String) throws {
        #expect {
            _ = try DebianCatalogue(parsing: "# head\n\(text)\n", origin: "some.tsv", aptTool: "")
        } throws: {
            "\($0)".hasPrefix("some.tsv:2: ")
        }
    }
}
