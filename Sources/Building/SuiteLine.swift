/// One test's result as a line of a log, in the forms of the test programs that packages use:
///
/// * automake's and busybox's: `PASS: name`, `FAIL: name`, `XFAIL:`, `XPASS:`, `SKIP: name`, `SKIPPED:`, `UNTESTED:`,
///   `ERROR: name` (automake manual, "Log files generation and test results recording");
/// * TAP's: `ok 1 - name`, `not ok 2 - name`, with `# SKIP` and `# TODO` (TAP version 13);
/// * ctest's: ` 3/12 Test  #3: name ......   Passed`, `***Failed`, `***Skipped` (cmake's cmCTestRunTest.cxx);
/// * meson's: ` 3/12 name   OK   0.01s`, `FAIL`, `SKIP`, `TIMEOUT` (meson's mtest.py);
/// * autotest's: `  3: name      ok`, `FAILED (core.at:3)`, `skipped (core.at:9)`, `expected failure (…)`;
/// * mksh's: `pass ./check.t:name`, `FAIL ./check.t:name`, `FAIL ./check.t:name (ignored)`;
/// * figlet's: `Run test 003: name... pass`;
/// * numbered ones: `test 12 (name) ok`, `test 13 (name) failed`.
enum SuiteLine {
    /// The result's word in automake's terms, and the test's name.
    static func result(in line: Substring) -> (Substring, String)? {
        guard let first = line.utf8.first else { return nil }
        if line.hasPrefix("ok ") || line.hasPrefix("not ok ") { return tap(line) }
        if line.hasPrefix("Run test ") { return dotted(line) }
        if line.hasPrefix("test ") { return bracketed(line) }
        if line.hasPrefix("pass ./") || line.hasPrefix("FAIL ./") { return scripted(line) }
        if first == UInt8(ascii: " ") || (first >= 0x30 && first <= 0x39) { return numbered(line) }
        guard let colon = line.firstIndex(of: ":"), words.contains(line[..<colon]) else { return nil }
        let rest = line[line.index(after: colon)...]
        guard rest.first == " ", rest.count > 1 else { return nil }
        return (line[..<colon], trimmed(rest))
    }

    private static let words: Set<Substring> = [
        "PASS", "FAIL", "XFAIL", "XPASS", "SKIP", "SKIPPED", "UNTESTED", "ERROR",
    ]

    private static func tap(_ line: Substring) -> (Substring, String)? {
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

    private static func dotted(_ line: Substring) -> (Substring, String)? {
        guard let dots = line.ranges(of: "... ").last else { return nil }
        let name = trimmed(line.dropFirst(9)[..<dots.lowerBound])
        switch line[dots.upperBound...] {
        case "pass": return ("PASS", name)
        case "fail", "FAIL", "failed": return ("FAIL", name)
        case "skip", "skipped": return ("SKIP", name)
        default: return nil
        }
    }

    private static func bracketed(_ line: Substring) -> (Substring, String)? {
        let rest = line.dropFirst(5)
        let digits = rest.prefix { $0.isNumber }
        guard !digits.isEmpty, rest.dropFirst(digits.count).hasPrefix(" ("),
            let close = rest.lastIndex(of: ")")
        else { return nil }
        let name = String(rest[...close])
        switch trimmed(rest[rest.index(after: close)...]) {
        case "ok", "passed": return ("PASS", name)
        case "failed", "FAILED": return ("FAIL", name)
        case "skipped": return ("SKIP", name)
        default: return nil
        }
    }

    private static func scripted(_ line: Substring) -> (Substring, String)? {
        guard let mark = line.firstRange(of: ".t:"), mark.upperBound < line.endIndex else { return nil }
        let name = line[mark.upperBound...]
        if name.hasSuffix(" (ignored)") { return ("SKIP", trimmed(name.dropLast(10))) }
        return (line.first == "p" ? "PASS" : "FAIL", trimmed(name))
    }

    private static let autotestWords: [(text: String, word: Substring)] = [
        (" ok", "PASS"), (" UNEXPECTED PASS", "XPASS"), (" expected failure (", "XFAIL"),
        (" FAILED (", "FAIL"), (" skipped (", "SKIP"),
    ]

    /// Lines of a number, a colon and a name, padded to the column in which autotest writes results.
    private static func autotest(_ line: Substring, after colon: Substring.Index) -> (Substring, String)? {
        for (ending, word) in autotestWords {
            guard let found = line.ranges(of: ending).last, found.lowerBound > colon,
                ending.last == "(" || found.upperBound == line.endIndex,
                line.distance(from: line.startIndex, to: found.lowerBound) >= 50
            else { continue }
            return (word, trimmed(line[line.index(after: colon)..<found.lowerBound]))
        }
        return nil
    }

    /// Lines that begin with `3/12 `, ctest's and meson's, or with `3:`, autotest's.
    private static func numbered(_ line: Substring) -> (Substring, String)? {
        let text = line.drop { $0 == " " }
        if let colon = text.firstIndex(where: { !$0.isNumber }), text[colon] == ":", colon > text.startIndex {
            return autotest(line, after: colon)
        }
        guard let space = text.firstIndex(of: " "), let slash = text[..<space].firstIndex(of: "/"),
            text[..<slash].allSatisfy(\.isNumber), !text[..<slash].isEmpty,
            text[text.index(after: slash)..<space].allSatisfy(\.isNumber)
        else { return nil }
        let rest = text[space...].drop { $0 == " " }
        return rest.hasPrefix("Test ") ? ctest(rest) : meson(rest)
    }

    private static func ctest(_ rest: Substring) -> (Substring, String)? {
        guard let colon = rest.firstIndex(of: ":") else { return nil }
        let tail = rest[rest.index(after: colon)...].drop { $0 == " " }
        let name = String(tail.prefix { $0 != " " })
        if tail.contains("***Skipped") || tail.contains("Not Run (Disabled)") { return ("SKIP", name) }
        if tail.contains("***") { return ("FAIL", name) }
        return tail.contains(" Passed ") ? ("PASS", name) : nil
    }

    private static let mesonWords: [Substring: Substring] = [
        "OK": "PASS", "FAIL": "FAIL", "SKIP": "SKIP", "TIMEOUT": "FAIL", "ERROR": "FAIL", "INTERRUPT": "FAIL",
        "EXPECTEDFAIL": "XFAIL", "UNEXPECTEDPASS": "XPASS",
    ]

    private static func meson(_ rest: Substring) -> (Substring, String)? {
        let words = rest.split(separator: " ")
        guard let at = words.lastIndex(where: { mesonWords[$0] != nil }), at > 0, at + 1 < words.count,
            words[at + 1].last == "s", words[at + 1].first?.isNumber == true, let word = mesonWords[words[at]]
        else { return nil }
        return (word, words[..<at].joined(separator: " "))
    }

    static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
