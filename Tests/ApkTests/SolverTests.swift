import Apk
import Testing

@Suite("Solver")
struct SolverTests {
    @Test(arguments: try SolverCase.all())
    func `a case is answered as written`(example: SolverCase) throws {
        let answer = try example.answer()
        #expect(answer == example.expected, "\(example.name) answers:\n  \(answer.joined(separator: "\n  "))")
    }
}
