/// All packages that could be installed or are, and who provides what: what the solver chooses from.
public struct Universe: Sendable {
    /// One package that may be chosen.
    public struct Candidate: Sendable {
        /// What its index or the installed database says.
        public var entry: IndexEntry
        /// The repositories that offer it, by their numbers, lowest first. Empty if it is only installed.
        public internal(set) var repositories: [Int] = []
        /// Whether it is installed now.
        public internal(set) var isInstalled = false
        /// Whether it provides a name twice and not both times without a version: both apks take such a package to
        /// conflict with itself (seen with 2.14.10 and 3.0.6). The own name counts as provided.
        public internal(set) var conflictsWithItself = false
    }

    /// A candidate that provides a name.
    struct Provider: Sendable {
        let candidate: Int
        /// The version under which it provides it; nil if without one.
        let version: PackageVersion?
    }

    /// Every package, by its number.
    public private(set) var candidates: [Candidate] = []
    private(set) var names: [PackageName] = []
    private(set) var providers: [[Provider]] = []
    /// Candidates with this name in their install_if.
    private(set) var installIfUsers: [[Int]] = []
    private(set) var ownNames: [Int] = []
    /// Tags of repositories, by their numbers; nil for an untagged one.
    private(set) var repositoryTags: [ByteText?] = []
    private var numbers: [PackageName: Int] = [:]
    private var byIdentity: [PackageIdentity: Int] = [:]

    /// How the obstacle of a package for another architecture begins.
    static let foreignObstacle: StaticString = "it is for "

    /// A universe without a package.
    public init() {}

    /// Adds a repository's packages. Repositories added first win between equals. Returns the repository's number.
    ///
    /// - Parameter architecture: packages for others (but `noarch`) are left out; nil takes all.
    @discardableResult
    public mutating func add(repository index: Index, tag: ByteText? = nil, architecture: ByteText? = nil)
        -> Int
    {
        let repository = repositoryTags.count
        repositoryTags.append(tag)
        reserve(index.entries.count)
        for var entry in index.entries {
            if let architecture, let own = entry.architecture, own != architecture,
                !own.bytes[...].equals(text: "noarch"), entry.obstacle == nil
            {
                entry.obstacle =
                    ByteText(stringLiteral: Universe.foreignObstacle) + own + ", not for " + architecture
            }
            let number = place(entry)
            if candidates[number].repositories.last != repository {
                candidates[number].repositories.append(repository)
            }
        }
        return repository
    }

    /// Adds an installed package.
    public mutating func add(installed entry: IndexEntry) {
        let number = place(entry)
        candidates[number].isInstalled = true
        candidates[number].entry.obstacle = nil
    }

    /// Makes room for so many packages, each with a few names.
    private mutating func reserve(_ count: Int) {
        candidates.reserveCapacity(candidates.count + count)
        ownNames.reserveCapacity(ownNames.count + count)
        byIdentity.reserveCapacity(byIdentity.count + count)
        numbers.reserveCapacity(numbers.count + 3 * count)
        names.reserveCapacity(names.count + 3 * count)
        providers.reserveCapacity(providers.count + 3 * count)
        installIfUsers.reserveCapacity(installIfUsers.count + 3 * count)
    }

    /// The number of a name, nil if nobody provides, needs or names it.
    func number(of name: PackageName) -> Int? { numbers[name] }

    /// The candidates of a package name, in the order in which they were added.
    public func candidates(named name: PackageName) -> [Candidate] {
        guard let number = numbers[name] else { return [] }
        var found: [Candidate] = []
        for provider in providers[number] where ownNames[provider.candidate] == number {
            found.append(candidates[provider.candidate])
        }
        return found
    }

    /// Whether a provider gives what an atom asks for, regardless of `isConflict`.
    func accepts(_ atom: DependencyAtom, _ provider: Provider) -> Bool {
        atom.accepts(version: provider.version, identity: candidates[provider.candidate].entry.identity)
    }

    /// The providers of an atom's name.
    func providers(of atom: DependencyAtom) -> [Provider] {
        guard let number = numbers[atom.name] else { return [] }
        return providers[number]
    }

    private mutating func intern(_ name: PackageName) -> Int {
        if let number = numbers[name] { return number }
        numbers[name] = names.count
        names.append(name)
        providers.append([])
        installIfUsers.append([])
        return names.count - 1
    }

    /// The number of the candidate with these very bytes; a new one if there is none.
    private mutating func place(_ entry: IndexEntry) -> Int {
        if let identity = entry.identity, let known = byIdentity[identity],
            candidates[known].entry.name == entry.name, candidates[known].entry.version == entry.version
        {
            return known
        }
        let candidate = candidates.count
        candidates.append(Candidate(entry: entry))
        if let identity = entry.identity { byIdentity[identity] = candidate }
        let own = intern(entry.name)
        ownNames.append(own)
        providers[own].append(Provider(candidate: candidate, version: entry.version))
        for atom in entry.provides {
            let name = intern(atom.name)
            let version = atom.version
            if let last = providers[name].last, last.candidate == candidate,
                last.version != nil || version != nil
            {
                candidates[candidate].conflictsWithItself = true
            }
            providers[name].append(Provider(candidate: candidate, version: version))
        }
        for atom in entry.installIf {
            let name = intern(atom.name)
            if installIfUsers[name].last != candidate { installIfUsers[name].append(candidate) }
        }
        return candidate
    }
}
