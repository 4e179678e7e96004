/// A repository: where it is, and its tag.
public struct Repository: Sendable, Equatable {
    /// Folder or address; `<location>/<architecture>/APKINDEX.tar.gz` is its index.
    public let location: ByteText
    /// The tag (without `@`) by which world entries ask for it; nil for one that is always used.
    public let tag: ByteText?

    /// A repository at a place.
    public init(_ location: ByteText, tag: ByteText? = nil) {
        var bytes = location.bytes
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        self.location = ByteText(bytes)
        self.tag = tag
    }

    /// The repositories of an `etc/apk/repositories` text: one a line, `@tag` before it, `#` comments.
    public static func list(_ bytes: [UInt8]) -> [Repository] {
        var found: [Repository] = []
        for line in bytes[...].words(separatedBy: { $0 == 0x0a }) where line.first != UInt8(ascii: "#") {
            let words = line.words { $0 == 0x20 || $0 == 0x09 }
            guard let first = words.first else { continue }
            if first.first == UInt8(ascii: "@"), words.count > 1 {
                found.append(Repository(ByteText(words[1]), tag: ByteText(first.dropFirst())))
            } else {
                found.append(Repository(ByteText(first)))
            }
        }
        return found
    }
}

/// How a package manager works.
public struct ManagerSettings: Sendable {
    /// The architecture of a root that has none yet.
    public var architecture: ByteText = "wasm32"
    /// Repositories besides those of the root.
    public var repositories: [Repository] = []
    /// Whether unsigned indexes and packages are accepted.
    public var allowsUntrusted = false
    /// Whether only files are brought: no database, no world, no scripts. For build sysroots.
    public var bringsOnlyFiles = false
    /// What bounds packages.
    public var limits = PackageLimits()

    /// A root for wasm32, trusted packages only.
    public init() {}
}

/// apk's work on one root: what is installed, what repositories offer, and the way between the two.
public final class PackageManager<Machine: ApkMachine> {
    /// The machine worked on.
    public let machine: Machine
    private let settings: ManagerSettings
    private var state = RootState()
    private var universe = Universe()
    private var sources: [Repository] = []

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
    /// The repositories in use, by their numbers.
    public var repositories: [Repository] { sources }
    /// All packages that are offered or installed.
    public var packages: Universe { universe }

    /// Reads the root's state. A root without a database is an empty one.
    public func open() throws(ApkError) {
        state = try RootState.read(machine)
        universe = Universe()
        for package in state.database.packages { universe.add(installed: package.entry) }
    }

    /// The folders that an installed package watches.
    public func triggers(of entry: IndexEntry) -> [ByteText] {
        for trigger in state.triggers where trigger.identity == entry.identity?.text { return trigger.globs }
        return []
    }

    /// Reads the indexes of the root's repositories and of the settings', checking their signatures.
    ///
    /// Throws the first failure, naming the repository: an installation must not silently miss one.
    public func loadRepositories() throws(ApkError) {
        var failure: ApkError?
        try loadRepositories { error in
            if failure == nil { failure = error }
        }
        if let failure { throw failure }
    }

    /// The same, handing out the failure of each repository that cannot be used, as apk goes on without it.
    public func loadRepositories(failed: (ApkError) -> Void) throws(ApkError) {
        sources = settings.repositories
        if !settings.bringsOnlyFiles,
            let bytes = try machine.readFile(RootState.repositoriesPath, limit: 1 << 20)
        {
            for repository in Repository.list(bytes) where !sources.contains(repository) {
                sources.append(repository)
            }
        }
        for repository in sources {
            let location = repository.location + "/" + architecture + "/APKINDEX.tar.gz"
            var index = Index()
            do throws(ApkError) {
                var whole = WholeFile(limit: IndexArchive.fileLimit)
                try machine.read(location, into: &whole)
                index = try IndexArchive.read(
                    whole.bytes, tools: machine, requiresSignature: !settings.allowsUntrusted)
            } catch {
                failed(error.within(location.description))
            }
            universe.add(repository: index, tag: repository.tag, architecture: architecture)
        }
    }

    /// The way to a world; see `Solver.solve(world:)`.
    public func solve(_ world: [DependencyAtom], options: SolverOptions = SolverOptions()) throws(ApkError)
        -> Solution
    {
        try Solver(universe, options: options).solve(world: world)
    }

    /// Goes the way to a world and notes it.
    ///
    /// - Parameters:
    ///   - before: called before each change with its number from 1 and their count.
    ///   - notes: told what a person should know: kept user files, scripts that failed.
    /// Throws at the first change that fails, naming its package: the root is then as after the change before,
    /// and its database says so.
    public func apply<Runner: ScriptRunner>(
        _ solution: Solution, world: [DependencyAtom], scripts runner: inout Runner,
        before: (Int, Int, Change) -> Void = { _, _, _ in }, notes: (String) -> Void = { _ in }
    ) throws(ApkError) {
        var owners = FileOwners(state.database)
        var changed: Set<ByteText> = []
        var failure: ApkError?
        for (index, change) in solution.changes.enumerated() {
            before(index + 1, solution.changes.count, change)
            do throws(ApkError) {
                if change.new != nil {
                    try install(change, &owners, &changed, &runner, notes)
                } else if let old = change.old {
                    try remove(old, &owners, &changed, &runner, notes)
                }
            } catch {
                failure = error.within((change.new ?? change.old)?.label ?? "package")
                break
            }
        }
        if !settings.bringsOnlyFiles {
            do throws(ApkError) {
                try note(failure == nil ? world : nil)
                runTriggers(changed, &runner, notes)
            } catch {
                // The first failure is the one that led here.
                throw failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// Writes what is installed now, and what was asked for if all of it was done.
    private func note(_ world: [DependencyAtom]?) throws(ApkError) {
        if state.architecture == nil { try startRoot() }
        if let world { state.world = world }
        try state.write(to: machine)
        if world != nil { try state.writeWorld(to: machine) }
    }

    private func install<Runner: ScriptRunner>(
        _ change: Change, _ owners: inout FileOwners, _ changed: inout Set<ByteText>, _ runner: inout Runner,
        _ notes: (String) -> Void
    ) throws(ApkError) {
        guard let entry = change.new else { return }
        let old = state.database.package(named: entry.name)
        let location = try self.location(of: change)
        let extraction = Extraction(
            machine: machine, database: state.database, owners: owners, old: old,
            keepsUserFiles: !settings.bringsOnlyFiles)
        let trust: PackageTrust =
            if let identity = entry.identity { .identity(identity) } else if settings.allowsUntrusted {
                .anyone
            } else {
                .signature
            }
        var reader = PackageStream(
            try PackageParser(tools: machine, visitor: extraction, trust: trust, limits: settings.limits))
        let package: VerifiedPackage
        do throws(ApkError) {
            try machine.read(location, into: &reader)
            package = try reader.parser.finish()
            guard package.header.info.name == entry.name, package.header.info.version == entry.version else {
                throw ApkError(
                    .damaged,
                    "the index calls it \(entry.label), it calls itself \(package.header.info.name)-\(package.header.info.version)"
                )
            }
            run(.preInstall, .preUpgrade, old, package.header.scripts, entry, &runner, notes)
        } catch {
            reader.parser.visitor.rollBack()
            throw error.within(location.description)
        }
        let installed: InstalledPackage
        let kept: [ByteText]
        do throws(ApkError) {
            (installed, kept) = try reader.parser.visitor.commit(change)
        } catch {
            reader.parser.visitor.rollBack()
            throw error
        }
        for path in kept { notes("\(path) was not put in its place: the file there was changed") }
        if let old { owners.remove(old) }
        forget(reader.parser.visitor.takenOver)
        state.record(installed, scripts: package.header.scripts, triggers: package.header.info.triggers)
        owners.add(installed)
        for folder in installed.folders { changed.insert(folder.path) }
        run(.postInstall, .postUpgrade, old, package.header.scripts, entry, &runner, notes)
    }

    private func remove<Runner: ScriptRunner>(
        _ entry: IndexEntry, _ owners: inout FileOwners, _ changed: inout Set<ByteText>,
        _ runner: inout Runner,
        _ notes: (String) -> Void
    ) throws(ApkError) {
        guard let package = state.database.package(named: entry.name) else { return }
        let scripts = state.scripts.scripts(of: package.entry)
        run(.preDeinstall, scripts, entry, [entry.version.text], &runner, notes)
        try RootFiles.remove(package, from: machine, owners: owners, keepsUserFiles: true)
        owners.remove(package)
        state.remove(entry.name)
        for folder in package.folders { changed.insert(folder.path) }
        run(.postDeinstall, scripts, entry, [entry.version.text], &runner, notes)
    }

    /// Takes files out of the lists of packages that no longer own them.
    private func forget(_ paths: [ByteText]) {
        guard !paths.isEmpty else { return }
        let taken = Set(paths)
        for index in state.database.packages.indices {
            for folder in state.database.packages[index].folders.indices {
                let path = state.database.packages[index].folders[folder]
                state.database.packages[index].folders[folder].files.removeAll {
                    taken.contains(path.path(of: $0))
                }
            }
        }
    }

    private func location(of change: Change) throws(ApkError) -> ByteText {
        guard let entry = change.new else {
            throw ApkError(.notFound, "there is nothing to fetch for a removal")
        }
        for repository in change.repositories {
            let folder = sources[repository].location + "/" + (entry.architecture ?? architecture)
            return folder + "/" + entry.fileName
        }
        throw ApkError(.notFound, "no repository offers it any more")
    }

    private func startRoot() throws(ApkError) {
        state.architecture = architecture
        try machine.writeFile(RootState.architecturePath, architecture.bytes + [0x0a], mode: 0o644)
        guard try machine.status(RootState.repositoriesPath) == nil else { return }
        var lines: [UInt8] = []
        for repository in settings.repositories {
            if let tag = repository.tag { lines += [UInt8(ascii: "@")] + tag.bytes + [0x20] }
            lines += repository.location.bytes + [0x0a]
        }
        try machine.writeFile(RootState.repositoriesPath, lines, mode: 0o644)
    }

    private func run<Runner: ScriptRunner>(
        _ first: ScriptKind, _ again: ScriptKind, _ old: InstalledPackage?, _ scripts: [PackageScript],
        _ entry: IndexEntry, _ runner: inout Runner, _ notes: (String) -> Void
    ) {
        if let old {
            run(again, scripts, entry, [entry.version.text, old.entry.version.text], &runner, notes)
        } else {
            run(first, scripts, entry, [entry.version.text], &runner, notes)
        }
    }

    private func run<Runner: ScriptRunner>(
        _ kind: ScriptKind, _ scripts: [PackageScript], _ entry: IndexEntry, _ arguments: [ByteText],
        _ runner: inout Runner, _ notes: (String) -> Void
    ) {
        guard !settings.bringsOnlyFiles else { return }
        for script in scripts where script.kind == kind {
            do throws(ApkError) {
                try runner.run(script, of: entry, arguments: arguments)
            } catch {
                notes("\(entry.label).\(kind.name): \(error.message)")
            }
        }
    }

    /// Runs the trigger of each package that watches a folder in which something changed.
    private func runTriggers<Runner: ScriptRunner>(
        _ changed: Set<ByteText>, _ runner: inout Runner, _ notes: (String) -> Void
    ) {
        for package in state.database.packages {
            guard let identity = package.entry.identity else { continue }
            for trigger in state.triggers where trigger.identity == identity.text {
                var folders: [ByteText] = []
                for folder in changed.sorted() {
                    let path = ByteText("/") + folder
                    if trigger.globs.contains(where: { Glob.matches($0, path) }) { folders.append(path) }
                }
                guard !folders.isEmpty else { continue }
                run(
                    .trigger, state.scripts.scripts(of: package.entry), package.entry, folders, &runner, notes
                )
            }
        }
    }
}

/// Gathers a file that must be held whole.
struct WholeFile: ByteConsumer {
    private let limit: Int
    private(set) var bytes: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    mutating func take(_ piece: UnsafeRawBufferPointer) throws(ApkError) {
        guard bytes.count + piece.count <= limit else {
            throw ApkError(.overLimit, "it has more than the \(limit) bytes allowed")
        }
        bytes.append(contentsOf: piece)
    }
}

/// Hands what is read to a package parser.
struct PackageStream<Tools: PackageTools, Visitor: PackageVisitor>: ByteConsumer {
    var parser: PackageParser<Tools, Visitor>

    init(_ parser: PackageParser<Tools, Visitor>) { self.parser = parser }

    mutating func take(_ piece: UnsafeRawBufferPointer) throws(ApkError) { try parser.consume(piece) }
}
