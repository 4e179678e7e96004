import Building
import FarmAPI
import FarmServices
import Foundation
import Jobs

/// A worker's farm over HTTP or its socket.
struct WorkerHTTP: WorkerLink {
    let client: FarmClient

    private func ask<Value: Sendable>(
        _ work: @escaping @Sendable (FarmClient) throws -> Value
    ) async throws -> Value {
        let client = client
        return try await OwnThread.run {
            do { return try work(client) } catch let failure as FarmClient.Failure {
                switch failure {
                case .problem(let problem) where problem.type == "lease-lost":
                    throw WorkerLinkError.leaseLost(problem.detail)
                // 5xx is a proxy before a farm that is down, or a farm in trouble: it may pass.
                case .problem(let problem) where problem.status < 500:
                    throw WorkerLinkError.refused("\(failure)")
                default: throw WorkerLinkError.unreachable("\(failure)")
                }
            }
        }
    }

    private static func path(_ job: JobID, _ rest: String) -> String { "/api/v1/worker/jobs/\(job)/\(rest)" }

    func claim(_ request: ClaimRequest) async throws -> ClaimAnswer {
        let body = try WireJSON.encode(request)
        return try await ask {
            try WireJSON.decode(
                ClaimAnswer.self, from: try $0.send("POST", "/api/v1/worker/claim", body: body))
        }
    }

    func beat(_ job: JobID, _ beat: WorkerBeat) async throws -> BeatAnswer {
        let body = try WireJSON.encode(beat)
        return try await ask {
            try WireJSON.decode(
                BeatAnswer.self, from: try $0.send("POST", Self.path(job, "heartbeat"), body: body))
        }
    }

    func input(_ job: JobID, token: Int64, digest: String, to path: String) async throws {
        try await ask { try $0.download(Self.path(job, "inputs/\(digest)?token=\(token)"), to: path) }
    }

    func output(_ job: JobID, token: Int64, digest: String, from path: String) async throws {
        try await ask { try $0.upload(path, to: Self.path(job, "outputs/\(digest)?token=\(token)")) }
    }

    func complete(_ job: JobID, _ result: WorkerResult) async throws {
        let body = try WireJSON.encode(result)
        try await ask { _ = try $0.send("POST", Self.path(job, "complete"), body: body) }
    }

    func fail(_ job: JobID, _ failure: WorkerFailure) async throws {
        let body = try WireJSON.encode(failure)
        try await ask { _ = try $0.send("POST", Self.path(job, "fail"), body: body) }
    }
}
