import Apk
import Foundation
import Testing

@Suite("Solver cases and the real apk")
struct SolverRealTests {
    private static let real = ProcessInfo.processInfo.environment["APK_REAL"]

    /// Cases marked "Differs from apk 3" say in their comment why.
    @Test(.enabled(if: real != nil, "set APK_REAL to a real apk"), arguments: try SolverCase.all())
    func `the real apk answers a case as written`(example: SolverCase) throws {
        let real = try #require(Self.real)
        guard !example.differsFromApk else { return }
        // 2.14 words errors in its own way.
        let isOld = try AskedProgram(real).run(["--version"]).contains("apk-tools 2.")
        if isOld, example.differsFromOldApk { return }
        let answer = try AskedProgram(real).answer(example)
        if isOld, example.expected.first?.hasPrefix("unable") == true {
            #expect(answer.first?.hasPrefix("unable") == true)
        } else {
            #expect(answer == example.expected)
        }
    }
}
