import FarmServices
import Foundation
import Testing

@Suite("Logs of builds")
struct LogFileTests {
    private let path = NSTemporaryDirectory() + "log-\(UUID().uuidString).log"

    private func remove() {
        for end in ["", ".xz", ".xz.index"] {
            // What was not made need not be removed.
            try? FileManager.default.removeItem(atPath: path + end)
        }
    }

    @Test("A finished log has the same text, is read by xz, and any line is found in it")
    func finished() throws {
        defer { remove() }
        let lines = (1...20_000).map { "line \($0) of a build, which says this and that" }
        let text = lines.joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(try LogFile.text(path) == text)
        LogFile.finished(path)
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try LogFile.text(path) == text)

        for line in [1, 2, 1_500, 12_345, 20_000] {
            let place = LogFile.place(of: line, in: path)
            #expect(place.line <= line)
            var rest: [UInt8] = []
            while rest.count(where: { $0 == 10 }) <= line - place.line {
                let piece = try LogFile.bytes(path, from: place.offset + rest.count)
                if piece.isEmpty { break }
                rest += piece
            }
            let found = rest.split(separator: 10, omittingEmptySubsequences: false)[line - place.line]
            #expect(String(decoding: found, as: UTF8.self) == lines[line - 1])
        }

        let xz = Process()
        xz.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        xz.arguments = ["xz", "-dc", path + ".xz"]
        let output = Pipe()
        xz.standardOutput = output
        try xz.run()
        let unpacked = output.fileHandleForReading.readDataToEndOfFile()
        xz.waitUntilExit()
        #expect(unpacked == Data(text.utf8))
    }

    @Test("A log without an index is read all the same")
    func noIndex() throws {
        defer { remove() }
        try Data("first\nsecond\n".utf8).write(to: URL(fileURLWithPath: path))
        LogFile.finished(path)
        try FileManager.default.removeItem(atPath: path + ".xz.index")
        #expect(try LogFile.text(path) == "first\nsecond\n")
        #expect(LogFile.place(of: 2, in: path).offset == 0)
    }
}
