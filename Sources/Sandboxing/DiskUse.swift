import Glibc

/// What folders hold on disk. Counting walks them, so it is done seldom; what is free on their file systems
/// is asked often and says when counting is worth it.
struct DiskUse {
    let folders: [String]
    private(set) var held = Held()
    private var freeWhenCounted = Free()
    private var countedAt: Duration?

    private static let interval = Duration.seconds(15)

    /// Allocated bytes, and files of all kinds.
    struct Held: Hashable {
        var bytes = ByteCount(bytes: 0)
        var files = 0
    }

    /// What is left on the fullest file system of the folders.
    struct Free: Hashable {
        var bytes = ByteCount(bytes: .max)
        /// Inodes; file systems that make them as needed say none, and then there is no want of them.
        var files = Int.max
    }

    init(folders: [String]) {
        self.folders = folders
    }

    func free() -> Free {
        var least = Free()
        for folder in folders {
            var answer = statvfs()
            guard statvfs(folder, &answer) == 0 else { continue }
            least.bytes = min(
                least.bytes, ByteCount(bytes: Int64(answer.f_bavail) * Int64(answer.f_frsize)))
            if answer.f_files > 0 { least.files = min(least.files, Int(answer.f_favail)) }
        }
        return least
    }

    /// Counts again if so much was written, by anyone, that a limit may have been passed, or after a while.
    mutating func update(at time: Duration, free: Free, limits: Limits) {
        let written = freeWhenCounted.bytes.bytes - free.bytes.bytes
        let made = freeWhenCounted.files - free.files
        let room = max(16 << 20, (limits.disk.bytes - held.bytes.bytes) / 2)
        let roomForFiles = max(1000, (limits.files - held.files) / 2)
        if let countedAt, written < room, made < roomForFiles, time - countedAt < Self.interval { return }
        held = Held()
        for folder in folders { Self.count(below: folder, into: &held) }
        freeWhenCounted = free
        countedAt = time
    }

    /// All that is below a folder on its file system; a file with several names counts once.
    static func count(below folder: String, into held: inout Held) {
        var seen: Set<ino_t> = []
        var found = Held()
        FolderWalk { _, _, status in
            found.files += 1
            if status.st_nlink > 1 && status.st_mode & S_IFMT != S_IFDIR
                && !seen.insert(status.st_ino).inserted
            {
                return
            }
            found.bytes = ByteCount(bytes: found.bytes.bytes + Int64(status.st_blocks) * 512)
        } leave: { _, _ in
        }.run(below: folder)
        held.bytes = ByteCount(bytes: held.bytes.bytes + found.bytes.bytes)
        held.files += found.files
    }
}
