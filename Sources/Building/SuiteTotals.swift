/// The sums that a suite prints at its end instead of a line for each test:
///
/// * dejagnu's `# of expected passes\t12`, `# of unexpected failures\t1`, `# of unsupported tests`;
/// * jq's `12 of 13 tests passed (0 malformed, 1 skipped)`;
/// * oniguruma's `RESULT   SUCC: 1560,  FAIL: 0,  ERROR: 0`;
/// * libcheck's `100%: Checks: 12, Failures: 0, Errors: 0`;
/// * python unittest's `Ran 12 tests in 0.1s` with `FAILED (failures=1, errors=1)` or `OK (skipped=2)`;
/// * Perl's `Files=3, Tests=12, …` with `Result: PASS`;
/// * Unity's `12 Tests 1 Failures 2 Ignored`;
/// * googletest's `[  PASSED  ] 12 tests.`, `[  FAILED  ] 1 test, listed below:`, `[  SKIPPED ] 2 tests, …`;
/// * mandoc's `All 1427 tests OK: …`;
/// * CUnit's row `tests  12  12  11  1  0` (total, ran, passed, failed, inactive).
///
/// Sums of several programs are added up.
struct SuiteTotals {
    private(set) var passed = 0
    private(set) var failed = 0
    private(set) var skipped = 0
    /// Tests that passed by dejagnu's sums: it prints lines for failures only, unless it is asked for more.
    private(set) var quietlyPassed = 0

    /// Failures without names, one entry for all.
    var failures: [String] { failed == 0 ? [] : ["\(failed) unnamed"] }

    /// Takes a line's sums in, if it has any.
    mutating func take(_ line: Substring) {
        guard let first = line.utf8.first else { return }
        if first == UInt8(ascii: "#") {
            dejagnu(line)
        } else if line.hasPrefix("Ran "), let count = number(after: "Ran ", in: line), line.contains(" test")
        {
            passed += count
        } else if line.hasPrefix("FAILED (") || line.hasPrefix("OK (") {
            unittest(line)
        } else if line.hasPrefix("Files="), let count = number(after: "Tests=", in: line) {
            passed += count
        } else if line.contains("SUCC: "), let count = number(after: "SUCC: ", in: line) {
            passed += count
            failed += (number(after: "FAIL: ", in: line) ?? 0) + (number(after: "ERROR: ", in: line) ?? 0)
        } else if line.contains("Checks: "), let count = number(after: "Checks: ", in: line) {
            let bad =
                (number(after: "Failures: ", in: line) ?? 0) + (number(after: "Errors: ", in: line) ?? 0)
            passed += count - bad
            failed += bad
        } else if line.contains(" tests passed") {
            jq(line)
        } else if line.hasPrefix("All "), line.contains(" tests OK"),
            let count = number(after: "All ", in: line)
        {
            passed += count
        } else if line.hasPrefix("[  ") {
            googletest(line)
        } else if first == UInt8(ascii: " "), let counts = cunit(line) {
            passed += counts[2]
            failed += counts[3]
        } else if line.contains(" Tests ") {
            unity(line)
        }
    }

    private mutating func dejagnu(_ line: Substring) {
        guard line.hasPrefix("# of "),
            let count = Int(line.split(whereSeparator: { " \t".contains($0) }).last ?? "")
        else { return }
        if line.contains("unexpected") || line.contains("unresolved") {
            failed += count
        } else if line.contains("expected") {
            passed += count
            quietlyPassed += count
        } else {
            skipped += count
        }
    }

    private mutating func unittest(_ line: Substring) {
        let bad = (number(after: "failures=", in: line) ?? 0) + (number(after: "errors=", in: line) ?? 0)
        let left = number(after: "skipped=", in: line) ?? 0
        failed += bad
        skipped += left
        passed -= min(passed, bad + left)
    }

    private mutating func jq(_ line: Substring) {
        let words = line.split(separator: " ")
        guard words.count > 4, words[1] == "of", let good = Int(words[0]), let all = Int(words[2]) else {
            return
        }
        let left = words.firstIndex(where: { $0.hasPrefix("skipped") }).flatMap { Int(words[$0 - 1]) } ?? 0
        passed += good
        skipped += left
        failed += max(0, all - good - left)
    }

    private mutating func unity(_ line: Substring) {
        let words = line.split(separator: " ")
        guard words.count == 6, words[1] == "Tests", words[3] == "Failures", words[5] == "Ignored",
            let all = Int(words[0]), let bad = Int(words[2]), let left = Int(words[4]), all >= bad + left
        else { return }
        passed += all - bad - left
        failed += bad
        skipped += left
    }

    /// The sums only: a single test's line has its name where they have a number.
    private mutating func googletest(_ line: Substring) {
        guard let close = line.firstIndex(of: "]") else { return }
        let words = line[close...].dropFirst().split(separator: " ")
        guard words.count >= 2, let count = Int(words[0]), words[1].hasPrefix("test") else { return }
        switch line[..<close].dropFirst(3) {
        case "PASSED  ": passed += count
        case "FAILED  ": failed += count
        case "SKIPPED ": skipped += count
        default: break
        }
    }

    private func cunit(_ line: Substring) -> [Int]? {
        let words = line.split(separator: " ")
        guard words.count == 6, words[0] == "tests" else { return nil }
        let counts = words.dropFirst().compactMap { Int($0) }
        return counts.count == 5 ? counts : nil
    }

    private func number(after mark: String, in line: Substring) -> Int? {
        guard let range = line.firstRange(of: mark) else { return nil }
        return Int(line[range.upperBound...].drop { $0 == " " }.prefix { $0.isNumber })
    }
}
