import FarmAPI
import FarmServices
import FlyingFox
import Foundation
import Jobs

extension FarmSite {
    /// The log of a job's last attempt, whole or as it grows.
    func readLog(_ request: HTTPRequest, _ id: JobID) throws -> HTTPResponse {
        guard try daemon.store.job(id) != nil else { throw JobStoreError.noJob(id) }
        guard let attempt = try daemon.store.attempts(of: id).last else {
            throw Problem(404, "no-log", "No log", "job \(id) has had no attempt yet", cure: "wait for it")
        }
        let follows = ["1", "true", "yes"].contains(request.query.first { $0.name == "follow" }?.value ?? "")
        let first = try Self.number("line", 1...Int.max, in: request) ?? 1
        let reader = LogReader(store: daemon.store, attempt: attempt, first: first, follows: follows)
        return .stream(
            type: "text/plain; charset=utf-8",
            headers: [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        ) { try await reader.next() }
    }
}

/// Reads a log from a line on; while its attempt goes on, waits for more.
actor LogReader {
    private let store: any JobStore
    private let attempt: Attempt
    private let follows: Bool
    private var skip: Int
    private var offset: Int
    private var isOver = false

    init(store: any JobStore, attempt: Attempt, first: Int, follows: Bool) {
        self.store = store
        self.attempt = attempt
        self.follows = follows
        // A block of the log may begin in the middle of a line: its number is that of the line that goes on there.
        let place = LogFile.place(of: first, in: attempt.log)
        offset = place.offset
        skip = first - place.line
    }

    func next() async throws -> [UInt8]? {
        while !isOver {
            // Asked before reading: what is written after that is read below.
            let ended =
                try store.attempts(of: attempt.job).first { $0.number == attempt.number }?.ended != nil
            let piece = try LogFile.bytes(attempt.log, from: offset)
            if piece.isEmpty {
                if ended || !follows {
                    isOver = true
                    return nil
                }
                try await Task.sleep(for: .milliseconds(200))
                continue
            }
            offset += piece.count
            let wanted = withoutSkipped(piece)
            if !wanted.isEmpty { return wanted }
        }
        return nil
    }

    private func withoutSkipped(_ piece: [UInt8]) -> [UInt8] {
        var rest = piece[...]
        while skip > 0 {
            guard let newline = rest.firstIndex(of: 10) else { return [] }
            rest = rest[(newline + 1)...]
            skip -= 1
        }
        return Array(rest)
    }
}
