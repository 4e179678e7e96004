import Building
import FarmServices
import Foundation
import Testing

@Suite struct SweepTests {
    private func record(
        _ recipe: String, _ outcome: SweepRecord.Outcome, _ name: String = "", needs: [String] = []
    ) -> SweepRecord {
        var record = SweepRecord(recipe: recipe, version: "1.0-r0", input: "x", outcome: outcome)
        record.needs = needs
        if outcome == .failed {
            record.phase = "build"
            record.failure = FailureClasses.Finding(
                name: name, line: "a.c:1:1: error: <b> & \"c\"", number: 7, remedy: "help")
        }
        if outcome == .built {
            record.suite = SuiteReport(
                passed: 3, failed: ["one"], skipped: 1, wasmProcesses: 5, exitStatus: 1)
        }
        return record
    }

    private func ledgerPath() -> String {
        FileManager.default.temporaryDirectory.path + "/sweep-\(UUID().uuidString).jsonl"
    }

    @Test func classesAreRankedByHowManyRecipesTheyStop() throws {
        let report = SweepReport([
            record("main/a", .failed, "assembler"), record("main/b", .failed, "compiler"),
            record("main/c", .failed, "compiler", needs: ["main/z"]),
            record("main/d", .blocked, needs: ["main/a", "main/z"]),
            record("main/e", .blocked, needs: ["main/d", "main/a"]),
            record("main/f", .blocked, needs: ["main/a"]), record("main/z", .built),
        ])
        #expect(report.classes.map(\.name) == ["assembler", "compiler"])
        #expect(report.classes.map(\.blocked) == [3, 0])
        #expect(report.classes[1].recipes == ["main/b", "main/c"])
        #expect((report.total, report.built, report.failed, report.blocked) == (7, 1, 3, 3))
        #expect((report.testsPassed, report.testsFailed) == (3, 1))
    }

    @Test func theLastRecordOfARecipeCountsAndACutLineDoesNot() throws {
        let path = ledgerPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let ledger = SweepLedger(path: path)
        #expect(try ledger.records().isEmpty)
        try ledger.append(record("main/a", .failed, "compiler"))
        try ledger.append(record("main/b", .built))
        try ledger.append(record("main/a", .built))
        #expect(try ledger.records().mapValues(\.outcome) == ["main/a": .built, "main/b": .built])
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try whole.dropLast(9).write(to: URL(fileURLWithPath: path))
        #expect(try ledger.records()["main/a"]?.outcome == .failed)
        // What is written next does not run into the cut line; that one is then damage, and said.
        try ledger.append(record("main/c", .built))
        #expect(throws: (any Error).self) { try ledger.records() }
    }

    @Test func thePageShowsTheLineAndEscapesIt() {
        let page = SweepPage.html(
            SweepReport([record("main/a", .failed, "compiler"), record("main/z", .built)]))
        #expect(page.contains("<b>compiler</b>: 1 recipes, 0 more wait for them"))
        #expect(page.contains("a.c:1:1: error: &lt;b&gt; &amp; &quot;c&quot;"))
        #expect(page.contains("line 7 of"))
        #expect(page.contains("<td>main/z 1.0-r0<td>3<td>1<td>1<td>5"))
        #expect(!page.contains("<b> &"))
    }
}
