/// How a command in a sandbox ended. None of these is an error of the sandbox.
public enum Outcome: Hashable, Sendable, CustomStringConvertible {
    /// By itself, with this status; 126 and 127 as a shell's: not executable, not found.
    case exited(Int32)
    /// By a signal that the farm did not send.
    case signalled(Int32)
    /// Ended by the farm after this time.
    case timedOut(Duration)
    /// Ended by the farm after printing nothing for this time.
    case silent(Duration)
    /// Ended by the farm when it passed a limit.
    case overLimit(ExceededLimit)

    /// Whether it exited with 0.
    public var succeeded: Bool {
        self == .exited(0)
    }

    /// How it ended, for people.
    public var description: String {
        switch self {
        case .exited(let status): "exited with status \(status)"
        case .signalled(let number): "ended by signal \(number)"
        case .timedOut(let limit): "stopped after \(limit.components.seconds) seconds, the time limit"
        case .silent(let limit): "stopped: it printed nothing for \(limit.components.seconds) seconds"
        case .overLimit(let limit): "stopped: \(limit)"
        }
    }
}

/// What a run in a sandbox used.
public struct ResourceUse: Hashable, Sendable {
    /// From start to end.
    public var wallTime: Duration = .zero
    /// User and system time of all processes.
    public var cpuTime: Duration = .zero
    /// The most that was seen resident at one time, all processes together.
    public var peakMemory = ByteCount(bytes: 0)
    /// The most processes and threads seen at one time.
    public var peakProcesses = 0
    /// The most disk space seen in the writable mounts.
    public var peakDisk = ByteCount(bytes: 0)
    /// What it printed.
    public var output = ByteCount(bytes: 0)
}

/// Whether the kernel starts wasm modules in the sandbox as programs.
public enum RunnerRegistration: Hashable, Sendable {
    /// The sandbox asked for none.
    case notWanted
    /// binfmt_misc has the runner.
    case registered
    /// It has not, and why.
    case refused(String)
}

/// What a run in a sandbox came to.
public struct SandboxResult: Hashable, Sendable {
    /// How the command ended.
    public let outcome: Outcome
    /// What it used.
    public let use: ResourceUse
    /// Whether wasm modules ran as programs.
    public let runner: RunnerRegistration
}
