/// What a sandbox may use before it is ended.
///
/// The tree of processes is looked at five times a second, so use may pass a limit by what it grows in that time.
/// Where the machine lets the farm make control groups, the kernel holds memory and the number of processes besides;
/// from Linux 6.14 on it holds the latter anywhere. Sizes of one file, of the temporary folders and numbers of
/// descriptors are the kernel's to hold always.
public struct Limits: Hashable, Sendable {
    /// Memory of all processes together, as they are resident.
    public var memory: ByteCount
    /// Processes and threads at one time.
    public var processes: Int
    /// Disk space of all writable mounts together.
    public var disk: ByteCount
    /// Files, folders and links in all writable mounts together.
    public var files: Int
    /// The size of any one file (RLIMIT_FSIZE).
    public var fileSize: ByteCount
    /// `/tmp` and `/dev/shm`, each; they are memory.
    public var temporary: ByteCount
    /// What it may print.
    public var log: ByteCount
    /// From start to end.
    public var wallTime: Duration
    /// Without printing anything.
    public var silence: Duration
    /// Open descriptors of one process (RLIMIT_NOFILE).
    public var openFiles: Int

    /// Limits that fit the build of one package.
    public init(
        memory: ByteCount = .gibibytes(6),
        processes: Int = 1024,
        disk: ByteCount = .gibibytes(8),
        files: Int = 1_000_000,
        fileSize: ByteCount = .gibibytes(64),
        temporary: ByteCount = .gibibytes(1),
        log: ByteCount = .mebibytes(256),
        wallTime: Duration = .seconds(2 * 60 * 60),
        silence: Duration = .seconds(30 * 60),
        openFiles: Int = 4096
    ) {
        self.memory = memory
        self.processes = processes
        self.disk = disk
        self.files = files
        self.fileSize = fileSize
        self.temporary = temporary
        self.log = log
        self.wallTime = wallTime
        self.silence = silence
        self.openFiles = openFiles
    }
}

/// A limit that was passed, with what it was.
public enum ExceededLimit: Hashable, Sendable, CustomStringConvertible {
    /// The processes together held more memory.
    case memory(ByteCount)
    /// There were more processes and threads.
    case processes(Int)
    /// The writable mounts held more.
    case disk(ByteCount)
    /// The writable mounts held more files, folders and links.
    case files(Int)
    /// It printed more.
    case log(ByteCount)
    /// The file system of a writable mount was about to be full, whoever filled it; this much is kept free.
    case freeSpace(ByteCount)
    /// As ``freeSpace(_:)``, of the numbers that files have there.
    case freeFiles(Int)

    /// What was passed, for people.
    public var description: String {
        switch self {
        case .memory(let limit): "more than \(limit) of memory"
        case .processes(let limit): "more than \(limit) processes"
        case .disk(let limit): "more than \(limit) of disk space"
        case .files(let limit): "more than \(limit) files"
        case .log(let limit): "more than \(limit) of output"
        case .freeSpace(let reserve): "less than \(reserve) of disk space was left"
        case .freeFiles(let reserve): "there was room for less than \(reserve) files"
        }
    }
}
