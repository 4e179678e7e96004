import Foundation
import Jobs

/// Tells the farm that a worker is alive, with the phase and what the build printed.
actor WorkerPulse {
    private static let largestPiece = 256 << 10

    private let order: WorkOrder
    private let link: any WorkerLink
    /// The build's log on the worker's machine.
    nonisolated let log: String
    private var phase: String?
    private var sent = 0

    init(order: WorkOrder, link: any WorkerLink, log: String) {
        self.order = order
        self.link = link
        self.log = log
    }

    func entered(_ phase: String) { self.phase = phase }

    /// Beats until the lease is lost or the task is cancelled. While the farm does not answer the build goes on: the lease
    /// may still be good when it comes back.
    func run() async throws {
        let pause = Duration.milliseconds(max(500, min(order.lasts * 1000 / 4, 1000)))
        while true {
            do { try await flush() } catch WorkerLinkError.unreachable {}
            try await Task.sleep(for: pause)
        }
    }

    /// Sends what the log has, at least one sign of life.
    func flush() async throws {
        while true {
            let piece = piece()
            let answer = try await link.beat(
                order.job, WorkerBeat(token: order.token, phase: phase, offset: sent, log: piece))
            sent = answer.logged
            if piece.count < Self.largestPiece { return }
        }
    }

    private func piece() -> Data {
        // No log yet: nothing was printed.
        guard let file = FileHandle(forReadingAtPath: log) else { return Data() }
        defer {
            // Nothing was written: closing can lose nothing.
            try? file.close()
        }
        do {
            try file.seek(toOffset: UInt64(sent))
            return try file.read(upToCount: Self.largestPiece) ?? Data()
        } catch { return Data("\nthe worker cannot read its log: \(error)\n".utf8) }
    }
}
