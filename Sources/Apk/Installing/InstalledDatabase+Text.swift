extension InstalledDatabase {
    /// The database that a text holds. Throws `damaged` with the line's number.
    public init(bytes: [UInt8], limits: Index.Limits = Index.Limits()) throws(ApkError) {
        self.init()
        var reader = EntryReader(limits: limits)
        var entry: IndexEntry?
        var owned = InstalledFields()
        do throws(ApkError) {
            while let line = try reader.next(bytes) {
                if line.isEmpty {
                    if let complete = try reader.finishedEntry(entry) {
                        packages.append(owned.package(complete))
                    }
                    entry = nil
                    owned = InstalledFields()
                    continue
                }
                let (field, value) = try reader.field(line)
                do throws(ApkError) {
                    if try owned.take(field, value) { continue }
                } catch {
                    throw error.within(reader.place)
                }
                try reader.take(field, value, into: &entry)
            }
            if let complete = try reader.finishedEntry(entry) { packages.append(owned.package(complete)) }
        } catch {
            throw error.within(InstalledDatabase.path.description)
        }
    }

    /// The text that apk reads: packages by name, for each its index fields, then folders and files.
    public func text() throws(ApkError) -> [UInt8] {
        var writer = LineWriter()
        for package in packages.sorted(by: { $0.entry.name < $1.entry.name }) {
            try package.entry.write(to: &writer)
            try writer.add(field: UInt8(ascii: "r"), list: package.replaces)
            if let priority = package.replacesPriority, priority != 0 {
                writer.add(field: UInt8(ascii: "q"), number: priority)
            }
            if let tag = package.repositoryTag { try writer.add(field: UInt8(ascii: "s"), tag) }
            if let flags = package.brokenFlags { try writer.add(field: UInt8(ascii: "f"), flags) }
            for folder in package.folders {
                try writer.add(field: UInt8(ascii: "F"), folder.path)
                if folder.ownership != .folderDefault {
                    try writer.add(field: UInt8(ascii: "M"), folder.ownership.text)
                }
                for file in folder.files {
                    try writer.add(field: UInt8(ascii: "R"), file.name)
                    if file.ownership != .fileDefault {
                        try writer.add(field: UInt8(ascii: "a"), file.ownership.text)
                    }
                    if let checksum = file.checksum { try writer.add(field: UInt8(ascii: "Z"), checksum) }
                }
            }
            writer.endLine()
        }
        return writer.bytes
    }
}

/// The fields that only the installed database has, while an entry is read.
private struct InstalledFields {
    private var replaces: [DependencyAtom] = []
    private var replacesPriority: Int64?
    private var repositoryTag: ByteText?
    private var brokenFlags: ByteText?
    private var folders: [InstalledFolder] = []

    /// Takes a field; false if it is one of the index.
    mutating func take(_ field: UInt8, _ value: ArraySlice<UInt8>) throws(ApkError) -> Bool {
        switch field {
        case UInt8(ascii: "r"): replaces = try DependencyAtom.list(value)
        case UInt8(ascii: "q"): replacesPriority = value.decimal
        case UInt8(ascii: "s"): repositoryTag = ByteText(value)
        case UInt8(ascii: "f"): brokenFlags = ByteText(value)
        case UInt8(ascii: "F"): folders.append(InstalledFolder(path: ByteText(value)))
        case UInt8(ascii: "M"):
            guard !folders.isEmpty else { throw ApkError(.damaged, "M: without a folder (F:) before it") }
            folders[folders.count - 1].ownership = try FileOwnership(bytes: value)
        case UInt8(ascii: "R"):
            guard !folders.isEmpty else { throw ApkError(.damaged, "R: without a folder (F:) before it") }
            folders[folders.count - 1].files.append(InstalledFile(name: ByteText(value)))
        case UInt8(ascii: "a"):
            try changeFile { file throws(ApkError) in file.ownership = try FileOwnership(bytes: value) }
        case UInt8(ascii: "Z"):
            try changeFile { file throws(ApkError) in file.checksum = ByteText(value) }
        default: return false
        }
        return true
    }

    func package(_ entry: IndexEntry) -> InstalledPackage {
        var package = InstalledPackage(entry: entry)
        package.replaces = replaces
        package.replacesPriority = replacesPriority
        package.repositoryTag = repositoryTag
        package.brokenFlags = brokenFlags
        package.folders = folders
        return package
    }

    private mutating func changeFile(_ change: (inout InstalledFile) throws(ApkError) -> Void)
        throws(ApkError)
    {
        guard let folder = folders.indices.last, let file = folders[folder].files.indices.last else {
            throw ApkError(.damaged, "a file's line without a file (R:) before it")
        }
        try change(&folders[folder].files[file])
    }
}

extension FileOwnership {
    /// `uid:gid:mode[:attributes]`, the mode octal.
    init(bytes: ArraySlice<UInt8>) throws(ApkError) {
        let parts = bytes.words { $0 == UInt8(ascii: ":") }
        guard parts.count >= 3, let user = parts[0].decimal, let group = parts[1].decimal,
            let userID = UInt32(exactly: user), let groupID = UInt32(exactly: group)
        else { throw ApkError(.damaged, "'\(bytes.shown)' is not of the form uid:gid:mode") }
        var mode: UInt32 = 0
        for byte in parts[2] {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "7"), mode < 1 << 20 else {
                throw ApkError(.damaged, "'\(parts[2].shown)' is no octal mode")
            }
            mode = mode << 3 | UInt32(byte - UInt8(ascii: "0"))
        }
        self.init(userID: userID, groupID: groupID, mode: mode & 0o7777)
        if parts.count > 3 { attributes = ByteText(parts[3]) }
    }

    /// `uid:gid:mode[:attributes]`.
    var text: ByteText {
        var bytes = decimalDigits(Int64(userID)) + [UInt8(ascii: ":")] + decimalDigits(Int64(groupID))
        bytes.append(UInt8(ascii: ":"))
        var digits: [UInt8] = []
        var rest = mode
        repeat {
            digits.append(UInt8(ascii: "0") + UInt8(rest & 7))
            rest >>= 3
        } while rest > 0
        bytes += digits.reversed()
        if let attributes { bytes += [UInt8(ascii: ":")] + attributes.bytes }
        return ByteText(bytes)
    }
}
