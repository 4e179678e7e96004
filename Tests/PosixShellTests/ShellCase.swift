import Foundation
import PosixShell
import Testing

/// One case of the table in `Cases`: a script and what it prints. The table is shared by the parser, the printer, the
/// evaluator, the real shells and the fuzzer's seeds.
///
/// A file holds cases of the form `### all` (or `### ash`, where bash answers otherwise), the script, `---`, the output.
/// An output that does not end a line is followed by `\c`.
struct ShellCase: Sendable, CustomTestStringConvertible {
    let name: String
    let script: [UInt8]
    let output: [UInt8]
    let isForBash: Bool

    var testDescription: String { name }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Cases"

    static let all: [ShellCase] = {
        // Without the folder there are no cases, and a test says so.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".txt") }.sorted().flatMap { read($0) }
    }()

    private static func read(_ file: String) -> [ShellCase] {
        let bytes = [UInt8](FileManager.default.contents(atPath: "\(folder)/\(file)") ?? Data())
        var cases: [ShellCase] = []
        var lines: [ArraySlice<UInt8>] = []
        func finish() {
            guard let title = lines.first,
                let mark = lines.firstIndex(where: { $0.elementsEqual("---".utf8) })
            else { return }
            var output = Array(lines[(mark + 1)...].map { $0 + [10] }.joined())
            if output.suffix(3).elementsEqual("\\c\n".utf8) { output.removeLast(3) }
            cases.append(
                ShellCase(
                    name: "\(file.dropLast(4)) \(cases.count + 1)",
                    script: Array(lines[1..<mark].joined(separator: [10])), output: output,
                    isForBash: title.elementsEqual("### all".utf8)))
        }
        for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
            if line.starts(with: "### ".utf8) {
                finish()
                lines = []
            }
            lines.append(line)
        }
        // The last line is what follows the last newline.
        lines.removeLast()
        finish()
        return cases
    }
}
