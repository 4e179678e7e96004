// Packages as apk 3's databases describe them: fields by number (apk-v3(5), "Package Info").

extension DependencyAtom {
    /// Bits of the operator in a dependency object: what `match` holds unless it is `=`.
    private var matchBits: Int64 {
        var bits: Int64
        switch constraint {
        case .any: bits = 7
        case .identity: bits = 6
        case .version(let comparison, _):
            switch comparison {
            case .equal: bits = 1
            case .less: bits = 2
            case .lessOrEqual: bits = 3
            case .greater: bits = 4
            case .greaterOrEqual: bits = 5
            case .fuzzy: bits = 9
            case .lessOrFuzzy: bits = 11
            case .greaterOrFuzzy: bits = 13
            }
        }
        if isConflict { bits |= 16 }
        return bits
    }

    /// The word of its object.
    func write(to writer: inout AdbWriter) -> UInt32 {
        let name = writer.text(self.name.text)
        var version: UInt32 = 0
        switch constraint {
        case .any: break
        case .identity(let identity): version = writer.text(identity)
        case .version(_, let text): version = writer.text(text.text)
        }
        let bits = matchBits
        // Without a version, "any" goes without saying.
        let saysMatch = version == 0 ? isConflict : bits != 1
        return writer.object([name, version, saysMatch ? writer.number(bits) : 0])
    }

    /// The words of a list, sorted by name, each once, as apk 3 stores them.
    static func write(_ atoms: [DependencyAtom], to writer: inout AdbWriter) -> UInt32 {
        let sorted = atoms.sorted { $0.name == $1.name ? $0.text < $1.text : $0.name < $1.name }
        var words: [UInt32] = []
        for atom in sorted {
            let word = atom.write(to: &writer)
            if words.last != word { words.append(word) }
        }
        return writer.array(words)
    }

    /// The atoms of an array.
    static func read(_ value: AdbDatabase.Value, _ database: AdbDatabase) throws(ApkError) -> [DependencyAtom]
    {
        let items = try database.slots(value)
        var atoms: [DependencyAtom] = []
        for number in 1..<(items.count + 1) {
            let fields = try database.slots(database.value(items, number))
            let name = try PackageName(bytes: try database.blob(database.value(fields, 1)))
            let version = try database.blob(database.value(fields, 2))
            let bits = try database.number(fields, 3)
            atoms.append(try atom(name, version, bits))
        }
        return atoms
    }

    private static func atom(
        _ name: PackageName, _ version: ArraySlice<UInt8>, _ bits: Int64
    ) throws(ApkError) -> DependencyAtom {
        let isConflict = bits & 16 != 0
        if version.isEmpty { return DependencyAtom(name, .any, isConflict: isConflict) }
        let comparison: Operator
        switch bits & 15 {
        case 0, 1: comparison = .equal
        case 2: comparison = .less
        case 3: comparison = .lessOrEqual
        case 4: comparison = .greater
        case 5: comparison = .greaterOrEqual
        case 8, 9: comparison = .fuzzy
        case 10, 11: comparison = .lessOrFuzzy
        case 12, 13: comparison = .greaterOrFuzzy
        case 6, 14: return DependencyAtom(name, .identity(ByteText(version)), isConflict: isConflict)
        default: throw ApkError(.damaged, "adb: \(bits) is no operator of a dependency")
        }
        return DependencyAtom(
            name, .version(comparison, try PackageVersion(bytes: version)), isConflict: isConflict)
    }
}

extension IndexEntry {
    /// The word of its object.
    ///
    /// - Parameter package: inside a package: the word that stands for its identity, which is known last, and what it
    ///   replaces, which an index does not say.
    func write(
        to writer: inout AdbWriter, asPackage package: (identity: UInt32, replaces: [DependencyAtom])? = nil
    ) -> UInt32 {
        var fields = [UInt32](repeating: 0, count: 18)
        fields[0] = writer.text(name.text)
        fields[1] = writer.text(version.text)
        fields[2] = identity.map { writer.blob($0.sha1) } ?? 0
        fields[3] = writer.text(summary)
        fields[4] = writer.text(architecture)
        fields[5] = writer.text(license)
        fields[6] = writer.text(origin)
        fields[7] = writer.text(maintainer)
        fields[8] = writer.text(url)
        if let commit, let bytes = Hexadecimal.decode(commit.bytes[...].prefix(40)), bytes.count == 20 {
            fields[9] = writer.blob(bytes)
        }
        fields[10] = writer.unlessZero(buildDate)
        fields[11] = writer.number(installedSize)
        fields[12] = writer.number(fileSize)
        fields[13] = writer.unlessZero(providerPriority)
        fields[14] = DependencyAtom.write(dependencies, to: &writer)
        fields[15] = DependencyAtom.write(provides, to: &writer)
        fields[17] = DependencyAtom.write(installIf, to: &writer)
        if let package {
            fields[2] = package.identity
            fields[12] = 0
            fields[16] = DependencyAtom.write(package.replaces, to: &writer)
        }
        return writer.object(fields)
    }

    /// The package that an object describes, and what it replaces.
    static func read(
        _ value: AdbDatabase.Value, _ database: AdbDatabase
    ) throws(ApkError) -> (entry: IndexEntry, replaces: [DependencyAtom]) {
        let fields = try database.slots(value)
        var entry = IndexEntry(
            name: try PackageName(bytes: try database.blob(database.value(fields, 1))),
            version: try PackageVersion(bytes: try database.blob(database.value(fields, 2))))
        let hash = Array(try database.blob(database.value(fields, 3)))
        // Of a package of apk 3 it is a SHA256, whose first 160 bits stand in the old places.
        entry.identity = PackageIdentity(sha1: Array(hash.prefix(20)))
        entry.summary = try database.text(fields, 4)
        let architecture = try database.text(fields, 5)
        entry.architecture = architecture.isEmpty ? nil : architecture
        entry.license = try database.text(fields, 6)
        entry.origin = filled(try database.text(fields, 7))
        entry.maintainer = filled(try database.text(fields, 8))
        entry.url = try database.text(fields, 9)
        let commit = Array(try database.blob(database.value(fields, 10)))
        entry.commit = commit.isEmpty ? nil : ByteText(Hexadecimal.encode(commit))
        entry.buildDate = nonzero(try database.number(fields, 11))
        entry.installedSize = try database.number(fields, 12)
        entry.fileSize = try database.number(fields, 13)
        entry.providerPriority = nonzero(try database.number(fields, 14))
        entry.dependencies = try DependencyAtom.read(database.value(fields, 15), database)
        entry.provides = try DependencyAtom.read(database.value(fields, 16), database)
        entry.installIf = try DependencyAtom.read(database.value(fields, 18), database)
        return (entry, try DependencyAtom.read(database.value(fields, 17), database))
    }

    private static func filled(_ text: ByteText) -> ByteText? { text.isEmpty ? nil : text }
    private static func nonzero(_ number: Int64) -> Int64? { number == 0 ? nil : number }
}
