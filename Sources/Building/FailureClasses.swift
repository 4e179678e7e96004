import Foundation

/// The rules of `toolchain/failure-classes.tsv`: what a failed build's log says about the kind of its failure.
public struct FailureClasses: Sendable {
    /// One line of the file.
    struct Rule: Sendable {
        let name: String
        let phase: String
        let pattern: String
        let remedy: String
    }

    /// What was found.
    public struct Finding: Codable, Sendable, Equatable {
        /// The class: `missing-dependency`.
        public let name: String
        /// The line that proves it; empty where the phase alone does.
        public let line: String
        /// The line's number in the log, from 1; 0 for a line that is not of the log.
        public let number: Int
        /// What helps.
        public let remedy: String

        /// A finding with these parts.
        public init(name: String, line: String, number: Int, remedy: String) {
            self.name = name
            self.line = line
            self.number = number
            self.remedy = remedy
        }
    }

    /// A line of the file that is no rule.
    public struct Malformed: Error, Sendable, Equatable, CustomStringConvertible {
        /// The file.
        public let file: String
        /// The line, from 1.
        public let line: Int
        /// What is wrong.
        public let what: String
        /// `FILE:LINE:1: …`.
        public var description: String {
            "\(file):\(line):1: \(what); write 'CLASS<tab>PHASE or *<tab>EXPRESSION<tab>REMEDY'"
        }
    }

    private let rules: [Rule]

    /// Reads the rules: four columns separated by tabs, `#` begins a comment line.
    /// - Parameter file: the name for messages.
    /// - Throws: `Malformed` for a line with other columns or a faulty expression.
    public init(parsing text: String, file: String = "toolchain/failure-classes.tsv") throws(Malformed) {
        var rules: [Rule] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count == 4, !columns.contains("") else {
                throw Malformed(
                    file: file, line: index + 1, what: "\(columns.count) columns, or an empty one")
            }
            do { _ = try NSRegularExpression(pattern: columns[2]) } catch {
                throw Malformed(file: file, line: index + 1, what: "'\(columns[2])' is no regular expression")
            }
            rules.append(
                Rule(name: columns[0], phase: columns[1], pattern: columns[2], remedy: columns[3]))
        }
        self.rules = rules
    }

    /// The names of all classes, in the file's order, each once.
    public var names: [String] {
        var seen: Set<String> = []
        return rules.map(\.name).filter { seen.insert($0).inserted } + [Self.unknown]
    }

    /// The class of what no rule knows.
    public static let unknown = "unknown"

    /// Finds the class of a failure.
    /// - Parameters:
    ///   - phase: the phase that failed.
    ///   - reason: the farm's own words for it.
    ///   - log: the build's log; only what the failed phase printed is read, its last 200 lines before its last 4,000.
    /// - Returns: the first rule that matches a line; `unknown` with the last error line where none does.
    public func classify(phase: String, reason: String, log: String) -> Finding {
        let all = log.split(separator: "\n", omittingEmptySubsequences: false)
        let start = max(Self.beginning(of: phase, in: all), all.count - 4_000)
        var lines = all[start...].enumerated().map { offset, line in
            Line(number: start + offset + 1, text: String(line.prefix(600)))
        }
        // Answers to a probe are no errors.
        lines.removeAll { $0.text.hasPrefix("checking ") && !$0.text.hasSuffix("... ") }
        lines.append(Line(number: 0, text: reason))
        if let found = match(lines.suffix(200), phase: phase, broad: false) { return found }
        if let found = match(lines[...], phase: phase, broad: true) { return found }
        let line = lines.last { Self.isTelling($0.text) } ?? Line(number: 0, text: reason)
        return Finding(
            name: Self.unknown, line: line.text, number: line.number,
            remedy: "read the log; a rule in toolchain/failure-classes.tsv would help the next one")
    }

    private struct Line {
        let number: Int
        let text: String
    }

    /// - Parameter broad: whether rules that match a whole phase count.
    private func match(_ lines: ArraySlice<Line>, phase: String, broad: Bool) -> Finding? {
        for rule in rules where rule.phase == "*" || rule.phase == phase {
            let found: Line?
            if rule.pattern == "." {
                guard broad else { continue }
                found = lines.last { Self.isTelling($0.text) } ?? lines.last
            } else {
                // Checked when the file was read.
                guard let expression = try? NSRegularExpression(pattern: rule.pattern) else { continue }
                found = lines.first { line in
                    let range = NSRange(line.text.startIndex..., in: line.text)
                    return expression.firstMatch(in: line.text, range: range) != nil
                }
            }
            if let found {
                return Finding(
                    name: rule.name, line: found.text, number: found.number, remedy: rule.remedy)
            }
        }
        return nil
    }

    private static func isTelling(_ text: String) -> Bool {
        text.range(of: "error", options: .caseInsensitive) != nil && !text.hasPrefix(">>> ERROR")
    }

    /// The index of the phase's announcement, `>>> NAME: PHASE`; 0 where there is none.
    private static func beginning(of phase: String, in lines: [Substring]) -> Int {
        lines.lastIndex { $0.hasPrefix(">>> ") && $0.hasSuffix(": \(phase)") } ?? 0
    }
}
