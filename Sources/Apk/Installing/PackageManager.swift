/// apk's work on one root: what is installed, what repositories offer, and the way between the two.
public final class PackageManager<Machine: ApkMachine> {
    /// The machine worked on.
    public let machine: Machine
    let settings: ManagerSettings
    var state = RootState()
    var universe = Universe()
    var sources: [Source] = []
    var stamps = KnownStamps()

    /// Where packages that the universe names under a repository's number come from.
    enum Source {
        /// A repository and what became of its index.
        case repository(Repository, RepositoryStatus)
        /// A package file that was named on the command line.
        case file(ByteText)
        /// No place: a package without files that was made up to hold dependencies.
        case virtual
    }

    /// A manager of the machine's root. Nothing is read or written yet.
    public init(_ machine: Machine, settings: ManagerSettings = ManagerSettings()) {
        self.machine = machine
        self.settings = settings
    }

    /// What is installed.
    public var database: InstalledDatabase { state.database }
    /// What was asked for.
    public var world: [DependencyAtom] { state.world }
    /// The root's architecture.
    public var architecture: ByteText { state.architecture ?? settings.architecture }
    /// All packages that are offered or installed.
    public var packages: Universe { universe }

    /// The repositories in use with their numbers in the universe, and what became of their indexes.
    public var repositories: [(number: Int, repository: Repository, status: RepositoryStatus)] {
        var found: [(number: Int, repository: Repository, status: RepositoryStatus)] = []
        for (number, source) in sources.enumerated() {
            if case .repository(let repository, let status) = source {
                found.append((number, repository, status))
            }
        }
        return found
    }

    /// Reads the root's state. A root without a database is an empty one.
    public func open() throws(ApkError) {
        state = try RootState.read(machine)
        if !settings.bringsOnlyFiles { stamps = try KnownStamps.read(machine) }
        refill()
    }

    /// Fills the universe with what is installed.
    func refill() {
        universe = Universe()
        sources = []
        for package in state.database.packages { universe.add(installed: package.entry) }
    }

    /// The folders that an installed package watches.
    public func triggers(of entry: IndexEntry) -> [ByteText] {
        for trigger in state.triggers where trigger.identity == entry.identity?.text { return trigger.globs }
        return []
    }

    /// The scripts of an installed package.
    public func scripts(of entry: IndexEntry) -> [PackageScript] { state.scripts.scripts(of: entry) }

    /// The way to a world; see `Solver.solve(world:)`.
    public func solve(_ world: [DependencyAtom], options: SolverOptions = SolverOptions()) throws(ApkError)
        -> Solution
    {
        for atom in world {
            guard let tag = atom.tag else { continue }
            guard repositories.contains(where: { $0.repository.tag == tag }) else {
                throw ApkError(
                    .notFound,
                    "The repository tag for world dependency '\(atom)' does not exist; add a repository '@\(tag) …'"
                )
            }
        }
        return try Solver(universe, options: options).solve(world: world)
    }
}

/// What became of a repository's index.
public struct RepositoryStatus: Sendable {
    /// Whether an index was read.
    public var isAvailable = false
    /// Whether it is an old one, as nothing newer could be brought.
    public var isStale = false
    /// The repository's own words about itself.
    public var description = ByteText()

    init() {}
}
