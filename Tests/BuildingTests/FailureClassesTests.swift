import Building
import Foundation
import Testing

@Suite struct FailureClassesTests {
    private let classes: FailureClasses

    init() throws {
        let path =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
            + "/../../toolchain/failure-classes.tsv"
        classes = try FailureClasses(parsing: String(contentsOfFile: path, encoding: .utf8))
    }

    @Test func everyExampleIsOfItsClassWithTheLineThatProvesIt() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/failures.tsv"
        var seen: Set<Substring> = []
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        where !line.hasPrefix("#") {
            let columns = line.split(separator: "\t", maxSplits: 2)
            let log = """
                >>> x: \(columns[1])
                checking for gcc... gcc
                cc -c a.c
                \(columns[2])
                make: *** [Makefile:3: all] Error 1
                >>> ERROR: x: \(columns[1]) failed
                """
            let found = classes.classify(
                phase: String(columns[1]), reason: "phase \(columns[1]) exited with status 1", log: log)
            #expect(found.name == columns[0], "\(columns[2])")
            #expect(found.line == columns[2])
            #expect(found.number == 4)
            seen.insert(columns[0])
        }
        #expect(seen.count > 15)
    }

    @Test func onlyTheFailedPhaseIsRead() {
        let log = """
            >>> x: build
            wasm-ld-22: error: a.o: undefined symbol: dlopen
            >>> x: check
            PASS: one
            FAIL: two
            >>> ERROR: x: check failed
            """
        let found = classes.classify(phase: "check", reason: "1 test(s) failed: two", log: log)
        #expect(found.name == "test-failure")
        #expect(found.line == "FAIL: two")
    }

    @Test func theFarmsOwnWordsCountWhereThereIsNoLog() {
        let reason = "no recipe provides 'gtk+3.0-dev' (makedepends of community/x)"
        let found = classes.classify(phase: "plan", reason: reason, log: "")
        #expect(found.name == "missing-dependency")
        #expect(found.line == reason)
    }

    @Test func whatNoRuleKnowsIsUnknownWithItsLastErrorLine() {
        let found = classes.classify(
            phase: "build", reason: "phase build exited with status 3",
            log: ">>> x: build\nSome ERROR of its own\nbye")
        #expect(found.name == FailureClasses.unknown)
        #expect(found.line == "Some ERROR of its own")
    }

    @Test(arguments: [
        ("one\ttwo\n", 1), ("a\t*\t(\thelp\n", 1), ("# c\n\na\t*\t\thelp\n", 3),
    ])
    func aFaultyRuleIsRefusedWithItsLine(text: String, line: Int) {
        #expect {
            try FailureClasses(parsing: text, file: "rules")
        } throws: { ($0 as? FailureClasses.Malformed)?.line == line }
    }
}
