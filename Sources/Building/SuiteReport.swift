/// What a package's own test suite said, read from the log of its `check()` phase.
///
/// Result lines are counted in the forms that `SuiteLine` knows. A suite that prints none but ends in sums is taken by
/// those (`SuiteTotals`), and what dejagnu lets pass without a line by its sums. Nothing is guessed from other text.
///
/// A suite in which no wasm process ran has tested nothing that the farm built: it counts as not run.
public struct SuiteReport: Codable, Sendable, Equatable {
    /// How many tests passed.
    public var passed = 0
    /// The names of tests that failed, in the log's order.
    public var failed: [String] = []
    /// How many tests the suite itself left out.
    public var skipped = 0
    /// How many wasm processes were started while the suite ran.
    public var wasmProcesses = 0
    /// The exit status of `check()`.
    public var exitStatus: Int32 = 0

    /// Reads a suite's log.
    public init(log: some Sequence<Substring>, wasmProcesses: Int, exitStatus: Int32) {
        self.wasmProcesses = wasmProcesses
        self.exitStatus = exitStatus
        var held: (word: Substring, name: String, length: Int)?
        var totals = SuiteTotals()
        for line in log {
            // automake repeats a failed test's line as a heading, underlined in its own length, before it shows the
            // test's output; the longer line before its summary is no underline
            let isUnderline = !line.isEmpty && line.allSatisfy { $0 == "=" } && line.count == held?.length
            if let held, !isUnderline { count(held.word, held.name) }
            held = SuiteLine.result(in: line).map { ($0.0, $0.1, line.count) }
            if held == nil { totals.take(line) }
        }
        if let held { count(held.word, held.name) }
        if passed + failed.count + skipped == 0 {
            passed = totals.passed
            failed = totals.failures
            skipped = totals.skipped
        } else {
            passed = max(passed, totals.quietlyPassed)
        }
    }

    /// A report with given counts.
    public init(passed: Int, failed: [String], skipped: Int, wasmProcesses: Int, exitStatus: Int32) {
        self.passed = passed
        self.failed = failed
        self.skipped = skipped
        self.wasmProcesses = wasmProcesses
        self.exitStatus = exitStatus
    }

    private mutating func count(_ word: Substring, _ name: String) {
        switch word {
        case "PASS", "XFAIL": passed += 1
        case "FAIL", "XPASS", "ERROR": failed.append(name)
        default: skipped += 1
        }
    }

    /// What the suite's result means for the package.
    public enum Verdict: Sendable, Equatable {
        /// Every test passed, or failed as its recipe's folder says it may. Carries the accepted failures.
        case passed(accepted: [String])
        /// Tests failed that nobody expected, or `check()` ended badly without naming a test.
        case failed([String])
        /// No wasm process ran: nothing was tested.
        case notRun(String)
    }

    /// Judges the suite.
    /// - Parameter known: names of failures that `check.known-failures` lists.
    public func verdict(known: Set<String>) -> Verdict {
        let unexpected = failed.filter { !known.contains($0) }
        if !unexpected.isEmpty { return .failed(unexpected) }
        if exitStatus != 0 && failed.isEmpty { return .failed(["check() ended with status \(exitStatus)"]) }
        if wasmProcesses == 0 { return .notRun("no wasm process ran during check()") }
        return .passed(accepted: failed)
    }
}

/// The file `check.known-failures` of a recipe's folder: `name<tab>reason`, one a line; `#` begins a comment.
public struct KnownFailures: Sendable, Equatable {
    /// Reasons by test name.
    public let reasons: [String: String]

    /// Reads the file's text.
    /// - Throws: `BuildError.badKnownFailure` for a line without a reason: a failure nobody explained is not known.
    public init(parsing text: String, path: String) throws(BuildError) {
        var reasons: [String: String] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.first == "#" { continue }
            let parts = line.split(separator: "\t", maxSplits: 1)
            guard parts.count == 2, !parts[1].isEmpty else {
                throw .badKnownFailure(path: path, line: number + 1, text: String(line))
            }
            reasons[String(parts[0])] = String(parts[1])
        }
        self.reasons = reasons
    }

    /// The names alone.
    public var names: Set<String> { Set(reasons.keys) }
}
