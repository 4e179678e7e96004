import Building
import FarmAPI
import FarmServices
import Foundation
import Jobs
import Testing

/// A lease over HTTP: it belongs to the access token that took it.
@Suite("Holders of leases", .serialized)
struct LeaseHolderTests {
    private let digest = String(repeating: "0", count: 64)

    private func order(_ farm: RunningFarm) throws -> WorkOrder {
        let new = NewJob(recipe: "zlib", repository: "main", version: "1-r0")
        let job = try farm.store.add([new], at: Date())[0].id
        try farm.store.record(.leased(Lease(worker: "w", process: 1)), for: job, at: Date())
        let request = BuildRequest(
            repository: "main", pkgname: "zlib", pkgver: "1", release: 0, recipeFiles: [:], sources: [:],
            toolchain: "t", runner: "r", phases: "p", dependencies: [:], hostTools: [:], checks: .short)
        let text = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
        let json = """
            {"job":\(job),"token":1,"lasts":60,"request":\(text),"recipe":[],"sources":[],"archives":[],
            "dependencies":[]}
            """
        return try WireJSON.decode(WorkOrder.self, from: Data(json.utf8))
    }

    @Test("Another token of scope worker, and the owner, are refused; the one that took the lease is not")
    func holders() async throws {
        try await RunningFarm.run { farm in
            let desk = farm.daemon.desk
            let own = "Authorization: Bearer \(try farm.token([.worker]))"
            let foreign = "Authorization: Bearer \(try farm.token([.worker]))"
            let json = "Content-Type: application/json"
            let order = try order(farm)
            let job = "/api/v1/worker/jobs/\(order.job)"
            async let claim = farm.ask(
                "/api/v1/worker/claim", "-H", own, "-H", json, "-d",
                "{\"wait\":60,\"worker\":{\"name\":\"w\",\"toolchain\":\"t\",\"runner\":\"r\",\"phases\":\"p\",\"tools\":{}}}"
            )
            while desk.freeSeats.isEmpty { await Task.yield() }
            let seat = try #require(desk.freeSeats.first)
            desk.take(seat)
            async let ended: WorkerResult? = try? desk.perform(
                order, at: seat, inputs: [:], folder: farm.root, log: farm.root + "/log")
            #expect(try await claim.body.contains("\"token\":1"))

            let beat = "{\"token\":1,\"offset\":0,\"log\":\"\"}"
            let failure = "{\"token\":1,\"phase\":\"build\",\"reason\":\"x\"}"
            for (what, body) in [("heartbeat", beat), ("fail", failure)] {
                let answer = try await farm.ask("\(job)/\(what)", "-H", foreign, "-H", json, "-d", body)
                #expect(answer.status == 403, "\(what)")
                #expect(answer.body.contains("foreign-lease"))
            }
            let client = FarmClient(.socket(farm.root + "/farm.socket"))
            let owner = await #expect(throws: FarmClient.Failure.self) {
                try await RunningFarm.onOwnThread {
                    try client.send("POST", "\(job)/heartbeat", body: Data(beat.utf8))
                }
            }
            #expect("\(owner.map { "\($0)" } ?? "")".contains("another access token"))
            let output = "\(job)/outputs/\(digest)?token=1"
            let brought = try await farm.ask(output, "-X", "PUT", "-H", foreign, "-d", "x")
            #expect(brought.status == 403)

            #expect(try await farm.ask("\(job)/heartbeat", "-H", own, "-H", json, "-d", beat).status == 200)
            // Its bytes do not have this digest, and so much is looked at only for who may bring them.
            #expect(try await farm.ask(output, "-X", "PUT", "-H", own, "-d", "x").status == 422)
            #expect(try await farm.ask("\(job)/fail", "-H", own, "-H", json, "-d", failure).status == 204)
            #expect(await ended == nil)
        }
    }
}
