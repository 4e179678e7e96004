/// Why a publication would hurt those who have installed packages.
public struct PublicationFinding: Sendable, Hashable, CustomStringConvertible {
    /// What kind of harm; the raw value is what `--accept` takes.
    public enum Kind: String, Sendable, CaseIterable {
        /// Something that a published package needs is no longer provided.
        case provider
        /// A file moves between packages, or is owned by two, without `replaces`.
        case files
        /// A version goes back.
        case older
        /// Fewer tests pass than when the package was published last.
        case tests
        /// A package grew beyond the limit.
        case growth
        /// The package is held at another version.
        case held
    }

    /// What kind.
    public var kind: Kind
    /// Who and what, in words.
    public var text: String

    /// A finding of this kind.
    public init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    /// `provider: lua5.4-5.4.7-r0 needs …`.
    public var description: String { "\(kind.rawValue): \(text)" }
}

/// What a publication may do.
public struct PublicationPolicy: Sendable, Hashable {
    /// Kinds of findings that are taken in the bargain.
    public var accepted: Set<PublicationFinding.Kind> = []
    /// Origins that are rebuilt and published after this: what they lose now they will not need then.
    public var rebuilding: Set<String> = []
    /// How many times its size a package may have without being asked about, …
    public var growthFactor = 1.5
    /// … when it grew by at least so many bytes.
    public var growthFloor: Int64 = 1 << 20

    /// Nothing is accepted; a package may grow by half, or by a mebibyte.
    public init(accepting accepted: Set<PublicationFinding.Kind> = []) { self.accepted = accepted }
}
