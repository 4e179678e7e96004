/// A package of apk 3: read and checked whole. It has no tar: the database lists folders and files with their SHA256,
/// data blocks bring the content in the same order.
public struct AdbPackage: Sendable {
    /// What it is, as an index has it.
    public let entry: IndexEntry
    /// Packages whose files it may take over.
    public let replaces: [DependencyAtom]
    /// Who wins between two that replace each other.
    public let replacesPriority: Int64?
    /// Its scripts.
    public let scripts: [PackageScript]
    /// Folders that it watches.
    public let triggers: [ByteText]
    /// Its folders, files and links, folders before what is in them. Their content is in `contents`.
    public let members: [TarEntry]
    /// Content of regular files, by path.
    public let contents: [ByteText: ArraySlice<UInt8>]
    /// The trusted key that signed it, where that was asked for.
    public let signer: ByteText?

    /// Reads a package and checks signature (unless `trustsAnyone`), paths, sizes and each file's SHA256.
    ///
    /// Throws `untrusted`, `damaged`, `unsafePath` or `overLimit`.
    public init<Tools: PackageTools>(
        bytes: [UInt8], tools: Tools, trustsAnyone: Bool, limit: Int = AdbFile.limit
    ) throws(ApkError) {
        let file = try AdbFile(bytes: bytes, tools: tools, limit: limit)
        guard file.schema == .package else { throw ApkError(.damaged, "adb: it is an index, not a package") }
        signer = trustsAnyone ? nil : try file.requireTrust(tools)
        let database = file.database
        let root = try database.slots(database.root)
        (entry, replaces) = try IndexEntry.read(database.value(root, 1), database)
        scripts = try AdbPackage.scripts(try database.slots(database.value(root, 3)), database)
        let watched = try database.slots(database.value(root, 4))
        var triggers: [ByteText] = []
        for number in 1..<(watched.count + 1) { triggers.append(try database.text(watched, number)) }
        self.triggers = triggers
        let priority = try database.number(root, 5)
        replacesPriority = priority == 0 ? nil : priority
        var listing = Listing<Tools>(file: file)
        try listing.read(try database.slots(database.value(root, 2)))
        members = listing.members
        contents = listing.contents
    }

    /// The order of scripts in their object.
    static let scriptKinds: [ScriptKind] = [
        .trigger, .preInstall, .postInstall, .preDeinstall, .postDeinstall, .preUpgrade, .postUpgrade,
    ]

    private static func scripts(
        _ slots: AdbDatabase.Slots, _ database: AdbDatabase
    ) throws(ApkError) -> [PackageScript] {
        var scripts: [PackageScript] = []
        for (index, kind) in scriptKinds.enumerated() {
            let bytes = try database.blob(database.value(slots, index + 1))
            if !bytes.isEmpty { scripts.append(PackageScript(kind: kind, bytes: Array(bytes))) }
        }
        return scripts
    }

    /// Walks folders and files beside the data blocks.
    private struct Listing<Tools: PackageTools> {
        let file: AdbFile
        var members: [TarEntry] = []
        var contents: [ByteText: ArraySlice<UInt8>] = [:]
        var known: Set<ByteText> = []
        var nextBlock = 0

        init(file: AdbFile) { self.file = file }

        mutating func read(_ folders: AdbDatabase.Slots) throws(ApkError) {
            let database = file.database
            for number in 1..<(folders.count + 1) {
                let folder = try database.slots(database.value(folders, number))
                let path = try database.text(folder, 1)
                if !path.isEmpty {
                    var entry = TarEntry(path: path, kind: .directory, mode: 0o755)
                    try take(&entry, database.value(folder, 2))
                    members.append(entry)
                }
                let files = try database.slots(database.value(folder, 3))
                for item in 1..<(files.count + 1) {
                    try read(try database.slots(database.value(files, item)), in: path, (number, item))
                }
            }
            guard nextBlock == file.data.count else {
                throw ApkError(.damaged, "adb: there is content that belongs to no file")
            }
        }

        private mutating func read(
            _ slots: AdbDatabase.Slots, in folder: ByteText, _ place: (folder: Int, file: Int)
        ) throws(ApkError) {
            let database = file.database
            let name = try database.text(slots, 1)
            guard !name.bytes.contains(UInt8(ascii: "/")) else {
                throw ApkError(.unsafePath, "adb: '\(name)' is no name of a file")
            }
            let path = folder.isEmpty ? name : folder + "/" + name
            let target = try database.blob(database.value(slots, 6))
            var entry = TarEntry(path: path, kind: try kind(target, path), mode: 0o644)
            try take(&entry, database.value(slots, 2))
            entry.size = try database.number(slots, 3)
            entry.modified = try database.number(slots, 4)
            if entry.kind == .file {
                let content = try content(place, entry)
                let digest = Tools.SHA256.digest(of: Array(content))
                guard digest[...] == (try database.blob(database.value(slots, 5))) else {
                    throw ApkError(.damaged, "'\(path)' is damaged: its SHA256 is not the one that is stated")
                }
                contents[path] = content
            }
            members.append(entry)
        }

        /// A regular file, or what the two bytes before a target say.
        private func kind(_ target: ArraySlice<UInt8>, _ path: ByteText) throws(ApkError) -> TarEntry.Kind {
            guard target.count >= 2 else { return .file }
            let mode = UInt32(target[target.startIndex]) | UInt32(target[target.startIndex + 1]) << 8
            switch mode {
            case 0o120000: return .symbolicLink(ByteText(target.dropFirst(2)))
            case 0o100000: return .hardLink(ByteText(target.dropFirst(2)))
            default:
                throw ApkError(
                    .unsafePath, "'\(path)' is a device or pipe, which packages of this farm must not bring")
            }
        }

        private mutating func content(
            _ place: (folder: Int, file: Int), _ entry: TarEntry
        ) throws(ApkError) -> ArraySlice<UInt8> {
            if entry.size == 0 { return [] }
            guard nextBlock < file.data.count, file.data[nextBlock].folder == place.folder,
                file.data[nextBlock].file == place.file
            else { throw ApkError(.damaged, "'\(entry.path)' comes without its content") }
            let bytes = file.data[nextBlock].bytes
            nextBlock += 1
            guard Int64(bytes.count) == entry.size else {
                throw ApkError(.damaged, "'\(entry.path)' has \(bytes.count) bytes, not \(entry.size)")
            }
            return bytes
        }

        private mutating func take(_ entry: inout TarEntry, _ acl: AdbDatabase.Value) throws(ApkError) {
            try SafePath.require(entry.path)
            guard known.insert(entry.path).inserted else {
                throw ApkError(.damaged, "'\(entry.path)' is there twice")
            }
            let database = file.database
            let slots = try database.slots(acl)
            if slots.count > 0 {
                entry.mode = UInt32(truncatingIfNeeded: try database.number(slots, 1) & 0o7777)
            }
            entry.userName = try database.text(slots, 2)
            entry.groupName = try database.text(slots, 3)
        }
    }
}
