import Foundation
import Testing

/// A signed index from before, served again, must not bring back what was replaced.
@Suite("An older index")
struct OlderIndexTests {
    private let place = "--root %/root --keys-dir %/keys "

    @Test(arguments: ["%/repo", "http://server/repo"])
    func `is refused once a newer one was seen, and accepted when that is asked for`(where: String) throws {
        let session = try Session()
        defer { session.end() }
        let repository = place + "--cache-max-age 0 -X \(`where`) "
        try session.publish("edge/main 12 2026-11-27T22:34:16Z")
        #expect(session.apk("add " + repository + "lib").status == 0)
        try session.publish("edge/main 11 2026-11-26T22:34:16Z")
        let update = session.apk("update " + repository)
        #expect(update.status == 1)
        #expect(
            update.complained.joined().contains(
                "OLD index: it is 'edge/main 11 2026-11-26T22:34:16Z', though 'edge/main 12 2026-11-27T22:34:16Z' was seen"
            ))
        #expect(update.complained.joined().contains("--allow-older-index"))
        #expect(session.apk("update --allow-older-index " + repository).status == 0)
        #expect(session.apk("update " + repository).status == 0, "what was accepted is known from then on")
        try session.publish("edge/main 12 2026-11-27T22:34:16Z")
        #expect(session.apk("update " + repository).status == 0)
    }

    @Test func `does not take the place of the newer one that is kept`() throws {
        let session = try Session()
        defer { session.end() }
        let repository = place + "--cache-max-age 0 -X http://server/repo "
        try session.publish("edge/main 12 2026-11-27T22:34:16Z")
        #expect(session.apk("add " + repository + "lib").status == 0)
        try session.publish("edge/main 11 2026-11-26T22:34:16Z")
        let answer = session.apk("add " + repository + "x")
        #expect(answer.status == 0, "the kept index still serves: \(answer)")
        #expect(answer.complained.contains { $0.hasPrefix("WARNING: opening") && $0.contains("OLD index") })
    }

    @Test(arguments: ["edge/testing 13 2026-11-28T22:34:16Z", "edge/main", ""])
    func `is also one of another repository, or without a number`(description: String) throws {
        let session = try Session()
        defer { session.end() }
        let repository = place + "-X %/repo "
        try session.publish("edge/main 12 2026-11-27T22:34:16Z")
        #expect(session.apk("add " + repository + "lib").status == 0)
        try session.publish(description)
        let answer = session.apk("add " + repository + "x")
        #expect(answer.status == 1)
        #expect(answer.complained.joined().contains("OLD index"))
    }

    @Test func `of a repository that never had numbers is none of these`() throws {
        let session = try Session()
        defer { session.end() }
        #expect(session.apk("add " + place + "-X %/repo lib").status == 0)
        try session.publish("another day")
        #expect(session.apk("add " + place + "-X %/repo x").status == 0)
        #expect(
            !FileManager.default.fileExists(atPath: session.folder + "/root/lib/apk/db/apkfarm.stamps"))
    }
}
