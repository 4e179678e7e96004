import FarmAPI
import FarmServices
import FlyingFox
import Foundation
import Jobs
import Signing

/// What workers of other processes ask for: see `docs/workers.md`.
extension FarmSite {
    func claimJob(_ request: HTTPRequest, _ bearer: Bearer) async throws -> HTTPResponse {
        let wanted = try await Self.body(ClaimRequest.self, of: request).value
        let wait = wanted.wait ?? 0
        guard (0...60).contains(wait), (1...100).contains(wanted.worker.name.count) else {
            throw Problem(
                400, "not-understood", "Not understood",
                "a worker has a name of 1 to 100 letters and waits 0 to 60 seconds")
        }
        return try Self.json(
            await daemon.claim(wanted.worker, holder: bearer.name, seconds: max(0.05, Double(wait))))
    }

    func beatLease(_ request: HTTPRequest, _ job: JobID, _ bearer: Bearer) async throws -> HTTPResponse {
        let beat = try await Self.body(WorkerBeat.self, of: request).value
        return try Self.json(daemon.desk.beat(job, beat, by: bearer.name))
    }

    /// An input by its digest, streamed.
    func readInput(
        _ request: HTTPRequest, _ job: JobID, _ values: [String: String], _ bearer: Bearer
    ) throws -> HTTPResponse {
        let path = try daemon.desk.input(
            job, token: try token(request), digest: values["digest"] ?? "", by: bearer.name)
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Problem(
                500, "farm", "The farm failed", "an input of job \(job) is gone", cure: "see the farm's log")
        }
        let pieces = FilePieces(file)
        return .stream(type: "application/octet-stream", headers: [("Cache-Control", "no-store")]) {
            try await pieces.next()
        }
    }

    /// Takes an output: it gets its name only when it is whole and has the digest.
    func writeOutput(
        _ request: HTTPRequest, _ job: JobID, _ values: [String: String], _ bearer: Bearer
    ) async throws -> HTTPResponse {
        let digest = values["digest"] ?? ""
        let upload = try daemon.desk.upload(
            digest, of: job, token: try token(request), bytes: request.bodySequence.count, by: bearer.name)
        var isWhole = false
        defer { upload.end(isWhole: isWhole) }
        guard try await Self.receive(request, digest, at: upload.path, take: upload.take) else {
            // Its folder goes with the lease.
            throw JobStoreError.fenced(job: job, token: try token(request))
        }
        isWhole = true
        return HTTPResponse(statusCode: HTTPStatusCode(204, phrase: "No Content"))
    }

    /// Takes a file that comes as a body: it gets its name only when it is whole and has the digest.
    /// - Parameter take: told each piece's size before it is written; throws `WorkerDesk.Refusal` for too much.
    /// - Returns: false when the folder is gone.
    static func receive(
        _ request: HTTPRequest, _ digest: String, at path: String, take: (Int) throws -> Void
    ) async throws -> Bool {
        let part = "\(path).\(UUID().uuidString)"
        let descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // It has its whole name by the end, or is of no use.
        defer { try? FileManager.default.removeItem(atPath: part) }
        var hash = SHA256()
        do {
            for try await piece in request.bodySequence {
                try take(piece.count)
                hash.update(Array(piece))
                try file.write(contentsOf: piece)
            }
            try file.close()
        } catch let refusal as WorkerDesk.Refusal { throw refusal } catch {
            throw Problem(400, "cut", "Not understood", "the body ends too early: \(error)")
        }
        guard hash.finalize().hex == digest else {
            throw Problem(
                422, "other-digest", "Another digest", "what came has not the digest \(digest)",
                cure: "send it again")
        }
        try FileManager.default.moveOver(part, to: path)
        return true
    }

    func completeLease(_ request: HTTPRequest, _ job: JobID, _ bearer: Bearer) async throws -> HTTPResponse {
        let result = try await Self.body(WorkerResult.self, of: request).value
        try daemon.desk.complete(job, result, by: bearer.name)
        return HTTPResponse(statusCode: HTTPStatusCode(204, phrase: "No Content"))
    }

    func failLease(_ request: HTTPRequest, _ job: JobID, _ bearer: Bearer) async throws -> HTTPResponse {
        let failure = try await Self.body(WorkerFailure.self, of: request).value
        try daemon.desk.fail(job, failure, by: bearer.name)
        return HTTPResponse(statusCode: HTTPStatusCode(204, phrase: "No Content"))
    }

    private func token(_ request: HTTPRequest) throws -> Int64 {
        guard let token = try Self.number("token", 1...Int.max, in: request) else {
            throw Problem(
                400, "bad-parameter", "Not understood", "'token' is missing: the lease's fencing token")
        }
        return Int64(token)
    }
}

/// Reads a file piece by piece.
private actor FilePieces {
    private let file: FileHandle

    init(_ file: FileHandle) { self.file = file }

    func next() throws -> [UInt8]? {
        guard let piece = try file.read(upToCount: 256 << 10), !piece.isEmpty else {
            try file.close()
            return nil
        }
        return Array(piece)
    }
}

extension FileManager {
    /// Moves a file to a name that may be taken: then by one of equal content.
    fileprivate func moveOver(_ path: String, to target: String) throws {
        guard rename(path, target) == 0 else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: target])
        }
    }
}
