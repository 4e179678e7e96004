import Building
import FarmAPI
import FarmServices
import Foundation
import Jobs

/// Shows what a daemon does with queued jobs, as `build` shows its own work, and at the end the same table.
///
/// It lives on the daemon's event stream: after the daemon was away it goes on where it was.
struct QueueFollowing {
    private struct Event: Decodable {
        let job: Int64
        let event: String
        let phase: String?
        let by: Int64?
    }

    private struct Details: Decodable {
        let job: Queue.QueuedJob
        let report: JobReport?
    }

    /// What is followed: which jobs, as what they are shown, and how those that ended did.
    private struct State {
        var order: [Int64]
        var labels: [Int64: String]
        var reports: [Int64: JobReport] = [:]
        var position: Int64

        var isDone: Bool { order.allSatisfy { reports[$0] != nil } }
    }

    private let client: FarmClient
    private let classes: FailureClasses?

    /// Follows jobs of one daemon; `classes` explain failures.
    init(_ client: FarmClient, classes: FailureClasses?) {
        self.client = client
        self.classes = classes
    }

    /// Follows jobs until none of them moves any more: blocked ones wait for a retry, not for time.
    /// - Parameter position: the newest event before they were queued.
    /// - Returns: whether all of them are published.
    func run(_ jobs: [Queue.QueuedJob], after position: Int64) async throws -> Bool {
        let start = ContinuousClock.now
        var state = State(order: jobs.map(\.id), labels: [:], position: position)
        for job in jobs { state.labels[job.id] = Self.label(job) }
        let progress = Progress(total: jobs.count)
        Output.talk("Queued: \(jobs.count) \(jobs.count == 1 ? "job" : "jobs")")
        // What is in quarantine, or was joined a moment before its end, has no event to come.
        for job in jobs where Self.isFinal(job.state) { try end(job.id, &state, progress) }
        var patience = 60
        while !state.isDone {
            do {
                var text = Data()
                try client.follow("/api/v1/events?after=\(state.position)") { piece in
                    patience = 60
                    text.append(piece)
                    try take(&text, &state, progress)
                    return !state.isDone
                }
                // The daemon ends, or a proxy had enough of it.
                if !state.isDone { try await Task.sleep(for: .milliseconds(300)) }
            } catch FarmClient.Failure.unreachable where patience > 0 {
                if patience == 60 { Output.talk("the daemon is away; waiting for it") }
                patience -= 1
                try await Task.sleep(for: .seconds(1))
            }
        }
        progress.finish()
        let reports = state.order.compactMap { state.reports[$0] }
        SessionTable.print(reports, took: ContinuousClock.now - start)
        for id in state.order where state.reports[id]?.result == .failed {
            guard let report = state.reports[id] else { continue }
            // What failed before its sandbox started has no log.
            let log = try? client.send("GET", "/api/v1/jobs/\(id)/log")
            FailureNote.print(report, log: log.map { String(decoding: $0, as: UTF8.self) }, classes: classes)
            Output.talk("correct it, then: apkfarm job retry \(id)")
            break
        }
        return reports.allSatisfy(\.result.isGood)
    }

    /// Takes the whole messages of a stream out of `text`.
    private func take(_ text: inout Data, _ state: inout State, _ progress: Progress) throws {
        while let end = text.range(of: Data("\n\n".utf8)) {
            let message = String(decoding: text[text.startIndex..<end.lowerBound], as: UTF8.self)
            text = Data(text[end.upperBound...])
            var data = ""
            var number: Int64?
            var isJob = false
            for line in message.split(separator: "\n") {
                if line.hasPrefix("id: ") { number = Int64(line.dropFirst(4)) }
                if line == "event: job" { isJob = true }
                if line.hasPrefix("data: ") { data = String(line.dropFirst(6)) }
            }
            if isJob {
                try take(WireJSON.decode(Event.self, from: Data(data.utf8)), &state, progress)
            }
            // Only now: an event during which the daemon went away comes again.
            if let number { state.position = number }
        }
    }

    private func take(_ event: Event, _ state: inout State, _ progress: Progress) throws {
        guard let label = state.labels[event.job] else { return }
        switch event.event {
        case "running":
            state.reports[event.job] = nil
            progress.began(label)
        case "retried", "unblocked", "released": state.reports[event.job] = nil
        case "phase": progress.entered(event.phase ?? "?", of: label)
        case "publishing": progress.entered("publish", of: label)
        case "superseded":
            // A newer request took it over: that one is followed.
            guard let newer = event.by, let index = state.order.firstIndex(of: event.job) else { return }
            state.labels[event.job] = nil
            state.labels[newer] = label
            state.order[index] = newer
            if Self.isFinal(try details(newer).job.state) { try end(newer, &state, progress) }
        case "published", "failed", "blocked", "cancelled": try end(event.job, &state, progress)
        default: break
        }
    }

    /// A job has ended, unless it was tried again since.
    private func end(_ id: Int64, _ state: inout State, _ progress: Progress) throws {
        guard var report = try details(id).report, let label = state.labels[id] else { return }
        report.identity = label
        state.reports[id] = report
        progress.ended(label, version: report.version, word: report.words)
    }

    private func details(_ id: Int64) throws -> Details {
        try WireJSON.decode(Details.self, from: client.send("GET", "/api/v1/jobs/\(id)"))
    }

    private static func label(_ job: Queue.QueuedJob) -> String {
        "\(job.repository)/\(job.recipe)" + (job.isFirstBuild == true ? " (first build)" : "")
    }

    private static func isFinal(_ state: String) -> Bool {
        ["published", "failed", "blocked", "cancelled", "superseded"].contains(state)
    }
}

extension JobReport.Result {
    /// Whether the packages are published.
    var isGood: Bool { [.unchanged, .reused, .built, .kept].contains(self) }
}

extension JobReport {
    /// How it ended, in words.
    fileprivate var words: String {
        switch result {
        case .unchanged: Progress.word(.unchanged)
        case .reused: Progress.word(.reused(files: []))
        case .built: Progress.word(.built(files: []))
        case .kept: Progress.word(.kept)
        case .failed: Progress.word(.failed(phase: phase ?? "farm", reason: reason ?? ""))
        case .blocked: Progress.word(.blocked(by: reason ?? "?"))
        case .cancelled: "cancelled"
        case .superseded: "superseded by \(reason ?? "a newer job")"
        }
    }
}
