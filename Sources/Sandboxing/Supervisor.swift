import Foundation
import Glibc
import Synchronization

/// Looks at a running sandbox several times a second on a thread of its own, and ends it when the watch says so.
///
/// A thread, as reading /proc and walking folders block, and the farm's tasks share few threads.
final class Supervisor: Sendable {
    private struct State {
        var output: Int64 = 0
        var finished = false
        var abandoned = false
        var verdict: Outcome?
        var use = ResourceUse()
        var first: pid_t?
    }

    private let limits: Limits
    private let folders: [String]
    private let group: ControlGroup?
    private let interval: Duration
    private let now: @Sendable () -> Duration
    private let state = Mutex(State())

    /// `now` is the time since any fixed moment.
    init(
        limits: Limits, folders: [String], group: ControlGroup?, interval: Duration,
        now: @escaping @Sendable () -> Duration
    ) {
        self.limits = limits
        self.folders = folders
        self.group = group
        self.interval = interval
        self.now = now
    }

    func note(output count: Int) {
        state.withLock { $0.output += Int64(count) }
    }

    /// Starts to watch the tree below bubblewrap.
    func start(watching process: pid_t) {
        let thread = Thread { [self] in watch(process) }
        thread.name = "sandbox"
        thread.start()
    }

    /// Ends the sandbox as soon as its first process is there, whatever the watch says.
    func abandon() {
        state.withLock { $0.abandoned = true }
    }

    /// Returns when the sandbox's first process is gone, and with it, as the kernel has it, all others. It is
    /// gone already but when bubblewrap was killed and the kernel has not come to the rest yet.
    func awaitDeath() {
        guard let first = state.withLock({ $0.first }) else { return }
        for _ in 0..<1000 where kill(first, 0) == 0 {
            usleep(2000)
        }
    }

    /// Ends the watching. The verdict is nil if the sandbox ended by itself, and not for want of memory or of
    /// processes: a build that meets those limits may end with any status, before anybody looks.
    func finish() -> (verdict: Outcome?, use: ResourceUse) {
        let refused = group?.refusedProcesses
        let ranOut: ExceededLimit? =
            group?.ranOutOfMemory == true
            ? .memory(limits.memory) : refused != nil ? .processes(limits.processes) : nil
        return state.withLock { state in
            state.finished = true
            state.use.output = ByteCount(bytes: state.output)
            state.use.peakProcesses = max(state.use.peakProcesses, refused ?? 0)
            return (
                state.verdict ?? ranOut.map { .overLimit($0) }, state.use
            )
        }
    }

    private func watch(_ process: pid_t) {
        Self.hurry()
        let start = now()
        var watch = Watch(limits: limits)
        var disk = DiskUse(folders: folders)
        while true {
            let (finished, output, abandoned) = state.withLock { ($0.finished, $0.output, $0.abandoned) }
            if finished { return }
            let tree = ProcessTree(below: process)
            let sample = look(at: tree, time: now() - start, output: output, disk: &disk)
            let verdict = watch.judge(sample)
            let isFinal = state.withLock { state in
                state.use.include(sample, cpuTime: tree.cpuTime)
                state.first = tree.topmost.first ?? state.first
                // A sandbox that ended by itself has its own outcome, also when those who wait for it are slow.
                if state.finished || tree.hasEnded { return true }
                state.verdict = state.verdict ?? verdict
                if verdict != nil || abandoned {
                    Self.end(tree)
                }
                return false
            }
            if isFinal { return }
            pause()
        }
    }

    private func look(at tree: ProcessTree, time: Duration, output: Int64, disk: inout DiskUse) -> Sample {
        let free = disk.free()
        disk.update(at: time, free: free, limits: limits)
        var memory = tree.roughMemory
        if memory > limits.memory {
            memory = tree.exactMemory
        }
        return Sample(
            time: time, memory: memory, processes: max(tree.size, group?.refusedProcesses ?? 0),
            disk: disk.held.bytes, files: disk.held.files,
            freeSpace: free.bytes, freeFiles: free.files, ranOutOfMemory: group?.ranOutOfMemory ?? false,
            output: ByteCount(bytes: output))
    }

    /// Lets this thread run before a build that keeps all processors busy with thousands of processes. Root
    /// only; others wait their turn.
    private static func hurry() {
        var parameters = sched_param(sched_priority: 1)
        _ = sched_setscheduler(0, SCHED_FIFO, &parameters)
    }

    /// Until the next look; not so long when the sandbox has been abandoned.
    private func pause() {
        let step = Duration.milliseconds(10)
        for _ in 0..<max(1, Int(interval / step)) {
            usleep(UInt32(step / .microseconds(1)))
            if state.withLock({ $0.abandoned || $0.finished }) { return }
        }
    }

    /// The kernel ends every process of the namespace with its first one. bubblewrap itself is left alone: it
    /// ends with its child, and if it died in the moment between making it and telling it to die along, the
    /// child would stay.
    private static func end(_ tree: ProcessTree) {
        for first in tree.topmost {
            kill(first, SIGKILL)
        }
    }
}

extension ResourceUse {
    mutating func include(_ sample: Sample, cpuTime: Duration) {
        wallTime = max(wallTime, sample.time)
        self.cpuTime = max(self.cpuTime, cpuTime)
        peakMemory = max(peakMemory, sample.memory)
        peakProcesses = max(peakProcesses, sample.processes)
        peakDisk = max(peakDisk, sample.disk)
        output = sample.output
    }
}
