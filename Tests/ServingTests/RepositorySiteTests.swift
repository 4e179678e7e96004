import Foundation
import Serving
import Testing

@Suite("The repository over HTTP")
struct RepositorySiteTests {
    private let site: Site
    private let index = "/edge/main/wasm32/APKINDEX.tar.gz"
    private let package = "/edge/main/wasm32/zlib-1.3.1-r0.apk"

    init() throws {
        site = try Site()
        try site.write(index, "0123456789")
        try site.write(package, "package")
    }

    @Test("A file comes whole with its type, time, tag and length")
    func whole() throws {
        let answer = site.ask("GET", index)
        #expect(answer.head.status == 200)
        #expect(try answer.text() == "0123456789")
        #expect(answer.head["content-length"] == "10")
        #expect(answer.head["content-type"] == "application/gzip")
        #expect(answer.head["last-modified"] == "Mon, 02 Feb 2026 02:40:00 GMT")
        #expect(answer.head["etag"]?.hasPrefix("\"") == true)
        #expect(answer.head["accept-ranges"] == "bytes")
    }

    @Test("HEAD says what GET says and sends nothing")
    func head() throws {
        let answer = site.ask("HEAD", index, ("Range", "bytes=0-1"))
        #expect(answer.head == site.ask("GET", index).head)
        #expect(try answer.text() == "")
    }

    @Test("The index is kept for a minute, packages, sidecars, snapshots and sources for ever")
    func caching() throws {
        let paths = [
            package, "/edge/main/wasm32/zlib-1.3.1-r0.cdx.json",
            "/edge/main/wasm32/zlib-1.3.1-r0.provenance.json",
            "/edge/main/snapshots/7/wasm32/APKINDEX.tar.gz", "/sources/ab/zlib.tar.gz",
        ]
        for path in paths {
            try site.write(path, "x")
            #expect(
                site.ask("GET", path).head["cache-control"] == "public, max-age=31536000, immutable",
                "\(path)")
        }
        for path in [index, "/keys/a.rsa.pub", "/edge/main/secdb.json"] {
            try site.write(path, "x")
            #expect(site.ask("GET", path).head["cache-control"] == "public, max-age=60, must-revalidate")
        }
    }

    @Test("Pages of any origin may read it, also under cross-origin isolation; so with every answer")
    func origins() {
        for answer in [
            site.ask("GET", index), site.ask("GET", "/none"), site.ask("OPTIONS", index),
            site.ask("POST", index),
            site.ask("GET", index, ("If-None-Match", "*")), site.ask("GET", index, ("Range", "bytes=99-")),
        ] {
            #expect(answer.head["access-control-allow-origin"] == "*")
            #expect(answer.head["cross-origin-resource-policy"] == "cross-origin")
            #expect(answer.head["cross-origin-embedder-policy"] == "require-corp")
            #expect(answer.head["cross-origin-opener-policy"] == "same-origin")
            #expect(answer.head["x-content-type-options"] == "nosniff")
        }
        let preflight = site.ask("OPTIONS", index).head
        #expect(preflight.status == 204)
        #expect(preflight["access-control-allow-methods"] == "GET, HEAD, OPTIONS")
        #expect(preflight["access-control-allow-headers"]?.contains("Range") == true)
        #expect(site.ask("PUT", index).head.status == 405)
        #expect(site.ask("PUT", index).head["allow"] == "GET, HEAD, OPTIONS")
    }

    @Test(
        "Ranges as RFC 9110 §14 has them",
        arguments: [
            ("bytes=0-3", 206, "bytes 0-3/10", "0123"), ("bytes=4-", 206, "bytes 4-9/10", "456789"),
            ("bytes=-3", 206, "bytes 7-9/10", "789"), ("bytes=-99", 206, "bytes 0-9/10", "0123456789"),
            ("bytes=8-99", 206, "bytes 8-9/10", "89"), ("bytes=9-9", 206, "bytes 9-9/10", "9"),
            ("bytes=0-9223372036854775807", 206, "bytes 0-9/10", "0123456789"),
            ("bytes=3-99999999999999999999999", 206, "bytes 3-9/10", "3456789"),
            ("Bytes= 1 - 2 ", 206, "bytes 1-2/10", "12"), ("bytes=10-", 416, "bytes */10", ""),
            ("bytes=99999999999999999999999-", 416, "bytes */10", ""), ("bytes=-0", 416, "bytes */10", ""),
            ("bytes=4-3", 200, nil, "0123456789"), ("bytes=0-1,3-4", 200, nil, "0123456789"),
            ("lines=0-1", 200, nil, "0123456789"), ("bytes=a-b", 200, nil, "0123456789"),
            ("bytes=-", 200, nil, "0123456789"), ("bytes=--1", 200, nil, "0123456789"),
            ("bytes=1", 200, nil, "0123456789"), ("bytes=+1-2", 200, nil, "0123456789"),
        ] as [(String, Int, String?, String)])
    func ranges(value: String, status: Int, extent: String?, text: String) throws {
        let answer = site.ask("GET", index, ("range", value))
        #expect(answer.head.status == status)
        #expect(answer.head["content-range"] == extent)
        #expect(try answer.text() == text)
        #expect(answer.head["content-length"] == "\(text.utf8.count)")
    }

    @Test("An empty file has no ranges")
    func emptyFile() throws {
        try site.write("/empty", "")
        #expect(site.ask("GET", "/empty").head.status == 200)
        #expect(site.ask("GET", "/empty", ("Range", "bytes=0-")).head.status == 416)
    }

    @Test("A client that has the file gets 304; tags go before times")
    func conditions() throws {
        let head = site.ask("GET", index).head
        let tag = try #require(head["etag"])
        let time = try #require(head["last-modified"])
        func status(_ fields: (String, String)...) -> Int {
            site.site.respond(
                to: RequestHead(method: "GET", path: index, fields: fields.map { (name: $0.0, value: $0.1) })
            ).head.status
        }
        #expect(status(("If-None-Match", tag)) == 304)
        #expect(status(("If-None-Match", "\"x\", W/\(tag)")) == 304)
        #expect(status(("If-None-Match", "*")) == 304)
        #expect(status(("If-None-Match", "\"x\"")) == 200)
        #expect(status(("If-None-Match", "\"x\""), ("If-Modified-Since", time)) == 200)
        #expect(status(("If-Modified-Since", time)) == 304)
        #expect(status(("If-Modified-Since", "Monday, 02-Feb-26 02:40:00 GMT")) == 304)
        #expect(status(("If-Modified-Since", "Mon Feb  2 02:40:00 2026")) == 304)
        #expect(status(("If-Modified-Since", "Mon, 02 Feb 2026 02:39:59 GMT")) == 200)
        #expect(status(("If-Modified-Since", "yesterday")) == 200)
        #expect(status(("If-Match", tag)) == 200)
        #expect(status(("If-Match", "\"x\"")) == 412)
        #expect(status(("If-Match", "W/\(tag)")) == 412)
        #expect(status(("If-Unmodified-Since", "Mon, 02 Feb 2026 02:39:59 GMT")) == 412)
        #expect(status(("Range", "bytes=0-1"), ("If-Range", tag)) == 206)
        #expect(status(("Range", "bytes=0-1"), ("If-Range", time)) == 206)
        #expect(status(("Range", "bytes=0-1"), ("If-Range", "\"x\"")) == 200)
        #expect(status(("Range", "bytes=0-1"), ("If-Range", "W/\(tag)")) == 200)
        let fresh = site.ask("GET", index, ("If-None-Match", tag))
        #expect(try fresh.text() == "")
        #expect(fresh.head["etag"] == tag)
        #expect(fresh.head["content-length"] == nil)
    }

    @Test("A file that is replaced has another tag, also within the same second and at the same size")
    func replaced() throws {
        let first = site.ask("GET", index)
        try site.write(index, "abcdefghij")
        let second = site.ask("GET", index)
        #expect(first.head["etag"] != second.head["etag"])
        // What is being sent stays what it was.
        #expect(try first.text() == "0123456789")
        #expect(try second.text() == "abcdefghij")
    }

    @Test(
        "Nothing outside, hidden or odd is served",
        arguments: [
            "/../secret", "/edge/%2e%2e/%2e%2e/secret", "/edge/..%2f..%2fsecret", "/link", "/folder/secret",
            "/edge",
            "/edge/main/wasm32/", "/", "", "/edge/main/wasm32/.hidden", "/edge/main/wasm32/%00", "/%", "/%2",
            "/%zz", "/pipe", "/edge/main/wasm32/APKINDEX.tar.gz/x", "/\\..\\secret", "/%ff",
        ])
    func outside(path: String) throws {
        let manager = FileManager.default
        let secret = site.root + "-secret"
        try "secret".write(toFile: secret, atomically: true, encoding: .utf8)
        defer { try? manager.removeItem(atPath: secret) }  // a temporary file
        try site.write("/edge/main/wasm32/.hidden", "secret")
        try manager.createSymbolicLink(atPath: site.root + "/link", withDestinationPath: secret)
        try manager.createSymbolicLink(atPath: site.root + "/folder", withDestinationPath: "/tmp")
        #expect(mkfifo(site.root + "/pipe", 0o644) == 0)
        let answer = site.ask("GET", path)
        #expect(answer.head.status == 404)
        #expect(try answer.text() == "no such file\n")
    }

    @Test("A path is decoded, and a query does not matter")
    func decoding() throws {
        try site.write("/edge/main/wasm32/libstdc++-1-r0.apk", "plus")
        #expect(try site.ask("GET", "/edge/main/wasm32/libstdc%2B%2B-1-r0.apk").text() == "plus")
        #expect(try site.ask("GET", "/edge//main/wasm32/libstdc++-1-r0.apk?x=../y").text() == "plus")
    }

    @Test("A withdrawn package is gone, and the answer says why")
    func withdrawn() throws {
        try site.write("/edge/main/withdrawn.tsv", "a-1.apk\t1\tno\nzlib-1.3.1-r0.apk\t5\tsteals passwords\n")
        let answer = site.ask("GET", package)
        #expect(answer.head.status == 410)
        #expect(try answer.text() == "zlib-1.3.1-r0.apk was withdrawn: steals passwords\n")
        #expect(site.ask("GET", "/edge/main/snapshots/3" + "/wasm32/zlib-1.3.1-r0.apk").head.status == 410)
        #expect(site.ask("GET", index).head.status == 200)
    }

    @Test("A snapshot is a repository of its own whose packages lie in the one it is of")
    func snapshot() throws {
        try site.write("/edge/main/snapshots/3/wasm32/APKINDEX.tar.gz", "old")
        #expect(try site.ask("GET", "/edge/main/snapshots/3/wasm32/APKINDEX.tar.gz").text() == "old")
        #expect(try site.ask("GET", "/edge/main/snapshots/3/wasm32/zlib-1.3.1-r0.apk").text() == "package")
        #expect(site.ask("GET", "/edge/main/snapshots/x/wasm32/zlib-1.3.1-r0.apk").head.status == 404)
    }

    @Test("A JSON file's compressed form is sent to who takes it, unless it is older")
    func precompressed() throws {
        try site.write("/edge/main/secdb.json", "{}", modified: 100)
        try site.write("/edge/main/secdb.json.gz", "gz", modified: 100)
        func ask(_ value: String) -> Response {
            site.ask("GET", "/edge/main/secdb.json", ("Accept-Encoding", value))
        }
        for value in ["gzip", "br, GZIP;q=0.5", "*"] {
            #expect(try ask(value).text() == "gz")
            #expect(ask(value).head["content-encoding"] == "gzip")
            #expect(ask(value).head["content-type"] == "application/json")
            #expect(ask(value).head["vary"] == "Accept-Encoding")
        }
        for value in ["br", "gzip;q=0", "gzip; q=0.000"] {
            #expect(try ask(value).text() == "{}")
            #expect(ask(value).head["content-encoding"] == nil)
            #expect(ask(value).head["vary"] == "Accept-Encoding")
        }
        #expect(ask("gzip").head["etag"] != ask("br").head["etag"])
        try site.write("/edge/main/secdb.json", "{1}", modified: 101)
        #expect(try ask("gzip").text() == "{1}")
    }
}

@Suite("HTTP's dates")
struct HTTPDateTests {
    @Test("They are what date(1) says, and are read back")
    func dates() throws {
        for seconds: Int64 in [0, 951_782_400, 1_770_000_000, 4_102_444_799, 1_709_210_096, 253_402_300_799] {
            let date = Process()
            date.executableURL = URL(fileURLWithPath: "/bin/date")
            date.environment = ["LC_ALL": "C"]
            date.arguments = ["-u", "-d", "@\(seconds)", "+%a, %d %b %Y %H:%M:%S GMT"]
            let output = Pipe()
            date.standardOutput = output
            try date.run()
            date.waitUntilExit()
            let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(HTTPDate.text(seconds) + "\n" == said)
            #expect(HTTPDate.seconds(HTTPDate.text(seconds)) == seconds)
        }
    }

    @Test(
        "Other text is no date",
        arguments: ["", "x", "Mon, 99 Feb 2026 02:40:00 GMT", "0", "Mon, 02 Feb 2026 02:40:00"])
    func noDates(text: String) { #expect(HTTPDate.seconds(text) == nil) }
}
