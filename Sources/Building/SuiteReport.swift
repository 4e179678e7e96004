/// What a package's own test suite said, read from the log of its `check()` phase.
///
/// Three forms of result lines are understood, and nothing is guessed from others:
/// * automake's and busybox's: `PASS: name`, `FAIL: name`, `XFAIL:`, `XPASS:`, `SKIP: name`, `SKIPPED:`, `UNTESTED:`,
///   `ERROR: name` (automake manual, "Log files generation and test results recording");
/// * TAP's: `ok 1 - name`, `not ok 2 - name`, with `# SKIP` and `# TODO` (TAP version 13).
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
        var held: (word: Substring, name: String)?
        for line in log {
            // automake repeats a failed test's line as a heading, underlined, before it shows the test's output
            let isUnderline = !line.isEmpty && line.allSatisfy { $0 == "=" }
            if let held, !isUnderline { count(held.word, held.name) }
            held = Self.result(in: line)
        }
        if let held { count(held.word, held.name) }
    }

    /// A report with given counts.
    public init(passed: Int, failed: [String], skipped: Int, wasmProcesses: Int, exitStatus: Int32) {
        self.passed = passed
        self.failed = failed
        self.skipped = skipped
        self.wasmProcesses = wasmProcesses
        self.exitStatus = exitStatus
    }

    private static let words: Set<Substring> = [
        "PASS", "FAIL", "XFAIL", "XPASS", "SKIP", "SKIPPED", "UNTESTED", "ERROR",
    ]

    private static func result(in line: Substring) -> (Substring, String)? {
        if line.hasPrefix("ok ") || line.hasPrefix("not ok ") {
            let passed = line.hasPrefix("ok ")
            var rest = line.dropFirst(passed ? 3 : 7)
            let directive = rest.firstIndex(of: "#").map { rest[$0...].lowercased() } ?? ""
            if let hash = rest.firstIndex(of: "#") { rest = rest[..<hash] }
            let number = rest.prefix { $0.isNumber }
            guard !number.isEmpty else { return nil }
            let name = rest.dropFirst(number.count).drop { $0 == " " || $0 == "-" }
            let shown = name.isEmpty ? String(number) : trimmed(name)
            if directive.contains("skip") { return ("SKIP", shown) }
            if directive.contains("todo") { return (passed ? "XPASS" : "XFAIL", shown) }
            return (passed ? "PASS" : "FAIL", shown)
        }
        guard let colon = line.firstIndex(of: ":"), words.contains(line[..<colon]) else { return nil }
        let rest = line[line.index(after: colon)...]
        guard rest.first == " ", rest.count > 1 else { return nil }
        return (line[..<colon], trimmed(rest))
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
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
