extension IndexEntry {
    /// What a line of an entry was for.
    enum LineMeaning { case taken, unknown }

    /// Bytes that the fields before `D:` may have: apk 2.14 reads them into a buffer of this size.
    static let headerLimit = 2048

    /// The entry's lines, without the empty line that ends it.
    ///
    /// Throws `overLimit` if apk 2.14 could not read it, `invalidValue` if a value has a line end in it.
    func write(to writer: inout LineWriter) throws(ApkError) {
        let start = writer.bytes.count
        if let identity { try writer.add(field: UInt8(ascii: "C"), identity.text) }
        try writer.add(field: UInt8(ascii: "P"), name.text)
        try writer.add(field: UInt8(ascii: "V"), version.text)
        if let architecture { try writer.add(field: UInt8(ascii: "A"), architecture) }
        writer.add(field: UInt8(ascii: "S"), number: fileSize)
        writer.add(field: UInt8(ascii: "I"), number: installedSize)
        try writer.add(field: UInt8(ascii: "T"), summary)
        try writer.add(field: UInt8(ascii: "U"), url)
        try writer.add(field: UInt8(ascii: "L"), license)
        if let origin, !origin.isEmpty { try writer.add(field: UInt8(ascii: "o"), origin) }
        if let maintainer, !maintainer.isEmpty { try writer.add(field: UInt8(ascii: "m"), maintainer) }
        if let buildDate, buildDate != 0 { writer.add(field: UInt8(ascii: "t"), number: buildDate) }
        if let commit, !commit.isEmpty { try writer.add(field: UInt8(ascii: "c"), commit) }
        if let providerPriority, providerPriority != 0 {
            writer.add(field: UInt8(ascii: "k"), number: providerPriority)
        }
        guard writer.bytes.count - start <= IndexEntry.headerLimit else {
            throw ApkError(
                .overLimit,
                "\(label): the index fields before its dependencies have \(writer.bytes.count - start) bytes; "
                    + "apk 2.14 reads \(IndexEntry.headerLimit): shorten pkgdesc, url or license")
        }
        try writer.add(field: UInt8(ascii: "D"), list: dependencies)
        try writer.add(field: UInt8(ascii: "p"), list: provides)
        try writer.add(field: UInt8(ascii: "i"), list: installIf)
        for field in unknownFields { try writer.add(field: field.letter, field.value) }
    }

    /// Takes the value of a field. Dependencies that cannot be read make the package uninstallable, as in apk:
    /// the rest of the index stays usable.
    mutating func take(field: UInt8, _ value: ArraySlice<UInt8>) throws(ApkError) -> LineMeaning {
        switch field {
        case UInt8(ascii: "C"): identity = PackageIdentity(spelledBy: value)  // no identity: never installed
        case UInt8(ascii: "A"): architecture = ByteText(value)
        case UInt8(ascii: "S"): fileSize = try number(field, value)
        case UInt8(ascii: "I"): installedSize = try number(field, value)
        case UInt8(ascii: "T"): summary = ByteText(value)
        case UInt8(ascii: "U"): url = ByteText(value)
        case UInt8(ascii: "L"): license = ByteText(value)
        case UInt8(ascii: "o"): origin = ByteText(value)
        case UInt8(ascii: "m"): maintainer = ByteText(value)
        case UInt8(ascii: "t"): buildDate = try number(field, value)
        case UInt8(ascii: "c"): commit = ByteText(value)
        case UInt8(ascii: "k"): providerPriority = try number(field, value)
        case UInt8(ascii: "D"): dependencies = atoms(value)
        case UInt8(ascii: "p"): provides = atoms(value)
        case UInt8(ascii: "i"):
            let wasInstallable = obstacle == nil
            installIf = atoms(value)
            // A rule that cannot be read never fires; the package itself stays installable.
            if wasInstallable, obstacle != nil {
                installIf = []
                obstacle = nil
            }
        default:
            return .unknown
        }
        return .taken
    }

    /// Keeps a field without a meaning here. An upper-case one makes the package uninstallable, as in apk.
    mutating func keep(unknown field: UInt8, _ value: ArraySlice<UInt8>) {
        if field.isLowerCase {
            unknownFields.append(UnknownField(letter: field, value: ByteText(value)))
        } else {
            obstacle = ByteText(
                "its index entry has a field '\(String(decoding: [field], as: UTF8.self)):' of a newer apk")
        }
    }

    private mutating func atoms(_ value: ArraySlice<UInt8>) -> [DependencyAtom] {
        do throws(ApkError) {
            return try DependencyAtom.list(value)
        } catch {
            obstacle = ByteText(error.message)
            return []
        }
    }

    private func number(_ field: UInt8, _ value: ArraySlice<UInt8>) throws(ApkError) -> Int64 {
        guard let number = value.decimal else {
            throw ApkError(
                .damaged,
                "\(label): field \(String(decoding: [field], as: UTF8.self)): must be a number, not '\(value.shown)'"
            )
        }
        return number
    }
}
