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
    /// What is left on the fullest of their file systems.
    public var freeSpace: ByteCount
    /// Printed so far.
    public var output: ByteCount

    /// A sample of these values.
    public init(
        time: Duration, memory: ByteCount, processes: Int, disk: ByteCount, freeSpace: ByteCount,
        output: ByteCount
    ) {
        self.time = time
        self.memory = memory
        self.processes = processes
        self.disk = disk
        self.freeSpace = freeSpace
        self.output = output
    }
}

/// Decides from samples when a sandbox has to end. Knows no process and no clock.
public struct Watch: Sendable {
    private let limits: Limits
    private var lastOutput: (amount: ByteCount, time: Duration) = (ByteCount(bytes: 0), .zero)

    /// What is kept free on a file system that a sandbox writes to.
    public static let reserve = ByteCount.mebibytes(256)

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
        if sample.memory > limits.memory { return .overLimit(.memory(limits.memory)) }
        if sample.disk > limits.disk { return .overLimit(.disk(limits.disk)) }
        if sample.output > limits.log { return .overLimit(.log(limits.log)) }
        if sample.freeSpace < Self.reserve { return .overLimit(.freeSpace(Self.reserve)) }
        if sample.time >= limits.wallTime { return .timedOut(limits.wallTime) }
        if sample.time - lastOutput.time >= limits.silence { return .silent(limits.silence) }
        return nil
    }
}
