import Foundation
import Testing

@Suite("Transactions")
struct TransactionTests {
    @Test(arguments: try TransactionCase.all())
    func `ours answers a case as written`(example: TransactionCase) throws {
        guard !(Workplace.records && Workplace.real != nil) || example.differs else { return }
        let answer = try answer(example, program: Workplace.other)
        #expect(answer == example.expected, "\(example.name): \(difference(answer, example.expected))")
    }

    @Test(
        .enabled(if: Workplace.real != nil, "set APK_REAL to a real apk"),
        arguments: try TransactionCase.all())
    func `the real apk answers a case as written`(example: TransactionCase) throws {
        guard !example.differs else { return }
        let answer = try answer(example, program: Workplace.real)
        if try OlderApk.isReal.get() {
            let isSame = OlderApk.common(answer) == OlderApk.common(example.expected)
            let reason = OlderApk.differences[example.name]
            #expect(isSame == (reason == nil), "\(example.name): \(difference(answer, example.expected))")
            return
        }
        if Workplace.records { return try example.record(answer) }
        #expect(answer == example.expected, "\(example.name): \(difference(answer, example.expected))")
    }

    private func difference(_ answer: [String], _ expected: [String]) -> String {
        let more = answer.filter { !expected.contains($0) }.map { "+ " + $0 }
        let less = expected.filter { !answer.contains($0) }.map { "- " + $0 }
        return (less + more).joined(separator: "\n")
    }

    /// Plays a case. What the root holds is shown after each command.
    private func answer(_ example: TransactionCase, program: String?) throws -> [String] {
        let place = try Workplace()
        for (label, recipe) in example.packages.sorted(by: { $0.key < $1.key }) {
            try place.pack(label, recipe)
        }
        try place.publish([])
        var lines = try place.run(["add", "--initdb"], program: program).filter { $0.hasPrefix("status 1") }
        for step in example.steps {
            switch step {
            case .repository(let labels): try place.publish(labels)
            case .run(let words):
                lines.append("> " + words.joined(separator: " "))
                lines += try place.run(words, program: program)
                if ["add", "del", "upgrade", "fix", "extract"].contains(words[0]) {
                    lines += try place.state()
                }
            case .write(let path, let content):
                let file = URL(fileURLWithPath: place.root + "/" + path)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(content.utf8).write(to: file)
            case .remove(let path): try FileManager.default.removeItem(atPath: place.root + "/" + path)
            }
        }
        return lines
    }
}
