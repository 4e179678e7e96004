/// What was seen of a running sandbox at one moment.
public struct Sample: Hashable, Sendable {
    /// Since the start.
    public var time: Duration
    /// Resident memory of all processes.
    public var memory: ByteCount
    /// Processes and threads.
    public var processes: Int
    /// What the writable mounts held when last counted.
    public var disk: ByteCount
    /// Files, folders and links in them when last counted.
    public var files: Int
    /// What is left on the fullest of their file systems.
    public var freeSpace: ByteCount
    /// How many files can be made there yet.
    public var freeFiles: Int
    /// Whether the kernel ended a process, as all together held more memory than they may.
    public var ranOutOfMemory: Bool
    /// Printed so far.
    public var output: ByteCount

    /// A sample of these values.
    public init(
        time: Duration, memory: ByteCount, processes: Int, disk: ByteCount, files: Int = 0,
        freeSpace: ByteCount, freeFiles: Int = .max, ranOutOfMemory: Bool = false, output: ByteCount
    ) {
        self.time = time
        self.memory = memory
        self.processes = processes
        self.disk = disk
        self.files = files
        self.freeSpace = freeSpace
        self.freeFiles = freeFiles
        self.ranOutOfMemory = ranOutOfMemory
        self.output = output
    }
}

/// Decides from samples when a sandbox has to end. Knows no process and no clock.
public struct Watch: Sendable {
    private let limits: Limits
    private var lastOutput: (amount: ByteCount, time: Duration) = (ByteCount(bytes: 0), .zero)

    /// What is kept free on a file system that a sandbox writes to.
    public static let reserve = ByteCount.mebibytes(256)
    /// Of the numbers that files have there, as many.
    public static let reserveOfFiles = 10_000

    /// A watch over a sandbox that has just started.
    public init(limits: Limits) {
        self.limits = limits
    }

    /// The reason to end now, or nil. Samples come in the order of their times.
    public mutating func judge(_ sample: Sample) -> Outcome? {
        if sample.output != lastOutput.amount {
            lastOutput = (sample.output, sample.time)
        }
        if sample.processes > limits.processes { return .overLimit(.processes(limits.processes)) }
        if sample.memory > limits.memory || sample.ranOutOfMemory {
            return .overLimit(.memory(limits.memory))
        }
        if sample.disk > limits.disk { return .overLimit(.disk(limits.disk)) }
        if sample.files > limits.files { return .overLimit(.files(limits.files)) }
        if sample.output > limits.log { return .overLimit(.log(limits.log)) }
        if sample.freeSpace < Self.reserve { return .overLimit(.freeSpace(Self.reserve)) }
        if sample.freeFiles < Self.reserveOfFiles { return .overLimit(.freeFiles(Self.reserveOfFiles)) }
        if sample.time >= limits.wallTime { return .timedOut(limits.wallTime) }
        if sample.time - lastOutput.time >= limits.silence { return .silent(limits.silence) }
        return nil
    }
}
