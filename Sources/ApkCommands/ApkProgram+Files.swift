import Apk

// The verbs that work on files: verify, index, version.
extension ApkProgram {
    func verify(_ line: CommandLine) throws(ApkError) -> Int32 {
        let machine = try machineForFiles(line)
        var status: Int32 = 0
        for file in line.arguments {
            do throws(ApkError) {
                _ = try read(file, machine, trust: line.has("allow-untrusted") ? .anyone : .signature)
                if !line.has("quiet") { host.say("\(file): OK") }
            } catch {
                status = 1
                host.say(line.has("quiet") ? file.description : "\(file): \(error.message)")
            }
        }
        return status
    }

    func index(_ line: CommandLine) throws(ApkError) -> Int32 {
        guard let output = line.value("output") else {
            throw ApkError(.usage, "index: say with --output where to write it")
        }
        let machine = try machineForFiles(line)
        var index = Index()
        for file in line.arguments {
            let package: VerifiedPackage
            do throws(ApkError) {
                package = try read(file, machine, trust: line.has("allow-untrusted") ? .anyone : .signature)
            } catch {
                throw error.within(file.description)
            }
            var entry = IndexEntry(
                package.header.info, identity: package.header.identity, fileSize: package.fileSize)
            if let architecture = line.value("rewrite-arch") { entry.architecture = architecture }
            index.entries.append(entry)
        }
        let tar = try IndexArchive.tar(
            index, description: line.value("description") ?? ByteText(), modified: host.now)
        try host.writeFile(output, try machine.compress(tar))
        sayUnprovided(index)
        host.complain("Index has \(index.entries.count) packages (of which \(index.entries.count) are new)")
        return 0
    }

    func version(_ line: CommandLine) -> Int32 {
        if line.has("check") {
            var status: Int32 = 0
            for word in line.arguments where !PackageVersion.isValid(word.bytes[...]) {
                host.say(word.description)
                status = 1
            }
            return status
        }
        guard line.has("test"), line.arguments.count == 2 else {
            host.complain("ERROR: version: use --test VERSION VERSION or --check VERSIONS...")
            return 1
        }
        let order = PackageVersion.compare(
            line.arguments[0].bytes[...], line.arguments[1].bytes[...], isFuzzy: false)
        switch order {
        case .less: host.say("<")
        case .equal: host.say("=")
        case .greater: host.say(">")
        }
        return 0
    }

    private func machineForFiles(_ line: CommandLine) throws(ApkError) -> Host.Machine {
        try host.machine(root: root(line), keysFolder: line.value("keys-dir"), makesRoot: false)
    }

    private func read(
        _ file: ByteText, _ machine: Host.Machine, trust: PackageTrust
    ) throws(ApkError) -> VerifiedPackage {
        var reader = FileReader(
            parser: try PackageParser(tools: machine, visitor: NoInterest(), trust: trust))
        try machine.read(file, into: &reader)
        return try reader.parser.finish()
    }

    /// Names dependencies that no package of the index meets.
    private func sayUnprovided(_ index: Index) {
        var provided: Set<PackageName> = []
        for entry in index.entries {
            provided.insert(entry.name)
            for atom in entry.provides { provided.insert(atom.name) }
        }
        var missing: [PackageName] = []
        for entry in index.entries {
            for atom in entry.dependencies where !atom.isConflict && provided.insert(atom.name).inserted {
                missing.append(atom.name)
            }
        }
        guard !missing.isEmpty else { return }
        var names = ""
        for name in missing { names += " \(name)" }
        host.complain("WARNING: No provider for the dependencies:\n " + names)
        host.complain(
            "WARNING: Total of \(missing.count) unsatisfiable package names. Your repository may be broken.")
    }
}

/// Hands a file's bytes to a package parser.
private struct FileReader<Tools: PackageTools>: ByteConsumer {
    var parser: PackageParser<Tools, NoInterest>

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(ApkError) { try parser.consume(bytes) }
}

/// Lets a package pass by: the parser checks it.
private struct NoInterest: PackageVisitor {
    mutating func opened(_ header: PackageHeader) throws(ApkError) {}
    mutating func began(_ entry: TarEntry) throws(ApkError) {}
    mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {}
    mutating func ended() throws(ApkError) {}
}
