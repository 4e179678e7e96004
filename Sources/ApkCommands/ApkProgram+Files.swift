import Apk

// The verbs that work on files: verify, index, sign, extract, manifest.
extension ApkProgram {
    func verify(_ line: CommandLine) throws(ApkError) -> Int32 {
        let machine = try machineForFiles(line)
        var bad: Int32 = 0
        var rows: [JSONValue] = []
        let wantsDocument = try line.wantsDocument()
        for file in line.arguments {
            var reason: String?
            do throws(ApkError) {
                try verify(file, machine, allowsUntrusted: line.has("allow-untrusted"))
            } catch {
                reason = error.message
                bad += 1
            }
            if wantsDocument {
                var members: [(key: StaticString, value: JSONValue)] = [
                    ("file", .text(file)), ("ok", .flag(reason == nil)),
                ]
                if let reason { members.append(("reason", .text(ByteText(reason)))) }
                rows.append(.object(members))
            } else if line.verbosity > 0 {
                host.say("\(file): \(reason ?? "OK")")
            } else if reason != nil {
                host.say(file.description)
            }
        }
        if wantsDocument { host.say(JSONValue.list(rows).document(line.format)) }
        return bad == 0 ? 0 : 1
    }

    private func verify(
        _ file: ByteText, _ machine: Host.Machine, allowsUntrusted: Bool
    ) throws(ApkError) {
        var reader = AnyFileReader(
            parser: try PackageParser(
                tools: machine, visitor: NoVisitor(), trust: allowsUntrusted ? .anyone : .signature))
        try machine.read(file, into: &reader)
        guard let bytes = reader.adb else {
            return try reader.parser.finish().requireStatedSize()
        }
        let adb = try AdbFile(bytes: bytes, tools: machine)
        if adb.schema == .index {
            if !allowsUntrusted { _ = try adb.requireTrust(machine) }
            _ = try AdbIndex.index(adb)
        } else {
            _ = try AdbPackage(bytes: bytes, tools: machine, trustsAnyone: allowsUntrusted)
        }
    }

    func index(_ line: CommandLine) throws(ApkError) -> Int32 {
        guard let output = line.value("output") else {
            throw ApkError(.usage, "index: say with --output where to write it")
        }
        let machine = try machineForFiles(line)
        let (index, new) = try gathered(line, machine)
        let tar = try IndexArchive.tar(
            index, description: line.value("description") ?? ByteText(), modified: host.now)
        let bytes = try machine.compress(tar)
        try host.writeFile(output, try signed(bytes, line, machine))
        if line.isOn("warnings", unlessSaid: true) { sayUnprovided(index) }
        host.complain("Index has \(index.entries.count) packages (of which \(new) are new)")
        return 0
    }

    /// The index of the files named, with entries of an old index for files that did not change since.
    func gathered(
        _ line: CommandLine, _ machine: Host.Machine
    ) throws(ApkError) -> (index: Index, new: Int) {
        var known: [IndexEntry] = []
        var places: [ByteText: Int] = [:]
        var written: Int64 = 0
        if let path = line.value("index"), let status = try host.fileStatus(path) {
            written = status.modified
            let bytes = try host.readFile(path, limit: IndexArchive.fileLimit)
            known = try IndexArchive.read(bytes, tools: machine, requiresSignature: false).entries
            places.reserveCapacity(known.count)
            for place in known.indices { places[known[place].fileName] = place }
        }
        var isNamed = [Bool](repeating: false, count: known.count)
        var index = Index()
        index.entries.reserveCapacity(line.arguments.count)
        var new = 0
        for file in line.arguments {
            let name = SafePath.name(of: file)
            let place = places[name]
            if let place { isNamed[place] = true }
            if let place, let status = try host.fileStatus(file), status.size == known[place].fileSize,
                status.modified <= written
            {
                index.entries.append(known[place])
            } else {
                var entry = try self.entry(of: file, line, machine)
                if let architecture = line.value("rewrite-arch") { entry.architecture = architecture }
                index.entries.append(entry)
                new += 1
            }
        }
        if line.has("merge") {
            for place in places.values where !isNamed[place] { index.entries.append(known[place]) }
        }
        index.sort()
        return (index, new)
    }

    private func entry(
        of file: ByteText, _ line: CommandLine, _ machine: Host.Machine
    ) throws(ApkError) -> IndexEntry {
        do throws(ApkError) {
            var reader = PackageReading(
                parser: try PackageParser(
                    tools: machine, visitor: NoVisitor(),
                    trust: line.has("allow-untrusted") ? .anyone : .signature))
            try machine.read(file, into: &reader)
            let package = try reader.parser.finish()
            return IndexEntry(
                package.header.info, identity: package.header.identity, fileSize: package.fileSize)
        } catch {
            throw error.within(file.description)
        }
    }

    func sign(_ line: CommandLine) throws(ApkError) -> Int32 {
        guard line.value("sign-key") != nil else {
            throw ApkError(.usage, "sign: say with --sign-key which private key signs")
        }
        let machine = try machineForFiles(line)
        for file in line.arguments {
            do throws(ApkError) {
                let bytes = try host.readFile(file, limit: 1 << 30)
                let new: [UInt8]
                if AdbFile.isAdb(bytes) {
                    let adb = try AdbFile(bytes: bytes, tools: machine)
                    let index = try AdbIndex.index(adb)
                    new = try adbFile(try AdbIndex.database(of: index), line, machine)
                } else {
                    let apart = try SignedFile(bytes: bytes, tools: machine)
                    let key = line.value("sign-key") ?? ByteText()
                    new = try signatureMember(Array(apart.signed), key, machine) + apart.body
                }
                try host.writeFile(file, new)
            } catch {
                throw error.within(file.description)
            }
        }
        return 0
    }

    /// A file with a signature member before it for each key that the options name.
    func signed(
        _ bytes: [UInt8], _ line: CommandLine, _ machine: Host.Machine
    ) throws(ApkError) -> [UInt8] {
        guard let key = line.value("sign-key") else { return bytes }
        return try signatureMember(bytes, key, machine) + bytes
    }

    private func signatureMember(
        _ bytes: [UInt8], _ key: ByteText, _ machine: Host.Machine
    ) throws(ApkError) -> [UInt8] {
        let signature = try host.sign(bytes, .rsaSHA256, key: key)
        return try machine.compress(
            try IndexArchive.signatureTar(
                signature.bytes, algorithm: signature.algorithm, keyName: signature.keyName,
                modified: host.now))
    }

    func extract(_ line: CommandLine) throws(ApkError) -> Int32 {
        let target = try host.machine(
            root: line.value("destination") ?? ".", keysFolder: line.value("keys-dir"), makesRoot: false)
        let trusted = line.value("keys-dir") == nil ? try machineForFiles(line) : target
        for file in line.arguments {
            if line.verbosity > 0 { host.say("Extracting \(file)...") }
            do throws(ApkError) {
                var reader = PackageReading(
                    parser: try PackageParser(
                        tools: trusted,
                        visitor: Unpacking(
                            target, overwrites: line.has("force-overwrite") || line.has("force")),
                        trust: line.has("allow-untrusted") ? .anyone : .signature))
                do throws(ApkError) {
                    try trusted.read(file, into: &reader)
                    _ = try reader.parser.finish()
                } catch {
                    throw reader.parser.visitor.rollBack(after: error)
                }
            } catch {
                throw error.within(file.description)
            }
        }
        return 0
    }

    func manifest(_ line: CommandLine) throws(ApkError) -> Int32 {
        let manager = try open(line, makesRoot: false)
        for word in line.arguments {
            var lister = ManifestLines()
            if let package = manager.database.packages.first(where: { $0.entry.name.text == word }) {
                for folder in package.folders {
                    for file in folder.files { lister.add(file, folder.path(of: file)) }
                }
            } else {
                var reader = PackageReading(
                    parser: try PackageParser(tools: manager.machine, visitor: lister, trust: .anyone))
                do throws(ApkError) {
                    try manager.machine.read(word, into: &reader)
                    _ = try reader.parser.finish()
                } catch {
                    host.complain("ERROR: \(word): \(error.message)")
                    continue
                }
                lister = reader.parser.visitor
            }
            for row in lister.rows { host.say(line.verbosity > 1 ? "\(word): " + row : row) }
        }
        return 0
    }

    func machineForFiles(_ line: CommandLine) throws(ApkError) -> Host.Machine {
        try host.machine(root: root(line), keysFolder: line.value("keys-dir"), makesRoot: false)
    }

    /// Names dependencies that no package of the index meets.
    func sayUnprovided(_ index: Index) {
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
