import Apk

// The verbs that change a root: add, del, upgrade, fix; and update, which only brings indexes.
extension ApkProgram {
    func add(_ line: CommandLine) throws(ApkError) -> Int32 {
        var options = SolverOptions()
        options.prefersLatest = line.has("latest")
        return try change(line, makesRoot: true, options) { manager, options throws(ApkError) in
            var atoms: [DependencyAtom] = []
            for word in line.arguments {
                if word.hasSuffix(".apk"), word.bytes.contains(UInt8(ascii: "/")) || host.exists(word) {
                    atoms.append(try manager.offer(file: word))
                } else {
                    atoms.append(try worldAtom(word))
                }
            }
            if let word = line.value("virtual") {
                let virtual = try virtualAtom(word)
                guard let version = virtual.version else {
                    throw ApkError(.usage, "\(word): bad package specifier")
                }
                if atoms.isEmpty { host.complain("WARNING: creating empty virtual package") }
                manager.offer(virtual: virtual.name, version: version, needs: atoms)
                atoms = [virtual]
            }
            if line.has("upgrade") { options.upgradedNames = Set(atoms.map { $0.name }) }
            var world = manager.world
            for atom in atoms {
                world.removeAll { $0.name == atom.name }
                world.append(atom)
            }
            return world
        }
    }

    /// `.name` or `.name=version`: without one it gets the time, as apk does.
    private func virtualAtom(_ word: ByteText) throws(ApkError) -> DependencyAtom {
        let badSpecifier = ApkError(.usage, "\(word): bad package specifier")
        var atom: DependencyAtom
        do throws(ApkError) {
            atom = try DependencyAtom(bytes: word.bytes[...])
        } catch {
            // Whatever is wrong with the word: this is what apk says.
            throw badSpecifier
        }
        guard !atom.isConflict else { throw badSpecifier }
        switch atom.constraint {
        case .any:
            let version = try PackageVersion(bytes: TimeText.version(host.now).bytes[...])
            atom.constraint = .version(.equal, version)
        case .version(.equal, _): break
        default: throw badSpecifier
        }
        return atom
    }

    func upgrade(_ line: CommandLine) throws(ApkError) -> Int32 {
        if line.has("self-upgrade-only") { return 0 }
        var options = SolverOptions()
        options.prefersAvailable = line.has("available")
        options.prefersLatest = line.has("latest")
        return try change(line, makesRoot: false, options) { manager, options throws(ApkError) in
            let catalogue = Catalogue(manager)
            var names: Set<PackageName> = []
            for word in line.arguments { names.formUnion(try self.names(word, catalogue)) }
            if line.has("ignore") { options.heldNames = names } else { options.upgradedNames = names }
            options.upgradesAll = line.arguments.isEmpty || line.has("ignore")
            var world = manager.world
            if line.has("available") {
                for index in world.indices {
                    if case .identity = world[index].constraint { world[index].constraint = .any }
                }
            }
            if line.has("prune") {
                world = world.filter { atom in
                    catalogue.candidates.contains {
                        !$0.repositories.isEmpty
                            && ($0.entry.name == atom.name
                                || $0.entry.provides.contains { $0.name == atom.name })
                    }
                }
            }
            return world
        }
    }

    func fix(_ line: CommandLine) throws(ApkError) -> Int32 {
        try change(line, makesRoot: false, SolverOptions()) { manager, options throws(ApkError) in
            let catalogue = Catalogue(manager)
            var names: Set<PackageName> = []
            for word in line.arguments { names.formUnion(try self.names(word, catalogue)) }
            if line.arguments.isEmpty {
                for package in manager.database.packages {
                    let flags = package.brokenFlags?.bytes ?? []
                    if flags.contains(UInt8(ascii: "f")) || flags.contains(UInt8(ascii: "s"))
                        || (line.has("xattr") && flags.contains(UInt8(ascii: "x")))
                    {
                        names.insert(package.entry.name)
                    }
                }
            }
            if line.has("depends") { names.formUnion(needed(by: names, catalogue)) }
            if line.has("upgrade") { options.upgradedNames = names }
            if line.has("reinstall") || !line.has("upgrade") { options.reinstalledNames = names }
            if line.has("directory-permissions") { try fixFolders(manager) }
            return manager.world
        }
    }

    private func fixFolders(_ manager: PackageManager<Host.Machine>) throws(ApkError) {
        for package in manager.database.packages {
            for folder in package.folders where !folder.path.isEmpty {
                guard let now = try manager.machine.ownership(folder.path),
                    now.mode != folder.ownership.mode || now.userID != folder.ownership.userID
                        || now.groupID != folder.ownership.groupID
                else { continue }
                var entry = TarEntry(path: folder.path, kind: .directory, mode: folder.ownership.mode)
                entry.userID = folder.ownership.userID
                entry.groupID = folder.ownership.groupID
                try manager.machine.setOwnership(folder.path, entry)
            }
        }
    }

    /// What the installed packages of these names need, directly and further on.
    private func needed(
        by names: Set<PackageName>, _ catalogue: Catalogue<Host.Machine>
    ) -> Set<PackageName> {
        var found: Set<PackageName> = []
        var pending = Array(names)
        let installed = catalogue.candidates.filter { $0.isInstalled }
        while let name = pending.popLast() {
            guard let package = installed.first(where: { $0.entry.name == name }) else { continue }
            for atom in package.entry.dependencies where !atom.isConflict {
                for other in installed where catalogue.meets(other.entry, atom) {
                    if found.insert(other.entry.name).inserted { pending.append(other.entry.name) }
                }
            }
        }
        return found
    }

    /// The package names that a word or pattern means. Throws in apk's words if there is none.
    private func names(
        _ word: ByteText, _ catalogue: Catalogue<Host.Machine>
    ) throws(ApkError) -> Set<PackageName> {
        var names: Set<PackageName> = []
        let isPattern = Wildcard.isPattern(word)
        for candidate in catalogue.candidates
        where isPattern
            ? Wildcard.matches(word, candidate.entry.name.text) : candidate.entry.name.text == word
        {
            names.insert(candidate.entry.name)
        }
        guard !names.isEmpty || isPattern else { throw ApkError(.notFound, "Package '\(word)' not found") }
        return names
    }

    func del(_ line: CommandLine) throws(ApkError) -> Int32 {
        var removed: [PackageName] = []
        return try change(
            line, makesRoot: false, SolverOptions(), loads: .installed,
            beforeChanges: { solution in sayStaying(removed, solution, line) },
            { manager, options throws(ApkError) in
                let catalogue = Catalogue(manager)
                var world = manager.world
                for word in line.arguments {
                    var pending = [try PackageName(bytes: word.bytes[...])]
                    guard
                        catalogue.installed(pending[0]) != nil
                            || world.contains(where: { $0.name == pending[0] })
                    else { throw ApkError(.notFound, "No such package: \(word)") }
                    removed.append(pending[0])
                    var seen: Set<PackageName> = []
                    while let name = pending.popLast() {
                        guard seen.insert(name).inserted else { continue }
                        world.removeAll { $0.name == name }
                        options.unwantedNames.insert(name)
                        guard line.has("rdepends"), let number = catalogue.installed(name) else { continue }
                        for atom in catalogue.candidates[number].entry.provides {
                            world.removeAll { $0.name == atom.name }
                        }
                        for user in catalogue.users(of: number, onlyInstalled: true, { $0.dependencies }) {
                            pending.append(catalogue.candidates[user].entry.name)
                        }
                    }
                }
                return world
            })
    }

    func update(_ line: CommandLine) throws(ApkError) -> Int32 {
        let manager = try open(line, makesRoot: true, locks: true, asksForNewer: true)
        defer { manager.machine.unlock() }
        try loadRepositories(manager, line, all: true)
        try manager.noteStamps()
        var unavailable: Int32 = 0
        var stale: Int32 = 0
        var rows: [JSONValue] = []
        for (_, repository, status) in manager.repositories {
            if !status.isAvailable { unavailable += 1 }
            if status.isStale { stale += 1 }
            rows.append(
                .object([
                    ("url", .text(repository.location)), ("description", .text(status.description)),
                    ("available", .flag(status.isAvailable)), ("stale", .flag(status.isStale)),
                ]))
            if try !line.wantsDocument(), line.verbosity > 0, status.isAvailable {
                host.say("\(status.description) [\(repository.location)]")
            }
        }
        if try line.wantsDocument() {
            host.say(JSONValue.list(rows).document(line.format))
        } else if line.verbosity > 0 {
            let trouble = unavailable + stale > 0
            host.say(
                (trouble ? "\(unavailable) unavailable, \(stale) stale;" : "OK:")
                    + " \(manager.packages.candidates.count) distinct packages available")
        }
        return unavailable + stale
    }
}

/// Times as apk writes them.
enum TimeText {
    /// `20261127.224501`: the version of a virtual package.
    static func version(_ seconds: Int64) -> ByteText {
        let days = seconds / 86_400
        let rest = seconds % 86_400
        // Days since 1970 to a date (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let realMonth = month < 10 ? month + 3 : month - 9
        let year = yearOfEra + era * 400 + (realMonth <= 2 ? 1 : 0)
        return ByteText(
            "\(year)\(two(realMonth))\(two(day)).\(two(rest / 3600))\(two(rest / 60 % 60))\(two(rest % 60))")
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
