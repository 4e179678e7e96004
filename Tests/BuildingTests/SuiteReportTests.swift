import Building
import Testing

private func report(_ log: String, processes: Int = 3, status: Int32 = 0) -> SuiteReport {
    SuiteReport(
        log: log.split(separator: "\n", omittingEmptySubsequences: false), wasmProcesses: processes,
        exitStatus: status)
}

@Suite struct SuiteReportTests {
    @Test func automakeLinesAreCountedOnceAndHeadingsAreNot() {
        let log = """
            PASS: one
            FAIL: two
            SKIP: three
            XFAIL: four
            ============================
            FAIL: two
            =========
            output of two
            # TOTAL: 4
            # PASS:  1
            """
        let report = report(log, status: 1)
        #expect(report.passed == 2)
        #expect(report.failed == ["two"])
        #expect(report.skipped == 1)
    }

    @Test func busyboxLinesKeepNamesWithBlanks() {
        let report = report("PASS: ash -c 'true'\nFAIL: cp does not follow\nSKIPPED: mount\nUNTESTED: wget")
        #expect(report.passed == 1)
        #expect(report.failed == ["cp does not follow"])
        #expect(report.skipped == 2)
    }

    @Test func tapLinesKnowSkipAndTodo() {
        let log = "1..4\nok 1 - first\nnot ok 2 - second\nok 3 - third # SKIP no tty\nnot ok 4 - later # TODO"
        let report = report(log)
        #expect(report.passed == 2)
        #expect(report.failed == ["second"])
        #expect(report.skipped == 1)
    }

    @Test func proseIsNoResult() {
        let report = report("PASSED everything\nFAIL:\nFAILED: no\nok then\nnot ok: x\nPASS:no blank")
        #expect(report.passed == 0)
        #expect(report.failed.isEmpty)
    }

    @Test func aSuiteWithoutWasmProcessesIsNotRunWhateverItSays() {
        let verdict = report("PASS: all", processes: 0).verdict(known: [])
        #expect(verdict == .notRun("no wasm process ran during check()"))
    }

    @Test func aBadStatusWithoutANamedFailureFails() {
        #expect(report("PASS: a", status: 2).verdict(known: []) == .failed(["check() ended with status 2"]))
    }

    @Test func onlyListedFailuresAreAccepted() {
        let report = report("PASS: a\nFAIL: b\nFAIL: c", status: 1)
        #expect(report.verdict(known: ["b"]) == .failed(["c"]))
        #expect(report.verdict(known: ["b", "c"]) == .passed(accepted: ["b", "c"]))
    }

    @Test func aKnownFailureWithoutAReasonIsRefusedWithItsLine() throws {
        let good = try KnownFailures(parsing: "# comment\nb\tthe root has no mknod\n", path: "f")
        #expect(good.reasons == ["b": "the root has no mknod"])
        #expect(throws: BuildError.badKnownFailure(path: "f", line: 2, text: "bare")) {
            try KnownFailures(parsing: "\nbare\n", path: "f")
        }
    }
}
