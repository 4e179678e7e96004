import Glibc

/// Walks all that is below a folder that a hostile build wrote: by descriptors and with one open at a time, since such
/// a build makes paths longer than the kernel takes and folders deeper than there are descriptors or stack.
///
/// Links are not followed, other file systems not entered. A folder that is moved while the walk is in it ends the walk.
struct FolderWalk {
    /// A name, ended by zero.
    typealias Name = [CChar]

    private struct Level {
        let device: dev_t
        let inode: ino_t
        let name: Name
        var folders: [Name]
    }

    /// Called for each entry with its folder's descriptor; a folder comes before what is in it.
    let visit: (_ folder: Int32, _ name: Name, _ status: stat) -> Void
    /// Called for each folder after all that is in it, with the descriptor of the one above.
    let leave: (_ above: Int32, _ name: Name) -> Void

    /// Walks.
    /// - Returns: false if the walk could not see everything: a folder could not be opened or was moved.
    @discardableResult
    func run(below path: String) -> Bool {
        var current = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard current >= 0 else { return false }
        defer { close(current) }
        guard let top = enter(current, name: []) else { return false }
        var levels = [top]
        var isWhole = true
        while let level = levels.last {
            if let next = level.folders.last {
                levels[levels.count - 1].folders.removeLast()
                let descriptor = openat(current, next, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
                guard descriptor >= 0, let below = enter(descriptor, name: next) else {
                    if descriptor >= 0 { close(descriptor) }
                    leave(current, next)
                    isWhole = false
                    continue
                }
                guard below.device == top.device else {
                    close(descriptor)
                    continue
                }
                close(current)
                current = descriptor
                levels.append(below)
                continue
            }
            levels.removeLast()
            guard let above = levels.last else { break }
            let descriptor = openat(current, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            var status = stat()
            guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_ino == above.inode,
                status.st_dev == above.device
            else {
                if descriptor >= 0 { close(descriptor) }
                return false
            }
            close(current)
            current = descriptor
            leave(current, level.name)
        }
        return isWhole
    }

    /// Reads one folder and visits its entries.
    private func enter(_ descriptor: Int32, name: Name) -> Level? {
        var own = stat()
        // A second descriptor, as closing the listing closes it.
        let second = dup(descriptor)
        guard fstat(descriptor, &own) == 0, second >= 0, let listing = fdopendir(second) else {
            if second >= 0 { close(second) }
            return nil
        }
        defer { closedir(listing) }
        rewinddir(listing)
        var level = Level(device: own.st_dev, inode: own.st_ino, name: name, folders: [])
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                Array(bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) }) + [0]
            }
            if name == [46, 0] || name == [46, 46, 0] { continue }
            var status = stat()
            guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            visit(descriptor, name, status)
            if status.st_mode & S_IFMT == S_IFDIR { level.folders.append(name) }
        }
        return level
    }
}

/// Removing what a hostile build left.
public enum FolderRemoval {
    /// Removes a folder with all that is in it, whatever its permissions and however deep.
    /// - Returns: whether it is gone; it also is when there was none.
    @discardableResult
    public static func remove(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return errno == ENOENT }
        guard status.st_mode & S_IFMT == S_IFDIR else { return unlink(path) == 0 }
        // Not root: a folder's owner may have forbidden itself to look or write.
        chmod(path, 0o700)
        FolderWalk { folder, name, status in
            if status.st_mode & S_IFMT == S_IFDIR {
                if status.st_mode & 0o700 != 0o700 { fchmodat(folder, name, 0o700, 0) }
            } else {
                unlinkat(folder, name, 0)
            }
        } leave: { above, name in
            unlinkat(above, name, AT_REMOVEDIR)
        }.run(below: path)
        return rmdir(path) == 0
    }
}
