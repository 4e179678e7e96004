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

    @Test func ctestAndMesonLinesAreCounted() {
        let ctest = report(
            """
                  Start  1: one
             1/4 Test  #1: one ..............................   Passed    0.01 sec
             2/4 Test  #2: two ..............................***Failed    0.01 sec
             3/4 Test #30: three ............................***Skipped   0.00 sec
             4/4 Test  #4: four .............................***Timeout  10.02 sec
            """, status: 8)
        #expect(ctest.passed == 1)
        #expect(ctest.failed == ["two", "four"])
        #expect(ctest.skipped == 1)
        let meson = report(
            """
            1/4 proj:unit / one        OK              0.05s
             2/4 two                    FAIL            0.10s   exit status 1
            3/4 three                  SKIP            0.01s
            4/4 four OK bits           EXPECTEDFAIL    0.01s
            """, status: 1)
        #expect(meson.passed == 2)
        #expect(meson.failed == ["two"])
        #expect(meson.skipped == 1)
    }

    @Test func figletsLinesAreCounted() {
        let figlet = report(
            "Run test 001: a b... pass\nRun test 002: c... fail\n All tests passed.", status: 1)
        #expect(figlet.passed == 1)
        #expect(figlet.failed == ["002: c"])
    }

    @Test func linesOfAutotestAndMkshCount() {
        let autotest = report(
            """
              1: gdbm version                                    ok
             12: block size adjustment                           FAILED (block.at:24)
             13: a name so long that it reaches past the column of results skipped (block.at:9)
             14: known                                           expected failure (known.at:1)
             15: better than known                               UNEXPECTED PASS
            16: ok
            """)
        #expect((autotest.passed, autotest.skipped) == (2, 1))
        #expect(autotest.failed == ["block size adjustment", "better than known"])
        #expect(report("FAIL ./check.t:history (ignored)").skipped == 1)
        let mksh = report(
            "pass ./check.t:fsh-flags\nFAIL ./check.t:fd-cloexec-3\nTotal failed: 1\nTotal passed: 1")
        #expect((mksh.passed, mksh.failed) == (1, ["fd-cloexec-3"]))
        #expect(report("All 1427 tests OK: 565 ascii 28 tag").passed == 1427)
    }

    @Test func sumsCountWhereNoLineDoes() {
        let dejagnu = report(
            "# of expected passes\t\t12\n# of unexpected failures\t1\n# of unsupported tests\t2")
        #expect((dejagnu.passed, dejagnu.failed, dejagnu.skipped) == (12, ["1 unnamed"], 2))
        #expect(report("500 of 502 tests passed (0 malformed, 2 skipped)").passed == 500)
        #expect(report("500 of 502 tests passed (0 malformed, 2 skipped)").failed.isEmpty)
        #expect(
            report("RESULT   SUCC: 1560,  FAIL: 0,  ERROR: 0\nRESULT   SUCC: 40,  FAIL: 1,  ERROR: 0").passed
                == 1600)
        #expect(report("100%: Checks: 12, Failures: 0, Errors: 0").passed == 12)
        let python = report("Ran 12 tests in 0.1s\nFAILED (failures=2, skipped=1)")
        #expect((python.passed, python.failed, python.skipped) == (9, ["2 unnamed"], 1))
        #expect(report("PASS: one\nRESULT   SUCC: 1560,  FAIL: 0,  ERROR: 0").passed == 1)
    }

    @Test(
        "What dejagnu lets pass without a line counts by its sums, beside lines of failures and of other suites"
    )
    func quietPasses() {
        let findutils = report(
            """
            PASS: test_escapechars.sh
            # of expected passes\t\t479
            # of expected passes\t\t96
            FAIL: regex1-0
            # of expected passes\t\t4
            # of unexpected failures\t1
            """)
        #expect((findutils.passed, findutils.failed) == (579, ["regex1-0"]))
        #expect(report("PASS: one\nPASS: two\n# of expected passes\t2").passed == 2)
    }

    @Test func sumsOfCLibrariesForTestsCount() {
        let unity = report("-----------------------\n12 Tests 1 Failures 2 Ignored\nFAIL\n")
        #expect((unity.passed, unity.failed, unity.skipped) == (9, ["1 unnamed"], 2))
        let google = report(
            """
            [       OK ] Sum.Adds (0 ms)
            [  FAILED  ] Sum.Overflows (1 ms)
            [==========] 3 tests from 1 test suite ran. (1 ms total)
            [  PASSED  ] 1 test.
            [  SKIPPED ] 1 test, listed below:
            [  SKIPPED ] Sum.Wide
            [  FAILED  ] 1 test, listed below:
            [  FAILED  ] Sum.Overflows
            """)
        #expect((google.passed, google.failed, google.skipped) == (1, ["1 unnamed"], 1))
        let cunit = report(
            "               suites      1      1    n/a      0        0\n"
                + "                tests     12     12     11      1        0\n"
                + "              asserts     90     90     89      1      n/a")
        #expect((cunit.passed, cunit.failed) == (11, ["1 unnamed"]))
    }

    @Test func numberedTestsWithNamesInBracketsAreCounted() {
        let numbered = report(
            "test 41 (-c -r *@foo.com partial) ok\ntest 42 (two (2)) failed\ntest 43 is next")
        #expect((numbered.passed, numbered.failed) == (1, ["42 (two (2))"]))
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
