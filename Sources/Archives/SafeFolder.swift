import Glibc

/// A folder into which an archive's entries are written, never outside it: each path is walked from the folder's own
/// descriptor, part by part, and no symbolic link is ever followed.
final class SafeFolder {
    private let root: Int32
    private let path: String
    private let archive: String
    // Entries of one folder follow one another mostly.
    private var lastFolder: (path: ArchivePath, descriptor: Int32)?

    /// Opens a folder, which must exist.
    init(_ path: String, archive: String) throws(ArchiveError) {
        self.path = path
        self.archive = archive
        root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard root >= 0 else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
    }

    deinit {
        if let lastFolder { close(lastFolder.descriptor) }
        if root >= 0 { close(root) }
    }

    func makeFolder(_ folder: ArchivePath) throws(ArchiveError) {
        _ = try descriptor(of: folder)
    }

    /// A new empty file in place of any other; the caller closes it.
    func createFile(_ file: ArchivePath) throws(ArchiveError) -> Int32 {
        try place(file) { folder, name in
            openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
    }

    func symbolicLink(_ link: ArchivePath, to target: [UInt8]) throws(ArchiveError) {
        _ = try place(link) { folder, name in symlinkat(ArchivePath.systemName(target), folder, name) }
    }

    func hardLink(_ link: ArchivePath, to target: ArchivePath) throws(ArchiveError) {
        // Two folders are open at once here, so the target's is kept by a descriptor of its own.
        let folder = dup(try descriptor(of: target.folder))
        guard folder >= 0 else { throw unwritable(target, errno) }
        defer { close(folder) }
        var status = stat()
        guard fstatat(folder, target.name, &status, AT_SYMLINK_NOFOLLOW) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else {
            throw .unsafeLink(
                file: archive, entry: "\(link)", target: "\(target)", reason: "no file of that name is there")
        }
        if link == target { return }
        _ = try place(link) { linkat(folder, target.name, $0, $1, 0) }
    }

    /// Sets the time of a link or folder.
    func setTime(_ path: ArchivePath, _ time: timespec) throws(ArchiveError) {
        let folder = try descriptor(of: path.folder)
        guard utimensat(folder, path.name, [time, time], AT_SYMLINK_NOFOLLOW) == 0 else {
            throw unwritable(path, errno)
        }
    }

    /// Sets the permissions of a folder.
    func setPermissions(_ folder: ArchivePath, _ mode: mode_t) throws(ArchiveError) {
        guard fchmod(try descriptor(of: folder), mode) == 0 else { throw unwritable(folder, errno) }
    }

    func unwritable(_ entry: ArchivePath, _ number: Int32) -> ArchiveError {
        .unwritable(path: "\(path)/\(entry)", reason: String(cString: strerror(number)))
    }

    /// The descriptor of a folder, which is made if missing; valid until the next call.
    private func descriptor(of folder: ArchivePath) throws(ArchiveError) -> Int32 {
        if folder.parts.isEmpty { return root }
        if let lastFolder, lastFolder.path == folder { return lastFolder.descriptor }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        var current = root
        for part in folder.parts {
            let name = ArchivePath.systemName(part)
            var next = openat(current, name, flags)
            if next < 0, errno == ENOENT, mkdirat(current, name, 0o755) == 0 {
                next = openat(current, name, flags)
            }
            let reason = errno
            if current != root { close(current) }
            guard next >= 0 else {
                if reason == ENOTDIR || reason == ELOOP {
                    throw .collision(
                        file: archive, entry: "\(folder)", reason: "a part of the path is a link or a file")
                }
                throw unwritable(folder, reason)
            }
            current = next
        }
        if let lastFolder { close(lastFolder.descriptor) }
        lastFolder = (folder, current)
        return current
    }

    /// Makes something under a name, after removing what has it; a folder is never removed.
    private func place(
        _ entry: ArchivePath, _ make: (Int32, [CChar]) -> Int32
    ) throws(ArchiveError) -> Int32 {
        let folder = try descriptor(of: entry.folder)
        let name = entry.name
        var result = make(folder, name)
        if result < 0, errno == EEXIST, unlinkat(folder, name, 0) == 0 { result = make(folder, name) }
        if result >= 0 { return result }
        if errno == EISDIR || errno == EEXIST {
            throw .collision(file: archive, entry: "\(entry)", reason: "a folder of that name is there")
        }
        throw unwritable(entry, errno)
    }
}
