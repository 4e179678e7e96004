import Building
import FarmAPI
import FarmServices
import Foundation
import Jobs
import Planning
import Recipes

/// The plan before a session.
enum PlanPrinter {
    static func print(_ plan: BuildPlan) {
        Output.talk("Plan: \(plan.steps.count) recipes in \(plan.waves) waves")
        for step in plan.steps {
            let reasons = PlanShow.shown(step.reasons.map(\.description))
            Output.talk("  \(step.wave)  \(step.identity) \(step.recipe.version): \(reasons)")
        }
    }
}

/// The table at the end of a session, here or at a daemon.
enum SessionTable {
    static func print(_ reports: [JobReport], took: Duration) {
        guard reports.contains(where: { $0.result != .unchanged }) else {
            Output.data(
                "Nothing to do: \(reports.count) recipes are published and unchanged "
                    + "(\(readable(seconds: Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18)))"
            )
            return
        }
        Output.table(
            [
                "PACKAGE", "VERSION", "RESULT", "TESTS PASS/FAIL/SKIP", "WASM PROCESSES", "SIZE", "TIME",
                "LOG",
            ],
            reports.map(row))
        for report in reports where !report.note.isEmpty {
            Output.data("\(report.identity): tests: \(report.note)")
        }
        Output.data("took \(readable(seconds: Double(took.components.seconds)))")
    }

    private static func row(_ report: JobReport) -> [String] {
        // A suite in which no wasm process ran has tested nothing of ours.
        let ran = report.tests.flatMap { $0.wasmProcesses > 0 ? $0 : nil }
        let suite = ran.map { "\($0.passed)/\($0.failed + $0.accepted)/\($0.skipped)" } ?? "not run"
        return [
            report.identity, report.version, report.result.word, suite,
            report.tests.map { "\($0.wasmProcesses)" } ?? "-",
            readable(bytes: report.size), readable(seconds: report.seconds),
            report.log.isEmpty ? "-" : report.log,
        ]
    }
}

extension JobReport.Result {
    /// As the table has it.
    fileprivate var word: String {
        switch self {
        case .kept: "same content"
        case .failed: "FAILED"
        default: rawValue
        }
    }
}

extension JobReport {
    /// What a session reports of a step.
    init(_ report: StepReport) {
        let (result, reason): (Result, String?) =
            switch report.outcome {
            case .unchanged: (.unchanged, nil)
            case .reused: (.reused, nil)
            case .built: (.built, nil)
            case .kept: (.kept, nil)
            case .failed(_, let reason): (.failed, reason)
            case .blocked(let by): (.blocked, by)
            }
        self.init(identity: report.identity, version: report.version, result: result, reason: reason)
        if case .failed(let phase, _) = report.outcome { self.phase = phase }
        tests = report.suite.map {
            SuiteCounts(
                passed: $0.passed, accepted: $0.failed.count, skipped: $0.skipped,
                wasmProcesses: $0.wasmProcesses)
        }
        note = report.suiteNote
        size = report.size
        seconds = report.seconds
        log = report.log
    }
}

/// What a person at 3 a.m. needs of a failed build.
enum FailureNote {
    static func print(_ report: StepReport, classes: FailureClasses) {
        // A build that failed before its sandbox started has no log.
        print(JobReport(report), log: try? LogFile.text(report.log), classes: classes)
        Output.talk("a shell in its sandbox: apkfarm build --shell-on-failure \(report.identity)")
    }

    /// The same of a job, with what its log says; without classes where there is no table of them.
    static func print(_ report: JobReport, log: String?, classes: FailureClasses?) {
        let (phase, reason) = (report.phase ?? "farm", report.reason ?? "")
        Output.talk("")
        Output.talk("\(report.identity) failed in phase \(phase): \(reason)")
        if let classes { print(classes.classify(phase: phase, reason: reason, log: log ?? "")) }
        if let log {
            for line in log.split(separator: "\n").suffix(20) { Output.talk("  | \(line)") }
            Output.talk("log: \(report.log)")
        }
    }

    /// The class, the line that proves it, and the remedy.
    static func print(_ found: FailureClasses.Finding) {
        Output.talk("class: \(found.name)")
        if !found.line.isEmpty {
            Output.talk(
                found.number > 0 ? "log line \(found.number): \(found.line)" : "because: \(found.line)")
        }
        Output.talk("remedy: \(found.remedy)")
    }
}
