/// What is preferred when several sets of packages would do.
public struct SolverOptions: Sendable {
    /// Takes newer versions of everything (`apk upgrade`); else what is installed stays where it may.
    public var upgradesAll = false
    /// Takes newer versions of these names (`apk add -u NAME`).
    public var upgradedNames: Set<PackageName> = []
    /// Prefers what a repository offers over what is only installed (`--available`).
    public var prefersAvailable = false
    /// Takes the newest version that may be used, whatever is installed or pinned (`--latest`).
    public var prefersLatest = false
    /// Leaves these names at their installed version where that may be (`upgrade --ignore NAME`).
    public var heldNames: Set<PackageName> = []
    /// Names that were asked to go: that they are installed is no reason to take them (`del NAME`).
    public var unwantedNames: Set<PackageName> = []
    /// Installs these names once more, even if they are installed already (`fix`).
    public var reinstalledNames: Set<PackageName> = []
    /// Conflicts that may be met before the search is given up.
    public var conflictBudget = 200_000

    /// Nothing is upgraded without need.
    public init() {}
}

/// One thing to do to the root.
public struct Change: Sendable {
    /// The installed package that goes or is replaced; nil for a new one.
    public let old: IndexEntry?
    /// The package that comes; nil for a removal.
    public let new: IndexEntry?
    /// The repositories that offer the new one, by their numbers.
    public let repositories: [Int]
    /// The tag of the repository that it was pinned to, nil for untagged ones.
    public let tag: ByteText?
    /// Whether the very package that is installed is installed once more.
    public internal(set) var isReinstallation = false

    /// What kind of change it is.
    public enum Kind: Sendable {
        /// Nothing of that name was installed.
        case install
        /// A newer version comes.
        case upgrade
        /// An older version comes.
        case downgrade
        /// The same version with other bytes, or once more.
        case replace
        /// The package goes.
        case remove
    }

    /// What kind of change it is.
    public var kind: Kind {
        guard let new else { return .remove }
        guard let old else { return .install }
        switch new.version.compare(old.version) {
        case .less: return .downgrade
        case .greater: return .upgrade
        case .equal: return .replace
        }
    }

    /// What apk prints while it does this: `Installing b (2)`, `Upgrading a (1 -> 2)`, `Purging c (1)`.
    public var summary: String {
        switch (old, new) {
        case (.some(let old), .some) where isReinstallation:
            (repositories.isEmpty ? "[APK unavailable, skipped] " : "")
                + "Reinstalling \(old.name)\(mark) (\(old.version))"
        case (_, .none): "Purging " + (old.map { "\($0.name) (\($0.version))" } ?? "")
        case (.none, .some(let new)): "Installing \(new.name)\(mark) (\(new.version))"
        case (.some(let old), .some(let new)): "\(verb) \(new.name)\(mark) (\(old.version) -> \(new.version))"
        }
    }

    private var mark: String { tag.map { "@\($0)" } ?? "" }

    private var verb: StaticString {
        switch kind {
        case .downgrade: "Downgrading"
        case .replace: "Replacing"
        default: "Upgrading"
        }
    }
}

/// The answer to what shall be installed.
public struct Solution: Sendable {
    /// Everything that is installed afterwards, dependencies before those who need them where they can be.
    public let packages: [IndexEntry]
    /// What has to be done for that, in order.
    public let changes: [Change]
}
