import Building
import FarmServices
import Foundation
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

/// The table at the end of a session.
enum SessionTable {
    static func print(_ reports: [StepReport], took: Duration) {
        let worked = reports.contains { if case .unchanged = $0.outcome { false } else { true } }
        guard worked else {
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
        for report in reports where !report.suiteNote.isEmpty {
            Output.data("\(report.identity): tests: \(report.suiteNote)")
        }
        Output.data("took \(readable(seconds: Double(took.components.seconds)))")
    }

    private static func row(_ report: StepReport) -> [String] {
        // A suite in which no wasm process ran has tested nothing of ours.
        let ran = report.suite.flatMap { $0.wasmProcesses > 0 ? $0 : nil }
        let suite = ran.map { "\($0.passed)/\($0.failed.count)/\($0.skipped)" } ?? "not run"
        let result =
            switch report.outcome {
            case .unchanged: "unchanged"
            case .reused: "reused"
            case .built: "built"
            case .kept: "same content"
            case .failed: "FAILED"
            case .blocked: "blocked"
            }
        return [
            report.identity, report.version, result, suite, report.suite.map { "\($0.wasmProcesses)" } ?? "-",
            readable(bytes: report.size), readable(seconds: report.seconds),
            report.log.isEmpty ? "-" : report.log,
        ]
    }
}

/// What a person at 3 a.m. needs of a failed build.
enum FailureNote {
    static func print(_ report: StepReport, classes: FailureClasses) {
        guard case .failed(let phase, let reason) = report.outcome else { return }
        Output.talk("")
        Output.talk("\(report.identity) failed in phase \(phase): \(reason)")
        // A build that failed before its sandbox started has no log.
        let log = try? LogFile.text(report.log)
        print(classes.classify(phase: phase, reason: reason, log: log ?? ""))
        if let log {
            for line in log.split(separator: "\n").suffix(20) { Output.talk("  | \(line)") }
            Output.talk("log: \(report.log)")
        }
        Output.talk("a shell in its sandbox: apkfarm build --shell-on-failure \(report.identity)")
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
