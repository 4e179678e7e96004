/// How one word of a recipe's lists is answered.
public struct Answer: Sendable, Hashable {
    /// By what.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// A package for the architecture; `value` is its index.
        case package
        /// A program of the machine that builds; `value` is the line in the table of host tools.
        case hostTool
        /// The recipe itself; `value` is the index of its package.
        case own
        /// It excludes: nothing has to answer.
        case conflict
        /// Nobody is known to provide it, but names of this kind (`so:`, `cmd:`, `pc:`, `/bin/sh`) are found when
        /// packages are built.
        case knownAfterBuild
        /// Nobody provides it.
        case missing
        /// It is provided without a version, and no provider has a priority: apk asks to name one of them; `value` is
        /// the first of them.
        case unchosen
        /// It is provided, but in no version that fits; `value` is the best package that does not fit.
        case wrongVersion
        /// Its provider is not built for the architecture; `value` is that package.
        case wrongArchitecture
        /// It means a program of the machine that builds, and the table of host tools does not list it.
        case unlistedTool
    }

    /// By what.
    public let kind: Kind
    /// The package or line; 0 when the kind has none.
    public let value: UInt32

    init(_ kind: Kind, _ value: Int = 0) {
        self.kind = kind
        self.value = UInt32(truncatingIfNeeded: value)
    }

    /// The index of the package that answers; nil when none does.
    public var package: Int? {
        kind == .package || kind == .own ? Int(value) : nil
    }

    /// Whether nothing can be built or installed that has this need.
    public var blocks: Bool { kind.rawValue >= Kind.missing.rawValue }
}
