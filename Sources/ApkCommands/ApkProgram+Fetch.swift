import Apk

// fetch and cache: packages into a folder of the caller, or into the kept files of the root.
extension ApkProgram {
    func fetch(_ line: CommandLine) throws(ApkError) -> Int32 {
        let (query, manager) = try query(line)
        let catalogue = Catalogue(manager)
        let isPlain = !line.has("recursive") && !line.has("world")
        if isPlain {
            let (found, _) = query.matches(line.arguments, in: manager)
            var errors: Int32 = 0
            for match in found where match.candidate == nil && !Wildcard.isPattern(match.query) {
                host.say("\(match.query): unable to select package (or its dependencies)")
                errors += 1
            }
            guard errors == 0 else { return errors }
        }
        let numbers = try found(query, line, manager).numbers
        if try line.wantsDocument() {
            return showDocument(numbers, line, catalogue, [.name, .version, .fileSize, .downloadURL])
        }
        let writes = !line.has("simulate")
        var errors: Int32 = 0
        for number in numbers {
            let candidate = catalogue.candidates[number]
            do throws(ApkError) {
                try fetch(candidate, line, manager, writes: writes)
            } catch {
                errors += 1
                host.complain("ERROR: \(candidate.entry.label): \(error.message)")
            }
        }
        return errors
    }

    private func fetch(
        _ candidate: Universe.Candidate, _ line: CommandLine, _ manager: PackageManager<Host.Machine>,
        writes: Bool
    ) throws(ApkError) {
        let entry = candidate.entry
        guard let location = manager.locations(of: entry, in: candidate.repositories).first else {
            throw ApkError(.notFound, "package not found")
        }
        let toOutput = line.has("stdout")
        if !toOutput, line.verbosity > 0 {
            host.say(line.has("url") ? location.description : "Downloading \(entry.label)")
        }
        guard writes else { return }
        let bytes = try package(entry, at: location, manager.machine)
        if toOutput {
            try host.write(bytes)
        } else {
            try host.writeFile((line.value("output") ?? ".") + "/" + entry.fileName, bytes)
        }
    }

    /// A package's bytes, found to be those that the index names.
    func package(
        _ entry: IndexEntry, at location: ByteText, _ machine: Host.Machine
    ) throws(ApkError) -> [UInt8] {
        var reader = KeepingReader(
            parser: try PackageParser(
                tools: machine, visitor: NoVisitor(),
                trust: entry.identity.map { .identity($0) } ?? .signature))
        try machine.read(location, into: &reader)
        _ = try reader.parser.finish()
        return reader.bytes
    }

    func cache(_ line: CommandLine) throws(ApkError) -> Int32 {
        guard let action = line.arguments.first,
            action == "sync" || action == "clean" || action == "purge" || action == "download"
        else { throw ApkError(.usage, "cache: say one of: sync, clean, purge, download") }
        let manager = try open(line, makesRoot: false, asksForNewer: action == "sync")
        try loadRepositories(manager, line, all: true)
        if action != "download" {
            try cleanCache(line, manager, purges: action == "purge" || line.has("purge"))
        }
        guard action == "download" || action == "sync" else { return 0 }
        guard try manager.keepsPackages() else {
            host.complain("WARNING: there is no etc/apk/cache in this root, so packages are not kept")
            return 0
        }
        var world = line.arguments.count == 1 || line.has("add-dependencies") ? manager.world : []
        for word in line.arguments.dropFirst() { world.append(try worldAtom(word)) }
        var options = SolverOptions()
        options.upgradesAll = line.has("upgrade")
        options.prefersAvailable = line.has("available")
        options.prefersLatest = line.has("latest")
        return try keep(try manager.solve(world, options: options).packages, line, manager)
    }

    private func keep(
        _ packages: [IndexEntry], _ line: CommandLine, _ manager: PackageManager<Host.Machine>
    ) throws(ApkError) -> Int32 {
        let folder = try manager.cacheFolder()
        var errors: Int32 = 0
        for entry in packages {
            guard let name = manager.cacheName(package: entry),
                let candidate = manager.packages.candidates(named: entry.name).first(where: {
                    $0.entry.version == entry.version && $0.entry.identity == entry.identity
                }),
                let location = manager.locations(of: entry, in: candidate.repositories).first,
                Repository(location).isRemote, try manager.machine.status(folder + "/" + name) == nil
            else { continue }
            if line.verbosity > 0 { host.say("Downloading \(entry.label)") }
            guard !line.has("simulate") else { continue }
            do throws(ApkError) {
                let bytes = try package(entry, at: location, manager.machine)
                try manager.machine.writeFile(folder + "/" + name, bytes, mode: 0o644)
            } catch {
                errors += 1
                host.complain("ERROR: \(entry.label): \(error.message)")
            }
        }
        return errors == 0 ? 0 : 1
    }

    /// Removes kept files that no repository names; with `purges` also packages that are not installed.
    private func cleanCache(
        _ line: CommandLine, _ manager: PackageManager<Host.Machine>, purges: Bool
    ) throws(ApkError) {
        var wanted: Set<ByteText> = ["installed"]
        for (_, repository, _) in manager.repositories where repository.isRemote {
            wanted.insert(manager.cacheName(index: manager.indexLocation(of: repository)))
        }
        for candidate in manager.packages.candidates where !candidate.repositories.isEmpty {
            if purges, !candidate.isInstalled { continue }
            if let name = manager.cacheName(package: candidate.entry) { wanted.insert(name) }
        }
        let folder = try manager.cacheFolder()
        for name in try manager.machine.names(in: folder) ?? [] where !wanted.contains(name) {
            if line.verbosity > 1 { host.say("deleting \(name)") }
            if !line.has("simulate") { try manager.machine.removeFile(folder + "/" + name) }
        }
    }
}

/// Hands a package's bytes to a parser and keeps them.
private struct KeepingReader<Tools: PackageTools>: ByteConsumer {
    var parser: PackageParser<Tools, NoVisitor>
    var bytes: [UInt8] = []

    init(parser: PackageParser<Tools, NoVisitor>) { self.parser = parser }

    mutating func take(_ piece: UnsafeRawBufferPointer) throws(ApkError) {
        bytes.append(contentsOf: piece)
        try parser.consume(piece)
    }
}
