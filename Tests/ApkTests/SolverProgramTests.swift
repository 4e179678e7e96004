import Apk
import Foundation
import Testing

/// The cases of the solver on another build of ours: the apk for wasm32.
@Suite("Solver cases and our apk as a program")
struct SolverProgramTests {
    private static let program = ProcessInfo.processInfo.environment["APK_UNDER_TEST"]

    @Test(
        .enabled(if: program != nil, "set APK_UNDER_TEST to a program"), arguments: try SolverCase.all())
    func `our apk answers a case as written`(example: SolverCase) throws {
        let answer = try AskedProgram(try #require(Self.program)).answer(example)
        #expect(answer == example.expected, "\(example.name)")
    }
}
