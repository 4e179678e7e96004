import Apk
import Glibc

// What lies in the root: names, owners, times.
extension LinuxMachine {
    /// Adds to the end of a file, making it and the folders above it.
    public func appendFile(_ path: ByteText, _ bytes: [UInt8]) throws(ApkError) {
        if growingFile?.path != path {
            if let parent = SafePath.parent(of: path) { try makeFolders(parent) }
            let place = try root.place(path)
            let descriptor = openat(
                root.descriptor, place, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
            guard descriptor >= 0 else { throw root.error(path, "open") }
            closeGrowingFile()
            growingFile = (path, descriptor)
        }
        guard let descriptor = growingFile?.descriptor else { return }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw root.error(path, "add to")
            }
            done += count
        }
    }

    /// Closes the file that was added to last: something else may get its name.
    func closeGrowingFile() {
        if let growingFile { close(growingFile.descriptor) }
        growingFile = nil
    }

    /// The names in a folder, sorted; nil if there is no folder.
    public func names(in folder: ByteText) throws(ApkError) -> [ByteText]? {
        guard let place = try root.target(folder) else { return nil }
        let descriptor = openat(root.descriptor, place, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOTDIR || errno == ENOENT { return nil }
            throw root.error(folder, "list")
        }
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            throw root.error(folder, "list")
        }
        defer { closedir(stream) }
        var names: [ByteText] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                ByteText(Array(bytes.prefix { $0 != 0 }))
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Owner and mode of what lies at a path.
    public func ownership(_ path: ByteText) throws(ApkError) -> FileOwnership? {
        guard let status = try stat(path) else { return nil }
        return FileOwnership(
            userID: status.st_uid, groupID: status.st_gid, mode: UInt32(status.st_mode) & 0o7777)
    }

    /// Gives a file or folder the owner and mode of an entry.
    public func setOwnership(_ path: ByteText, _ entry: TarEntry) throws(ApkError) {
        let place = try root.place(path)
        if setsOwner,
            fchownat(root.descriptor, place, entry.userID, entry.groupID, AT_SYMLINK_NOFOLLOW) != 0
        {
            throw root.error(path, "set the owner of")
        }
        guard fchmodat(root.descriptor, place, mode_t(entry.mode), 0) == 0 else {
            throw root.error(path, "set the mode of")
        }
    }

    /// When a file was written.
    public func modificationTime(_ path: ByteText) throws(ApkError) -> Int64? {
        guard let status = try stat(path), status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(status.st_mtim.tv_sec)
    }

    private func stat(_ path: ByteText) throws(ApkError) -> stat? {
        if let parent = SafePath.parent(of: path), try root.target(parent) == nil { return nil }
        var status = Glibc.stat()
        guard fstatat(root.descriptor, try root.place(path), &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw root.error(path, "look at")
        }
        return status
    }
}
