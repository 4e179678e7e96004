import Building
import FarmAPI
import FarmServices
import Foundation
import Jobs

extension FarmSite {
    /// How a job ended; nil while it goes on.
    func report(_ job: Job, _ events: [JobEvent], _ attempts: [Attempt]) throws -> JobReport? {
        switch job.state {
        case .waiting, .ready, .leased, .running, .built, .publishing: return nil
        case .published: return published(job, events, attempts.last)
        case .failed(let failure):
            var report = report(job, .failed, failure.reason)
            report.phase = failure.phase.name
            report.log = attempts.last.map { LogFile.place(of: $0.log) } ?? ""
            return report
        case .blocked(let root):
            let by = try daemon.store.job(root)?.identity ?? "job \(root)"
            return report(job, .blocked, by)
        case .cancelled: return report(job, .cancelled, nil)
        case .superseded(let newer): return report(job, .superseded, "job \(newer)")
        }
    }

    private func report(_ job: Job, _ result: JobReport.Result, _ reason: String?) -> JobReport {
        JobReport(identity: job.identity, version: job.version, result: result, reason: reason)
    }

    /// What was published by it, as the record beside the repository has it.
    private func published(_ job: Job, _ events: [JobEvent], _ attempt: Attempt?) -> JobReport {
        var report = report(job, Self.result(events), nil)
        let folder = daemon.folders.repository(job.repository)
        if let record = Provenance.read(repository: folder, pkgname: job.recipe) {
            report.version = "\(record.request.pkgver)-r\(record.request.release)"
            report.tests = record.suite.map {
                SuiteCounts(
                    passed: $0.passed, accepted: $0.failed.count, skipped: $0.skipped,
                    wasmProcesses: $0.wasmProcesses)
            }
            report.note = record.suiteNote
            report.seconds = record.seconds
            report.size = record.files.reduce(0) { sum, file in
                // What garbage collection took since has no size.
                let facts = try? FileManager.default.attributesOfItem(atPath: folder + "/wasm32/" + file)
                return sum + ((facts?[.size] as? Int) ?? 0)
            }
        }
        guard report.result != .unchanged, let attempt else { return report }
        report.log = LogFile.place(of: attempt.log)
        // What was built again and equals what is published has figures of its own.
        if report.result == .kept {
            report.tests = attempt.suite ?? report.tests
            report.seconds = attempt.ended?.timeIntervalSince(attempt.started) ?? report.seconds
        }
        return report
    }

    /// What came of a published job, by the events of its last attempt.
    private static func result(_ events: [JobEvent]) -> JobReport.Result {
        let begin = events.lastIndex { if case .leased = $0.kind { true } else { false } } ?? 0
        var result = JobReport.Result.unchanged
        for event in events[begin...] {
            switch event.kind {
            case .built(let isReused): result = isReused ? .reused : .built
            case .published(let isUnchanged) where isUnchanged && result != .unchanged: result = .kept
            default: continue
            }
        }
        return result
    }
}
