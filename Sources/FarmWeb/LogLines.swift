import Foundation

/// A part of a log as a page shows it: numbered lines, without the terminal's escapes, with phases and errors marked.
struct LogLines {
    /// Lines on one page.
    static let most = 2000

    private let lines: [String]
    private let isRunning: Bool

    /// The lines of a text. The last one of a log that still grows may be half: it is left to the next look.
    init(_ text: String, isRunning: Bool) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        _ = lines.popLast().map { if !$0.isEmpty, !isRunning { lines.append($0) } }
        self.lines = lines
        self.isRunning = isRunning
    }

    /// What the template shows, beginning at a line; without one the end.
    func values(from: Int?) -> [String: Any] {
        let first = min(max(1, from ?? lines.count - Self.most + 1), max(1, lines.count))
        let shown = lines.dropFirst(first - 1).prefix(Self.most)
        var values: [String: Any] = [
            "first": first, "next": first + shown.count,
            "lines": shown.enumerated().map { offset, line in
                var row: [String: Any] = ["number": first + offset, "text": Self.plain(line)]
                if line.hasPrefix(">>> ") { row["class"] = "phase" }
                if Self.kind(of: line) != nil { row["class"] = "error" }
                return row
            },
        ]
        if first > 1 { values["earlier"] = first - 1 }
        if first + shown.count <= lines.count { values["later"] = first + shown.count }
        values["errors"] = shown.enumerated().compactMap { offset, line in
            Self.kind(of: line).map { ["line": first + offset, "kind": $0] as [String: Any] }
        }.prefix(5).map { $0 }
        return values
    }

    /// What kind of error a line tells of; nil for none.
    static func kind(of line: String) -> String? {
        if line.contains(": error:") || line.contains(": fatal error:") || line.hasPrefix("error: ") {
            return "Compiler error"
        }
        if line.hasPrefix("configure: error:") || line.hasPrefix("CMake Error") { return "Configure error" }
        if line.hasPrefix("FAIL: ") || line.hasPrefix("FAIL ") || line.hasPrefix("not ok ") {
            return "Failed test"
        }
        if line.contains("undefined symbol: ") || line.hasPrefix("wasm-ld: error") { return "Linker error" }
        if line.hasPrefix("make: *** ") || line.contains("]: *** [") { return "make stopped" }
        return nil
    }

    /// The text without control characters and the sequences that steer a terminal.
    static func plain(_ line: String) -> String {
        var result = String.UnicodeScalarView()
        var rest = line.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\u{1b}" {
                guard rest.first == "[" else { continue }
                rest = rest.dropFirst().drop { $0.value < 0x40 || $0.value > 0x7e }.dropFirst()
            } else if scalar.value >= 0x20 && scalar.value != 0x7f || scalar == "\t" {
                result.append(scalar)
            }
        }
        return String(result)
    }
}
