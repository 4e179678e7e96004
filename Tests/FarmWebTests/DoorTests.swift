import FarmAPI
import Foundation
import Jobs
import Testing

/// Who may do what, asked of a server that really listens.
@Suite("Doors of a farm", .serialized)
struct DoorTests {
    private func path(of route: Route) -> String {
        route.path.replacing("{id}", with: "1").replacing("{repository}", with: "main")
            .replacing("{name}", with: "zlib").replacing("{channel}", with: "edge")
            .replacing("{digest}", with: String(repeating: "0", count: 64) + "?token=1")
    }

    @Test(
        "Every route that needs a token refuses none, a wrong and an expired one with 401, one of too little scope with 403"
    )
    func tokens() async throws {
        try await RunningFarm.run(requestsPerMinute: 100_000) { farm in
            let expired = try farm.token([.admin], expires: Date(timeIntervalSince1970: 1))
            let publisher = try farm.token([.publish])
            let queuer = try farm.token([.queue])
            for route in Route.all {
                guard let scope = route.scope else { continue }
                let words = ["-X", route.method]
                #expect(
                    try await farm.ask(path(of: route), words[0], words[1]).status == 401, "\(route.path)")
                for secret in ["apkfarm_wrong", expired] {
                    let answer = try await farm.ask(
                        path(of: route), words[0], words[1], "-H", "Authorization: Bearer \(secret)")
                    #expect(answer.status == 401, "\(route.path)")
                    #expect(answer.body.contains("\"status\":401"))
                }
                guard scope != .read else { continue }
                let secret = scope == .publish ? queuer : publisher
                let weak = try await farm.ask(
                    path(of: route), words[0], words[1], "-H", "Authorization: Bearer \(secret)")
                #expect(weak.status == 403, "\(route.path)")
            }
        }
    }

    @Test("A worker's token lets build and nothing else, and who has no lease gets and brings nothing")
    func workers() async throws {
        try await RunningFarm.run { farm in
            let header = "Authorization: Bearer \(try farm.token([.worker]))"
            let json = "Content-Type: application/json"
            for route in Route.all where route.scope != nil && route.scope != .worker {
                let answer = try await farm.ask(path(of: route), "-X", route.method, "-H", header)
                #expect(answer.status == 403, "\(route.path)")
            }
            let profile =
                "{\"name\":\"w\",\"toolchain\":\"t\",\"runner\":\"r\",\"phases\":\"p\",\"tools\":{}}"
            let claim = try await farm.ask(
                "/api/v1/worker/claim", "-H", header, "-H", json, "-d", "{\"worker\":\(profile)}")
            #expect(claim.status == 200)
            #expect(claim.body == "{\"unfit\":[]}")
            let unfit = try await farm.ask(
                "/api/v1/worker/claim", "-H", header, "-H", json, "-d",
                "{\"worker\":\(profile.replacing("\"t\"", with: "\"other\""))}")
            #expect(unfit.status == 409)
            #expect(unfit.body.contains("its toolchain is another one (other) than the farm's (t)"))
            let lost = [
                ("heartbeat", "{\"token\":1,\"offset\":0,\"log\":\"\"}"),
                ("fail", "{\"token\":1,\"phase\":\"build\",\"reason\":\"x\"}"),
                (
                    "complete",
                    "{\"token\":1,\"digests\":{},\"result\":{\"packages\":[],\"suiteNote\":\"\",\"seconds\":1,\"epoch\":1}}"
                ),
            ]
            for (what, body) in lost {
                let answer = try await farm.ask(
                    "/api/v1/worker/jobs/1/\(what)", "-H", header, "-H", json, "-d", body)
                #expect(answer.status == 409, "\(what)")
                #expect(answer.body.contains("lease-lost"))
            }
            let digest = String(repeating: "0", count: 64)
            let input = "/api/v1/worker/jobs/1/inputs/\(digest)"
            #expect(try await farm.ask(input + "?token=1", "-H", header).status == 409)
            #expect(try await farm.ask(input, "-H", header).status == 400)
            let output = "/api/v1/worker/jobs/1/outputs/\(digest)?token=1"
            #expect(try await farm.ask(output, "-X", "PUT", "-H", header, "-d", "x").status == 409)
        }
    }

    @Test("The owner's socket needs no token, and is for the owner only")
    func owner() async throws {
        try await RunningFarm.run { farm in
            let client = FarmClient(.socket(farm.root + "/farm.socket"))
            let answer = try await RunningFarm.onOwnThread { try client.send("GET", "/api/v1/jobs") }
            #expect(String(decoding: answer, as: UTF8.self) == "[]")
            let facts = try FileManager.default.attributesOfItem(atPath: farm.root + "/farm.socket")
            #expect(facts[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test("Where nobody listens the client says what to start")
    func nobody() throws {
        let error = #expect(throws: FarmClient.Failure.self) {
            try FarmClient(.socket("/nowhere/farm.socket")).send("GET", "/healthz")
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("apkfarm serve --farm /nowhere"))
    }

    @Test("Who asks too often is told when to come again")
    func rate() async throws {
        try await RunningFarm.run(requestsPerMinute: 3) { farm in
            let header = "Authorization: Bearer \(try farm.token([.read]))"
            for _ in 0..<3 { #expect(try await farm.ask("/api/v1/jobs", "-H", header).status == 200) }
            let last = try await farm.ask("/api/v1/jobs", "-i", "-H", header)
            #expect(last.status == 429)
            #expect(last.body.contains("Retry-After: "))
        }
    }

    @Test(
        "What is not understood is a problem, never a 500",
        arguments: [
            ("/api/v1/jobs?limit=0", 400), ("/api/v1/jobs?state=leased", 400), ("/api/v1/jobs/x", 404),
            ("/api/v1/jobs/9", 404),
            ("/api/v1/events?after=x", 400), ("/nowhere", 404), ("/repo/../../etc/passwd", 404),
            ("/jobs/9", 404),
        ])
    func requests(path: String, status: Int) async throws {
        try await RunningFarm.run { farm in
            let header = "Authorization: Bearer \(try farm.token([.admin]))"
            #expect(try await farm.ask(path, "--path-as-is", "-H", header).status == status)
        }
    }

    @Test("Bodies that are too long, cut, or no JSON are refused")
    func bodies() async throws {
        try await RunningFarm.run { farm in
            let header = "Authorization: Bearer \(try farm.token([.queue]))"
            let json = "Content-Type: application/json"
            #expect(try await farm.ask("/api/v1/jobs", "-H", header, "-d", "{}").status == 415)
            #expect(try await farm.ask("/api/v1/jobs", "-H", header, "-H", json, "-d", "{").status == 400)
            #expect(
                try await farm.ask("/api/v1/jobs", "-H", header, "-H", json, "-d", "{\"packages\":[]}").status
                    == 400)
            let long = farm.root + "/long"
            try Data(repeating: 32, count: 3 << 20).write(to: URL(fileURLWithPath: long))
            let answer = try await farm.ask(
                "/api/v1/jobs", "-H", header, "-H", json, "--data-binary", "@\(long)")
            #expect(answer.status == 413)
        }
    }
}
