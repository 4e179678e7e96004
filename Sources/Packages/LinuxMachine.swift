import Apk
import Compressing
import Glibc
import Signing

/// This machine for Apk's package manager: one root folder, repositories in folders, others through a download.
public final class LinuxMachine: ApkMachine {
    /// libcrypto's SHA1.
    public typealias SHA1 = FarmTools.SHA1
    /// libcrypto's SHA256.
    public typealias SHA256 = FarmTools.SHA256
    /// zlib's inflate.
    public typealias Inflater = FarmTools.Inflater
    /// Brings what lies at an address into a file at a path; what is there already is its beginning. With a time, in
    /// seconds since 1970, only if it is newer; returns whether it was.
    public typealias Download = (_ address: String, _ path: String, _ newerThan: Int64?) throws -> Bool

    let root: RootFolder
    let tools: FarmTools
    let keys: KeyRing?
    /// Brings what lies at several addresses into files, side by side. Returns the paths of those that are whole; others
    /// may have their beginning there.
    public typealias DownloadAhead = (_ files: [(address: String, path: String)]) -> Set<String>

    let download: Download?
    let downloadAhead: DownloadAhead?
    /// What was fetched before it was asked for.
    var ahead: [String: (path: String, isWhole: Bool)] = [:]
    let setsOwner: Bool
    private var openFile: Int32 = -1
    private var openPath = ByteText()
    private var lockFile: Int32 = -1
    /// The file that was added to last, open: a journal grows by two lines a package.
    var growingFile: (path: ByteText, descriptor: Int32)?

    /// A root and its trusted keys. A missing root is made.
    ///
    /// - Parameters:
    ///   - keys: whose signatures count.
    ///   - setsOwner: whether files get their owners; nil: if this process is root's.
    ///   - download: fetches from addresses with `://`; without it such repositories are an error.
    ///   - downloadAhead: fetches several side by side.
    /// - Throws: `PackageError` if the root cannot be opened or made.
    public init(
        root: String, keys: KeyRing?, setsOwner: Bool? = nil, download: Download? = nil,
        downloadAhead: DownloadAhead? = nil
    ) throws(PackageError) {
        self.root = try RootFolder.open(root)
        tools = FarmTools(keys: keys)
        self.keys = keys
        self.setsOwner = setsOwner ?? (geteuid() == 0)
        self.download = download
        self.downloadAhead = downloadAhead
    }

    deinit {
        for file in ahead.values { unlink(file.path) }
        if openFile >= 0 { close(openFile) }
        closeGrowingFile()
        unlock()
    }

    /// Checks a signature against the trusted key of its name.
    public func verdict(on signature: PackageSignature, of bytes: [UInt8]) -> SignatureVerdict {
        tools.verdict(on: signature, of: bytes)
    }

    /// Compresses as `gzip -n -9`.
    public func compress(_ bytes: [UInt8]) throws(ApkError) -> [UInt8] {
        do throws(CompressionError) {
            return try Gzip.compress(bytes)
        } catch {
            throw ApkError(.machine, error.description)
        }
    }

    /// Reads a file of a folder, or downloads it and reads it then.
    public func read<Consumer: ByteConsumer>(
        _ location: ByteText, into consumer: inout Consumer
    ) throws(ApkError) {
        let text = location.description
        if text.hasPrefix("file://") {
            try readLocal(String(text.dropFirst("file://".count)), into: &consumer)
        } else if text.contains("://") {
            try readRemote(text, into: &consumer)
        } else {
            try readLocal(text, into: &consumer)
        }
    }

    func readLocal<Consumer: ByteConsumer>(
        _ path: String, into consumer: inout Consumer
    ) throws(ApkError) {
        do {
            let input = try InputFile.open(path)
            try input.forEachPiece { try consumer.take($0) }
        } catch let error as ApkError {
            throw error
        } catch let error as PackageError {
            throw ApkError(error.kind, error.reason)
        } catch {
            throw ApkError(.machine, "\(error)")
        }
    }

    /// Hands out a regular file of the root.
    public func read<Consumer: ByteConsumer>(
        file path: ByteText, into consumer: inout Consumer
    ) throws(ApkError) {
        guard let place = try root.target(path) else {
            throw ApkError(.notFound, "\(root.path)/\(path): is not there")
        }
        try readLocal(root.path + "/" + place, into: &consumer)
    }

    /// What lies at a path; its last part is not followed if it is a link.
    public func status(_ path: ByteText) throws(ApkError) -> FileStatus? {
        if let parent = SafePath.parent(of: path), try root.target(parent) == nil { return nil }
        let place = try root.place(path)
        var status = stat()
        guard fstatat(root.descriptor, place, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw root.error(path, "look at")
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file(size: Int64(status.st_size))
        case S_IFDIR: return .folder
        case S_IFLNK: return .symbolicLink(try root.readLink(place))
        default: return .other
        }
    }

    /// The content of a regular file; nil if there is none.
    public func readFile(_ path: ByteText, limit: Int) throws(ApkError) -> [UInt8]? {
        guard let place = try root.target(path) else { return nil }
        do throws(PackageError) {
            return try InputFile.open(root.path + "/" + place, follows: false).bytes(limit: limit)
        } catch {
            throw ApkError(error.kind, error.description)
        }
    }

    /// Writes a file that appears whole or not at all, synced; makes the folders above it.
    public func writeFile(_ path: ByteText, _ bytes: [UInt8], mode: UInt32) throws(ApkError) {
        if growingFile?.path == path { closeGrowingFile() }
        if let parent = SafePath.parent(of: path) { try makeFolders(parent) }
        let known = try root.target(path)
        let place = if let known { known } else { try root.place(path) }
        do throws(PackageError) {
            try OutputFile.write(bytes, to: root.path + "/" + place, mode: mode_t(mode))
        } catch {
            throw ApkError(error.kind, error.description)
        }
    }

    func makeFolders(_ path: ByteText) throws(ApkError) {
        if try root.target(path) != nil { return }
        if let parent = SafePath.parent(of: path) { try makeFolders(parent) }
        _ = try makeFolder(path, TarEntry(path: path, kind: .directory, mode: 0o755))
    }

    /// Makes a folder; false if there was one.
    public func makeFolder(_ path: ByteText, _ entry: TarEntry) throws(ApkError) -> Bool {
        if root.isKnownFolder(path) { return false }
        let place = try root.place(path)
        if mkdirat(root.descriptor, place, 0o700) == 0 {
            if setsOwner,
                fchownat(root.descriptor, place, entry.userID, entry.groupID, AT_SYMLINK_NOFOLLOW) != 0
            {
                throw root.error(path, "set the owner of")
            }
            guard fchmodat(root.descriptor, place, mode_t(entry.mode), 0) == 0 else {
                throw root.error(path, "set the mode of")
            }
            root.remember(path, at: place)
            return true
        }
        guard errno == EEXIST else { throw root.error(path, "make the folder") }
        guard let target = try root.target(path) else {
            throw ApkError(
                .unsafePath, "\(root.path)/\(path): is a link that leads nowhere, where a folder belongs")
        }
        var status = stat()
        guard fstatat(root.descriptor, target, &status, AT_SYMLINK_NOFOLLOW) == 0,
            status.st_mode & S_IFMT == S_IFDIR
        else {
            throw ApkError(.fileConflict, "\(root.path)/\(path): is no folder, but the package has one there")
        }
        return false
    }

    /// Begins a new regular file in place of what may lie there.
    public func beginFile(_ path: ByteText) throws(ApkError) {
        if openFile >= 0 { close(openFile) }
        let place = try root.place(path)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        openFile = openat(root.descriptor, place, flags, 0o600)
        if openFile < 0, errno == EEXIST {
            unlinkat(root.descriptor, place, 0)
            openFile = openat(root.descriptor, place, flags, 0o600)
        }
        guard openFile >= 0 else { throw root.error(path, "create") }
        openPath = path
    }

    /// Adds bytes to the file that was begun.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(openFile, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if count < 0 {
                if errno == EINTR { continue }
                throw root.error(openPath, "write \(bytes.count) bytes to")
            }
            done += count
        }
    }

    /// Ends the file that was begun; owner, mode and time are the entry's.
    public func endFile(_ entry: TarEntry) throws(ApkError) {
        defer {
            close(openFile)
            openFile = -1
        }
        if setsOwner, fchown(openFile, entry.userID, entry.groupID) != 0 {
            throw root.error(entry.path, "set the owner of")
        }
        guard fchmod(openFile, mode_t(entry.mode)) == 0 else {
            throw root.error(entry.path, "set the mode of")
        }
        let time = timespec(tv_sec: Int(entry.modified), tv_nsec: 0)
        guard futimens(openFile, [time, time]) == 0 else { throw root.error(entry.path, "set the time of") }
    }

    /// Makes a symbolic link in place of a file or link that may lie there.
    public func makeSymbolicLink(_ path: ByteText, to target: ByteText, _ entry: TarEntry) throws(ApkError) {
        let place = try root.place(path)
        unlinkat(root.descriptor, place, 0)
        guard symlinkat(target.description, root.descriptor, place) == 0 else {
            throw root.error(path, "make the link")
        }
        if setsOwner, fchownat(root.descriptor, place, entry.userID, entry.groupID, AT_SYMLINK_NOFOLLOW) != 0
        {
            throw root.error(path, "set the owner of")
        }
        let time = timespec(tv_sec: Int(entry.modified), tv_nsec: 0)
        guard utimensat(root.descriptor, place, [time, time], AT_SYMLINK_NOFOLLOW) == 0 else {
            throw root.error(path, "set the time of")
        }
    }

    /// Makes another name for a file, in place of a file or link that may lie there.
    public func makeHardLink(_ path: ByteText, to existing: ByteText) throws(ApkError) {
        let place = try root.place(path)
        let source = try root.place(existing)
        unlinkat(root.descriptor, place, 0)
        guard linkat(root.descriptor, source, root.descriptor, place, 0) == 0 else {
            throw root.error(path, "make the hard link to \(existing)")
        }
    }

    /// Gives a file or link another name, in place of a file or link that may lie there.
    public func rename(_ path: ByteText, to newPath: ByteText) throws(ApkError) {
        if growingFile?.path == newPath { closeGrowingFile() }
        let source = try root.place(path)
        let place = try root.place(newPath)
        root.forget(place: place)
        guard renameat(root.descriptor, source, root.descriptor, place) == 0 else {
            throw root.error(newPath, "rename the new file to")
        }
        // A rename between two names of one file does nothing and leaves both.
        unlinkat(root.descriptor, source, 0)
    }

    /// Removes a file or link; nothing there is no error.
    public func removeFile(_ path: ByteText) throws(ApkError) {
        if growingFile?.path == path { closeGrowingFile() }
        if let parent = SafePath.parent(of: path), try root.target(parent) == nil { return }
        let place = try root.place(path)
        root.forget(place: place)
        guard unlinkat(root.descriptor, place, 0) == 0 || errno == ENOENT else {
            throw root.error(path, "remove")
        }
    }

    /// Removes a folder if it is empty.
    public func removeFolder(_ path: ByteText) throws(ApkError) {
        if let parent = SafePath.parent(of: path), try root.target(parent) == nil { return }
        let place = try root.place(path)
        if unlinkat(root.descriptor, place, AT_REMOVEDIR) == 0 { return root.forget(place: place) }
        guard errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR else {
            throw root.error(path, "remove the folder")
        }
    }

    /// Forgets what is known of the root's folders.
    public func scriptRan() {
        root.forgetAll()
        closeGrowingFile()
    }

    /// Takes the lock that every apk takes: `lib/apk/db/lock`.
    public func lock() throws(ApkError) {
        let path: ByteText = "lib/apk/db/lock"
        try makeFolders("lib/apk/db")
        let place = try root.place(path)
        let descriptor = openat(root.descriptor, place, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw root.error(path, "open") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw ApkError(.machine, "\(root.path): another apk is at work here; wait for it to end")
        }
        lockFile = descriptor
    }

    /// Lets others at the root again.
    public func unlock() {
        guard lockFile >= 0 else { return }
        // Said aloud: a child that another thread is just starting may hold the descriptor a moment longer.
        flock(lockFile, LOCK_UN)
        close(lockFile)
        lockFile = -1
    }
}
