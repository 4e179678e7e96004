/// Something wrong or doubtful in a recipe: what, where, and what to do about it.
public struct Finding: Sendable, Hashable, Codable, CustomStringConvertible {
    /// How bad a finding is.
    public enum Severity: String, Sendable, Codable, CaseIterable {
        /// The recipe cannot be built as it stands.
        case error
        /// The recipe can be built, but says something that it should not.
        case warning
        /// The recipe is fine; who rebuilds it or tidies up may want to know.
        case note
    }

    /// Whether this stops a build.
    public let severity: Severity
    /// A short stable name of the rule, for filters: `checksum-count`.
    public let rule: String
    /// Where it is.
    public let place: Place
    /// What is wrong.
    public let what: String
    /// What to do.
    public let remedy: String

    /// A finding of `rule` at `place`.
    public init(_ severity: Severity, rule: String, at place: Place, what: String, remedy: String) {
        self.severity = severity
        self.rule = rule
        self.place = place
        self.what = what
        self.remedy = remedy
    }

    /// `main/zlib/APKBUILD:14:1: 2 sources but 1 checksum; run 'apkfarm recipe checksum zlib'`;
    /// a warning or note has the word `warning:` or `note:` after its place.
    public var description: String {
        let mark = severity == .error ? "" : "\(severity.rawValue): "
        return "\(place): \(mark)\(what); \(remedy)"
    }
}

/// A recipe that cannot be understood: at least one finding is an error.
public struct RecipeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found, in the order of the file.
    public let findings: [Finding]

    /// An error of these findings.
    public init(_ findings: [Finding]) {
        self.findings = findings
    }

    /// One line a finding.
    public var description: String { findings.map(\.description).joined(separator: "\n") }
}
