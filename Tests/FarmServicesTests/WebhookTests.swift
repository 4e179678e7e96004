import FarmServices
import Foundation
import Jobs
import Testing

@Suite("Webhooks")
struct WebhookTests {
    private let time = Date(timeIntervalSince1970: 1_800_000_000)

    private func messages(_ store: InMemoryJobStore) throws -> [WebhookMessage] {
        try store.feed(after: 0, limit: 1000).compactMap { try WebhookMessage($0, job: { store.job($0) }) }
    }

    @Test("Ends of jobs and alerts are told, other events are not; what the farm retries by itself is no end")
    func events() throws {
        let store = InMemoryJobStore()
        let jobs = try store.add(
            ["a", "b", "c"].map { NewJob(recipe: $0, repository: "main", version: "1-r0") }, at: time)
        for job in jobs { try store.record(.leased(Lease(worker: "w", process: 1)), for: job.id, at: time) }
        try store.recover(at: time)
        for job in jobs.prefix(2) {
            try store.record(.leased(Lease(worker: "w", process: 1)), for: job.id, at: time)
        }
        try store.record(.published(unchanged: true), for: jobs[0].id, at: time)
        try store.record(
            .failed(JobFailure(phase: "check", reason: "a \"quoted\"\nreason")), for: jobs[1].id, at: time)
        try store.record(.cancelled(by: "me"), for: jobs[2].id, at: time)
        let alert = Alert(.workerLost, "mill", text: "lost", remedy: "look")
        try store.stand([alert], at: time)
        try store.stand([], at: time)
        let messages = try messages(store)
        #expect(
            messages.map(\.event) == [
                "job.published", "job.failed", "job.cancelled", "alert.raised", "alert.cleared",
            ])
        #expect(messages.map(\.number) == messages.map(\.number).sorted())
        let failed = try #require(
            try JSONSerialization.jsonObject(with: Data(messages[1].body)) as? [String: Any])
        let job = try #require(failed["job"] as? [String: Any])
        #expect(job["recipe"] as? String == "b")
        #expect(job["reason"] as? String == "a \"quoted\"\nreason")
        #expect(failed["number"] as? Int64 == messages[1].number)
    }

    @Test("The signature is what openssl says of time and body")
    func signature() async throws {
        let store = InMemoryJobStore()
        let job = try store.add([NewJob(recipe: "a", repository: "main", version: "1")], at: time)[0]
        try store.record(.cancelled(by: "me"), for: job.id, at: time)
        let message = try #require(try messages(store).first)
        let secret = String(repeating: "ab", count: 32)
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        openssl.arguments = ["openssl", "dgst", "-sha256", "-hmac", secret, "-r"]
        let (input, output) = (Pipe(), Pipe())
        openssl.standardInput = input
        openssl.standardOutput = output
        try openssl.run()
        try input.fileHandleForWriting.write(contentsOf: Data("1800000000.".utf8) + Data(message.body))
        try input.fileHandleForWriting.close()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let hex = said.prefix { $0 != " " }
        #expect(hex.count == 64)
        #expect(message.signature(at: time, secret: Array(secret.utf8)) == "t=1800000000,v1=\(hex)")
        #expect(message.signature(at: time, secret: Array("other".utf8)) != "t=1800000000,v1=\(hex)")
    }

    @Test(
        "Addresses that are not the internet's are refused in every spelling, unless the settings allow them",
        arguments: [
            "http://127.0.0.1:80/", "http://localhost/", "http://x.LocalHost./", "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:10.0.0.1]/",
            "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1:8080/x",
            "http://169.254.169.254/latest",
            "http://[fe80::1]/", "http://[fd00::1]/", "http://0.0.0.0/", "http://[::]/", "http://100.64.0.1/",
        ])
    func addresses(url: String) {
        #expect(throws: Webhooks.Refusal.self) { try Webhooks.check(url, allowsPrivate: false) }
        #expect(throws: Never.self) { try Webhooks.check(url, allowsPrivate: true) }
    }

    @Test(
        "Only http and https without a user's name are receivers",
        arguments: [
            "file:///etc/passwd", "ftp://8.8.8.8/", "gopher://8.8.8.8/", "http://", "x",
            "http://u:p@8.8.8.8/",
        ])
    func schemes(url: String) {
        #expect(throws: Webhooks.Refusal.self) { try Webhooks.check(url, allowsPrivate: true) }
    }

    @Test("An address of the internet is connected to as it was looked up")
    func pinned() throws {
        #expect(try Webhooks.check("https://8.8.8.8/hook", allowsPrivate: false) == "::8.8.8.8:443")
        #expect(
            try Webhooks.check("http://[2606:4700::1]:8080/", allowsPrivate: false) == "::[2606:4700::1]:8080"
        )
    }

    @Test("Pauses double up to an hour")
    func pauses() {
        #expect(
            (1...14).map { Webhooks.delay(after: $0) } == [
                1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 3600, 3600, 3600,
            ])
    }

    @Test("A secret is made once, for its owner only; one that is too short is refused")
    func secret() throws {
        let path = NSTemporaryDirectory() + "secret-\(UUID().uuidString)"
        defer {
            // The system cleans what stays.
            try? FileManager.default.removeItem(atPath: path)
        }
        let secret = try Webhooks.secret(at: path)
        #expect(secret.count == 64)
        #expect(try Webhooks.secret(at: path) == secret)
        let facts = try FileManager.default.attributesOfItem(atPath: path)
        #expect(facts[.posixPermissions] as? Int == 0o600)
        try Data("short\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: Webhooks.Refusal.self) { try Webhooks.secret(at: path) }
    }
}
