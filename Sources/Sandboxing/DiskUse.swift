import Glibc

/// What folders hold on disk. Counting walks them, so it is done seldom; what is free on their file systems
/// is asked often and says when counting is worth it.
struct DiskUse {
    let folders: [String]
    private(set) var held = ByteCount(bytes: 0)
    private var freeWhenCounted = ByteCount(bytes: .max)
    private var countedAt: Duration?

    private static let interval = Duration.seconds(15)

    init(folders: [String]) {
        self.folders = folders
    }

    /// What is free on the fullest file system of the folders.
    func free() -> ByteCount {
        let least = folders.compactMap { folder -> Int64? in
            var answer = statvfs()
            guard statvfs(folder, &answer) == 0 else { return nil }
            return Int64(answer.f_bavail) * Int64(answer.f_frsize)
        }.min()
        return ByteCount(bytes: least ?? .max)
    }

    /// Counts again if so much was written, by anyone, that the limit may have been passed, or after a while.
    mutating func update(at time: Duration, free: ByteCount, limit: ByteCount) {
        let written = freeWhenCounted.bytes - free.bytes
        let room = max(16 << 20, (limit.bytes - held.bytes) / 2)
        if let countedAt, written < room, time - countedAt < Self.interval { return }
        held = ByteCount(bytes: folders.reduce(0) { $0 + Self.count(below: $1) })
        freeWhenCounted = free
        countedAt = time
    }

    /// Allocated bytes of all that is below a folder on its file system; a file with several names counts once.
    static func count(below folder: String) -> Int64 {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return 0 }
        var seen: Set<UInt64> = []
        return count(descriptor, depth: 0, seen: &seen)
    }

    /// Takes the descriptor over. By descriptors, as a hostile build makes paths longer than the kernel takes.
    private static func count(_ descriptor: Int32, depth: Int, seen: inout Set<UInt64>) -> Int64 {
        guard let folder = fdopendir(descriptor) else {
            close(descriptor)
            return 0
        }
        defer { closedir(folder) }
        var total: Int64 = 0
        while let entry = readdir(folder) {
            var information = stat()
            var next: Int32 = -1
            let isEntry = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return false }
                    guard fstatat(descriptor, name, &information, AT_SYMLINK_NOFOLLOW) == 0 else {
                        return false
                    }
                    if information.st_mode & S_IFMT == S_IFDIR && depth < 400 {
                        next = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
                    }
                    return true
                }
            }
            guard isEntry else { continue }
            if information.st_nlink > 1 && information.st_mode & S_IFMT != S_IFDIR
                && !seen.insert(UInt64(information.st_ino)).inserted
            {
                continue
            }
            total += Int64(information.st_blocks) * 512
            if next >= 0 {
                total += count(next, depth: depth + 1, seen: &seen)
            }
        }
        return total
    }
}
