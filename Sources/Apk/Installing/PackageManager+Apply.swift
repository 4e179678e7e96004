// The way from one set of packages to another.
extension PackageManager {
    /// Goes the way to a world and notes it.
    ///
    /// - Parameters:
    ///   - before: called before each change with its number from 1 and their count.
    ///   - kept: told the path under which a new file lies beside one that its user had changed.
    ///   - notes: told what a person should know: scripts that failed.
    /// Returns how many scripts failed; their packages are marked for `fix`.
    /// Throws at the first change that fails, naming its package: the root is then as after the change before,
    /// and its database says so.
    @discardableResult
    public func apply<Runner: ScriptRunner>(
        _ solution: Solution, world: [DependencyAtom], scripts runner: inout Runner,
        before: (Int, Int, Change) -> Void = { _, _, _ in }, kept: (ByteText) -> Void = { _ in },
        notes: (String) -> Void = { _ in }
    ) throws(ApkError) -> Int {
        var work = Work(owners: FileOwners(state.database))
        var failure: ApkError?
        for (index, change) in solution.changes.enumerated() {
            if index % fetchedAtOnce == 0 { fetchAhead(solution.changes[index...].prefix(fetchedAtOnce)) }
            before(index + 1, solution.changes.count, change)
            do throws(ApkError) {
                if change.isReinstallation, change.repositories.isEmpty { continue }
                if change.new != nil {
                    try install(change, &work, &runner, kept, notes)
                } else if let old = change.old {
                    try remove(old, &work, &runner, notes)
                }
            } catch {
                failure = error.within((change.new ?? change.old)?.label ?? "package")
                break
            }
        }
        if !settings.bringsOnlyFiles {
            do throws(ApkError) {
                runTriggers(&work, &runner, notes)
                try note(failure == nil ? world : nil)
            } catch {
                // The first failure is the one that led here.
                throw failure ?? error
            }
        }
        if let failure { throw failure }
        return work.errors
    }

    /// Brings an installation to its end that a killed process left. To be called with the root locked, after `open`.
    ///
    /// Returns the labels of the packages whose files were put in their places or taken away; empty if there was
    /// nothing to do. A package whose last script may not have run is marked for `fix`.
    @discardableResult
    public func recover() throws(ApkError) -> [String] {
        guard let bytes = try machine.readFile(Journal.path, limit: Journal.limit) else { return [] }
        var owners = FileOwners(state.database)
        var labels: [String] = []
        for var step in try Journal.steps(bytes) {
            if !step.isDone, step.hasLastScript { step.package?.brokenFlags = "s" }
            labels.append(step.package?.entry.label ?? step.removed?.description ?? "")
            try perform(step, &owners, isResumed: true)
        }
        try sweep(ByteText(), depth: 0)
        if state.architecture == nil { try startRoot() }
        try state.write(to: machine)
        try machine.removeFile(Journal.path)
        refill()
        return labels
    }

    /// Packages that are fetched together before the first of them is installed: bounds what lies around.
    private var fetchedAtOnce: Int { 32 }

    /// Lets the machine fetch the packages of these changes from addresses, unless they are kept in the root already.
    private func fetchAhead(_ changes: ArraySlice<Change>) {
        guard settings.usesNetwork else { return }
        var addresses: [ByteText] = []
        for change in changes {
            guard let entry = change.new, !isVirtual(change),
                let location = locations(of: entry, in: change.repositories).first,
                Repository.isRemote(location), !isKept(entry)
            else { continue }
            addresses.append(location)
        }
        if addresses.count > 1 { machine.fetchAhead(addresses) }
    }

    private func isKept(_ entry: IndexEntry) -> Bool {
        // What cannot be looked at here is reported when the package is installed.
        guard (try? keepsPackages()) == true, let name = cacheName(package: entry),
            let folder = try? cacheFolder()
        else { return false }
        return (try? machine.status(folder + "/" + name)) != nil
    }

    /// What is carried from change to change.
    struct Work {
        var owners: FileOwners
        var changed: Set<ByteText> = []
        var errors = 0
    }

    /// Writes what is installed now, and what was asked for if all of it was done.
    private func note(_ world: [DependencyAtom]?) throws(ApkError) {
        if state.architecture == nil { try startRoot() }
        if let world { state.world = world }
        try state.write(to: machine)
        if world != nil { try state.writeWorld(to: machine) }
        try noteStamps()
        try machine.removeFile(Journal.path)
    }

    private func install<Runner: ScriptRunner>(
        _ change: Change, _ work: inout Work, _ runner: inout Runner, _ tell: (ByteText) -> Void,
        _ notes: (String) -> Void
    ) throws(ApkError) {
        guard let entry = change.new else { return }
        guard !isVirtual(change) else {
            var step = PackageStep()
            step.package = InstalledPackage(entry: entry)
            try begin(step)
            return try perform(step, &work.owners, isResumed: false)
        }
        let old = state.database.package(named: entry.name)
        var (extraction, package) = try extract(change, old, work.owners)
        var step: PackageStep
        let kept: [ByteText]
        do throws(ApkError) {
            run(.preInstall, .preUpgrade, old, package.header.scripts, entry, &work, &runner, notes)
            (step, kept) = try extraction.step(change)
            try begin(step)
            try perform(step, &work.owners, isResumed: false)
        } catch {
            throw extraction.rollBack(after: error)
        }
        for path in kept { tell(path) }
        for folder in step.package?.folders ?? [] { work.changed.insert(folder.path) }
        let errors = work.errors
        run(.postInstall, .postUpgrade, old, package.header.scripts, entry, &work, &runner, notes)
        if work.errors > errors { state.markBroken(entry.name, "s") }
        try end()
    }

    /// Stages a package's files, from the first place that has it.
    private func extract(
        _ change: Change, _ old: InstalledPackage?, _ owners: FileOwners
    ) throws(ApkError) -> (Extraction<Machine>, VerifiedPackage) {
        guard let entry = change.new else { throw ApkError(.notFound, "there is nothing to extract") }
        let trust: PackageTrust =
            if let identity = entry.identity { .identity(identity) } else if settings.allowsUntrusted {
                .anyone
            } else {
                .signature
            }
        var failure: ApkError?
        for location in try locations(of: change) {
            var reader = PackageStream(
                try PackageParser(
                    tools: machine,
                    visitor: Extraction(
                        machine: machine, database: state.database, owners: owners, old: old,
                        keepsUserFiles: !settings.bringsOnlyFiles),
                    trust: trust, limits: settings.limits))
            do throws(ApkError) {
                try bring(entry, from: location, into: &reader)
                let package = try reader.parser.finish()
                guard package.header.info.name == entry.name, package.header.info.version == entry.version
                else {
                    throw ApkError(
                        .damaged,
                        "the index calls it \(entry.label), it calls itself \(package.header.info.name)-\(package.header.info.version)"
                    )
                }
                return (reader.parser.visitor, package)
            } catch {
                let error = reader.parser.visitor.rollBack(after: error).within(location.description)
                // Another place may have it whole; what another package owns stays owned, wherever it comes from.
                guard error.kind != .fileConflict else { throw error }
                if failure == nil { failure = error }
            }
        }
        throw failure ?? ApkError(.notFound, "no repository offers it any more")
    }

    /// Reads a package, from the kept files of the root if it is there, keeping it if packages are kept.
    private func bring<Consumer: ByteConsumer>(
        _ entry: IndexEntry, from location: ByteText, into consumer: inout Consumer
    ) throws(ApkError) {
        guard Repository.isRemote(location) else { return try machine.read(location, into: &consumer) }
        if try keepsPackages(), let name = cacheName(package: entry) {
            let path = try cacheFolder() + "/" + name
            if try machine.status(path) == nil {
                guard settings.usesNetwork else { throw ApkError(.machine, "the network is switched off") }
                _ = try machine.download(location, to: path, newerThan: nil)
            }
            do throws(ApkError) {
                return try machine.read(file: path, into: &consumer)
            } catch {
                // Kept bytes that are damaged must not stand in the way for ever.
                try machine.removeFile(path)
                throw error
            }
        }
        guard settings.usesNetwork else { throw ApkError(.machine, "the network is switched off") }
        try machine.read(location, into: &consumer)
    }

    private func remove<Runner: ScriptRunner>(
        _ entry: IndexEntry, _ work: inout Work, _ runner: inout Runner, _ notes: (String) -> Void
    ) throws(ApkError) {
        guard let package = state.database.package(named: entry.name) else { return }
        let scripts = state.scripts.scripts(of: package.entry)
        run(.preDeinstall, scripts, entry, [entry.version.text], &work, &runner, notes)
        var step = PackageStep()
        step.removed = entry.name
        try begin(step)
        try perform(step, &work.owners, isResumed: false)
        for folder in package.folders { work.changed.insert(folder.path) }
        run(.postDeinstall, scripts, entry, [entry.version.text], &work, &runner, notes)
        try end()
    }

    private func begin(_ step: PackageStep) throws(ApkError) {
        guard !settings.bringsOnlyFiles else { return }
        try machine.appendFile(Journal.path, try Journal.record(step))
    }

    private func end() throws(ApkError) {
        guard !settings.bringsOnlyFiles else { return }
        try machine.appendFile(Journal.path, Journal.doneRecord)
    }

    /// Does a step: staged files get their names, files that belong to nobody any more go, the database learns of it.
    private func perform(
        _ step: PackageStep, _ owners: inout FileOwners, isResumed: Bool
    ) throws(ApkError) {
        if let name = step.removed, let package = state.database.package(named: name) {
            try RootFiles.remove(package, from: machine, owners: owners, keepsUserFiles: true)
            owners.remove(package)
            state.remove(name)
        }
        guard let package = step.package else { return }
        for rename in step.renames {
            if isResumed, try machine.status(rename.from) == nil { continue }
            try machine.rename(rename.from, to: rename.to)
        }
        if let old = state.database.package(named: package.entry.name) {
            var stays: Set<ByteText> = []
            for folder in package.folders {
                stays.insert(folder.path)
                for file in folder.files { stays.insert(folder.path(of: file)) }
            }
            try RootFiles.remove(old, from: machine, owners: owners, stays: stays)
            owners.remove(old)
        }
        forget(step.takenOver)
        state.record(package, scripts: step.scripts, triggers: step.triggers)
        owners.add(package)
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

    /// Removes staged files that a killed process left, below a folder.
    private func sweep(_ folder: ByteText, depth: Int) throws(ApkError) {
        guard depth < 64, let names = try machine.names(in: folder) else { return }
        for name in names {
            let path = folder.isEmpty ? name : folder + "/" + name
            if Extraction<Machine>.isTemporaryName(name) {
                try machine.removeFile(path)
            } else if folder.isEmpty, name == "proc" || name == "sys" || name == "dev" {
                continue
            } else if case .folder = try machine.status(path) {
                try sweep(path, depth: depth + 1)
            }
        }
    }

    private func startRoot() throws(ApkError) {
        state.architecture = architecture
        try machine.writeFile(RootState.architecturePath, architecture.bytes + [0x0a], mode: 0o644)
        guard try machine.status(RootState.repositoriesPath) == nil else { return }
        var lines: [UInt8] = []
        for repository in settings.repositories { lines += repository.line.bytes + [0x0a] }
        try machine.writeFile(RootState.repositoriesPath, lines, mode: 0o644)
    }

    /// Makes an empty root's database (`add --initdb` without names does no more).
    public func initialize() throws(ApkError) {
        guard state.architecture == nil else { return }
        try note(state.world)
    }
}
