/// Why a text cannot be parsed or evaluated: what, where, and what to do about it.
public struct ShellFinding: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds, for programs.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The text is no shell.
        case syntax
        /// Correct shell that this evaluator does not run, by rule.
        case unsupported
        /// More steps, memory or depth than allowed.
        case budget
        /// Shell that fails when it runs, as in a real shell.
        case failure
    }

    /// Its kind.
    public let kind: Kind
    /// The source's name.
    public let source: String
    /// Where.
    public let position: ShellPosition
    /// What is wrong.
    public let what: String
    /// What to do about it.
    public let cure: String

    /// A finding at a byte of a source.
    init(_ kind: Kind, in source: ShellSource, at offset: Int, _ what: String, cure: String) {
        self.kind = kind
        self.source = source.name
        position = source.position(of: offset)
        self.what = what
        self.cure = cure
    }

    /// `main/zlib/APKBUILD:14:1: the quote ' is not closed; close it`.
    public var description: String { "\(source):\(position): \(what); \(cure)" }
}
