/// Brings a package's files into the root under temporary names. Nothing that was there is touched.
struct Extraction<Machine: ApkMachine>: PackageVisitor {
    /// A file that waits for its name.
    private struct Staged {
        let path: ByteText
        let temporary: ByteText
    }

    private let machine: Machine
    private let database: InstalledDatabase
    private let owners: FileOwners
    private let old: InstalledPackage?
    private let keepsUserFiles: Bool
    private var staged: [Staged] = []
    private var madeFolders: [ByteText] = []
    private var skipped: Set<ByteText> = []
    private var folders: [InstalledFolder] = []
    private var folderPlaces: [ByteText: Int] = [:]
    private var accounts = RootAccounts()
    private var current: TarEntry?
    private var isWriting = false
    private(set) var header: PackageHeader?
    /// Files of other packages that this one takes over.
    private(set) var takenOver: [ByteText] = []

    /// - Parameter keepsUserFiles: whether changed files under `etc` stay and the new ones get `.apk-new`.
    init(
        machine: Machine, database: InstalledDatabase, owners: FileOwners, old: InstalledPackage?,
        keepsUserFiles: Bool
    ) {
        self.machine = machine
        self.database = database
        self.owners = owners
        self.old = old
        self.keepsUserFiles = keepsUserFiles
    }

    mutating func opened(_ header: PackageHeader) throws(ApkError) { self.header = header }

    mutating func began(_ entry: TarEntry) throws(ApkError) {
        var entry = entry
        try accounts.resolve(&entry, in: machine)
        current = entry
        if entry.kind == .directory {
            try makeFolder(entry)
            return
        }
        guard try mayTake(entry.path) else {
            skipped.insert(entry.path)
            return
        }
        if case .folder = try machine.status(entry.path) {
            throw ApkError(
                .fileConflict,
                "'\(entry.path)' is a folder in the root, but no folder in this package; move it away")
        }
        let temporary = temporaryName(entry.path)
        switch entry.kind {
        case .file:
            try machine.beginFile(temporary)
            isWriting = true
        case .symbolicLink(let target): try machine.makeSymbolicLink(temporary, to: target, entry)
        case .hardLink(let target):
            guard !skipped.contains(target) else {
                throw ApkError(
                    .fileConflict,
                    "'\(entry.path)' is a hard link to '\(target)', which another package keeps")
            }
            try machine.makeHardLink(temporary, to: temporaryName(target))
        default: break  // The parser lets nothing else by.
        }
        staged.append(Staged(path: entry.path, temporary: temporary))
        if !isWriting { note(entry, checksum: checksum(of: entry)) }
    }

    mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {
        if isWriting { try machine.append(bytes) }
    }

    mutating func ended() throws(ApkError) {
        if isWriting, let current {
            isWriting = false
            try machine.endFile(current)
            note(current, checksum: current.checksum)
        }
        current = nil
    }

    /// Takes everything away again that `began` made. Returns `error`, which led here, with a word about what could not
    /// be taken away.
    mutating func rollBack(after error: ApkError) -> ApkError {
        var remains = Remains()
        for file in staged {
            remains.remove(file.temporary) { (path) throws(ApkError) in try machine.removeFile(path) }
        }
        if isWriting, let current {
            remains.remove(temporaryName(current.path)) { (path) throws(ApkError) in
                try machine.removeFile(path)
            }
        }
        for folder in madeFolders.reversed() {
            remains.remove(folder) { (path) throws(ApkError) in try machine.removeFolder(path) }
        }
        staged = []
        madeFolders = []
        isWriting = false
        return remains.added(to: error)
    }

    /// What is to be done so that all files get their names, and what `.apk-new` files there will be.
    func step(_ change: Change) throws(ApkError) -> (step: PackageStep, kept: [ByteText]) {
        guard let header, let entry = change.new else {
            throw ApkError(.machine, "a package without header cannot be installed")
        }
        var step = PackageStep()
        var kept: [ByteText] = []
        for file in staged {
            var place = file.path
            if try isChangedByUser(file.path) {
                place = file.path + ".apk-new"
                kept.append(place)
            }
            step.renames.append((file.temporary, place))
        }
        var package = InstalledPackage(entry: entry)
        package.replaces = header.info.replaces
        package.replacesPriority = header.info.replacesPriority
        package.repositoryTag = change.tag
        package.folders = folders
        step.package = package
        step.takenOver = takenOver
        step.scripts = header.scripts
        step.triggers = header.info.triggers
        return (step, kept)
    }

    private mutating func makeFolder(_ entry: TarEntry) throws(ApkError) {
        if let owner = owners[entry.path], owner != header?.info.name,
            case .file = try machine.status(entry.path)
        {
            throw ApkError(
                .fileConflict, "the folder '\(entry.path)' is a file of \(owner); remove one of the two")
        }
        if try machine.makeFolder(entry.path, entry) { madeFolders.append(entry.path) }
        var folder = InstalledFolder(path: entry.path)
        folder.ownership = FileOwnership(userID: entry.userID, groupID: entry.groupID, mode: entry.mode)
        folderPlaces[entry.path] = folders.count
        folders.append(folder)
    }

    /// Whether this package may bring the file. Throws if another package owns it and neither gives way.
    private mutating func mayTake(_ path: ByteText) throws(ApkError) -> Bool {
        guard let info = header?.info, let owner = owners[path], owner != info.name,
            let package = database.package(named: owner)
        else { return true }
        switch FileOwners.decide(owner: package, new: info) {
        case .takeOver:
            takenOver.append(path)
            return true
        case .leave: return false
        case .conflict:
            throw ApkError(
                .fileConflict,
                "trying to overwrite \(path) owned by \(package.entry.label); if \(info.name) shall take it over, "
                    + "its recipe needs replaces=\"\(owner)\"")
        }
    }

    private mutating func note(_ entry: TarEntry, checksum: [UInt8]?) {
        let parent = SafePath.parent(of: entry.path) ?? ByteText()
        let place: Int
        if let known = folderPlaces[parent] {
            place = known
        } else {
            place = folders.count
            folderPlaces[parent] = place
            folders.append(InstalledFolder(path: parent))
        }
        var file = InstalledFile(name: SafePath.name(of: entry.path))
        if case .symbolicLink = entry.kind {
            file.ownership = FileOwnership(userID: entry.userID, groupID: entry.groupID, mode: 0o777)
        } else {
            file.ownership = FileOwnership(userID: entry.userID, groupID: entry.groupID, mode: entry.mode)
        }
        if let checksum { file.checksum = PackageIdentity(sha1: checksum)?.text }
        folders[place].files.append(file)
    }

    /// A hard link's checksum is that of the file it names.
    private func checksum(of entry: TarEntry) -> [UInt8]? {
        guard case .hardLink(let target) = entry.kind else { return entry.checksum }
        let parent = SafePath.parent(of: target) ?? ByteText()
        guard let place = folderPlaces[parent] else { return nil }
        let name = SafePath.name(of: target)
        for file in folders[place].files where file.name == name {
            guard let text = file.checksum else { return nil }
            return Base64.decode(text.bytes[2...])
        }
        return nil
    }

    /// Whether the file is one under `etc` that differs from what the old version brought.
    private func isChangedByUser(_ path: ByteText) throws(ApkError) -> Bool {
        guard keepsUserFiles, path.hasPrefix("etc/"), case .file? = try machine.status(path),
            let bytes = try machine.readFile(path, limit: 64 << 20)
        else { return false }
        let digest = PackageIdentity(sha1: Machine.SHA1.digest(of: bytes))?.text
        if newChecksum(path) == digest { return false }
        guard let old, let before = RootFiles.checksum(of: path, in: old) else { return true }
        return before != digest
    }

    private func newChecksum(_ path: ByteText) -> ByteText? {
        let parent = SafePath.parent(of: path) ?? ByteText()
        guard let place = folderPlaces[parent] else { return nil }
        let name = SafePath.name(of: path)
        for file in folders[place].files where file.name == name { return file.checksum }
        return nil
    }

    /// Whether a name is one that files have while they wait.
    static func isTemporaryName(_ name: ByteText) -> Bool {
        name.bytes.count == 29 && name.hasPrefix(".apk.") && name.bytes[5...].allSatisfy { $0.isLowerHex }
    }

    /// `.apk.` and 24 digits, in the file's folder: the form that apk uses, so that its `fix` cleans them up.
    private func temporaryName(_ path: ByteText) -> ByteText {
        let digits = ByteText(Hexadecimal.encode(Machine.SHA1.digest(of: path.bytes))[..<24])
        let name = ".apk." + digits
        guard let parent = SafePath.parent(of: path) else { return name }
        return parent + "/" + name
    }
}
