import Subprocess
import SystemPackage

/// A place to run commands that may be wrong or hostile: own namespaces, no network, the host's `/usr`
/// read-only, no other part of the host but the mounts given, no power over the kernel, and limits.
///
/// There is no way to run a command without it: where a machine cannot make sandboxes, ``run`` throws.
public struct Sandbox: Sendable {
    /// The programs that make it.
    public var host: SandboxHost
    /// What of the host it shows, in this order; a later one may lie inside an earlier one.
    public var mounts: [Mount]
    /// All of the command's environment.
    public var environment: [String: String]
    /// Where the command starts; a path inside.
    public var workingDirectory: String
    /// When it is ended.
    public var limits: Limits
    /// The path inside of a program that the kernel starts for wasm modules; nil for none.
    public var runner: String?

    private let sampling: Duration
    private let now: @Sendable () -> Duration

    /// A sandbox. `now` is the time since any fixed moment, `sampling` how often limits are looked at.
    public init(
        host: SandboxHost,
        mounts: [Mount],
        environment: [String: String],
        workingDirectory: String = "/",
        limits: Limits = Limits(),
        runner: String? = nil,
        sampling: Duration = .milliseconds(200),
        now: @escaping @Sendable () -> Duration = Sandbox.monotonic
    ) {
        self.host = host
        self.mounts = mounts
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.limits = limits
        self.runner = runner
        self.sampling = sampling
        self.now = now
    }

    private static let epoch = ContinuousClock.now

    /// The machine's monotonic time, since some moment in this process's life.
    public static let monotonic: @Sendable () -> Duration = { ContinuousClock.now - epoch }

    /// Runs a command to its end, or to a limit, and returns when every process of it is dead.
    ///
    /// - Parameters:
    ///   - command: The program, found in the environment's PATH, and its arguments.
    ///   - log: The file that what it prints is appended to; nil for none.
    ///   - onOutput: Called with each piece that it prints, in order; a slow one slows the command.
    /// - Throws: ``SandboxError`` if the sandbox could not be made or followed. How the command itself ended
    ///   is the result's ``SandboxResult/outcome``.
    @concurrent
    public func run(
        _ command: [String],
        log: String? = nil,
        onOutput: @Sendable ([UInt8]) async -> Void = { _ in }
    ) async throws(SandboxError) -> SandboxResult {
        let folder = try prepare()
        defer { folder.remove() }
        let output = try OutputLog(path: log)
        defer { output.close() }
        let group = ControlGroup.make(limits: limits, in: host.groups)
        defer { group?.remove() }
        let supervisor = Supervisor(
            limits: limits, folders: writableFolders, group: group, interval: sampling, now: now)
        let start = now()
        let words =
            host.entering(group)
            + arguments(for: command, in: folder, interactive: false)
        let failure = await withTaskCancellationHandler {
            await follow(words, output, supervisor, onOutput)
        } onCancel: {
            supervisor.abandon()
        }
        supervisor.awaitDeath()
        var (verdict, use) = supervisor.finish()
        use.wallTime = now() - start
        if let failure { throw failure }
        return try result(folder.report, verdict: verdict, use: &use, said: output.end)
    }

    /// Runs a command on the caller's terminal, without limits of time; for looking around in a build.
    ///
    /// - Throws: As ``run(_:log:onOutput:)``.
    @concurrent
    public func interact(_ command: [String]) async throws(SandboxError) -> SandboxResult {
        let folder = try prepare()
        defer { folder.remove() }
        let start = now()
        do {
            _ = try await Subprocess.run(
                .path(FilePath(host.bubblewrap)),
                arguments: Arguments(arguments(for: command, in: folder, interactive: true)),
                environment: .custom([:]), input: .currentStandardInput, output: .currentStandardOutput,
                error: .currentStandardError)
        } catch {
            throw Self.translated(error)
        }
        var use = ResourceUse(wallTime: now() - start)
        return try result(folder.report, verdict: nil, use: &use, said: "see above")
    }

    private var writableFolders: [String] {
        mounts.filter { $0.access == .writable }.map(\.host)
    }

    private func arguments(for command: [String], in folder: RunFolder, interactive: Bool) -> [String] {
        BubblewrapCommand(sandbox: self, runFolder: folder.path).arguments(
            for: command, interactive: interactive)
    }

    private func prepare() throws(SandboxError) -> RunFolder {
        try host.check()
        for mount in mounts {
            guard mount.inside.hasPrefix("/"), mount.inside != "/" else {
                throw .mountRefused(mount, reason: "the path inside must be absolute and not the root")
            }
            guard Files.exists(mount.host) else { throw .mountMissing(mount) }
        }
        return try RunFolder(in: host.scratch)
    }

    /// Starts bubblewrap and reads what is printed until it ends. Returns what went wrong in doing so.
    private func follow(
        _ words: [String], _ log: OutputLog, _ supervisor: Supervisor,
        _ onOutput: @Sendable ([UInt8]) async -> Void
    ) async -> SandboxError? {
        // The supervisor ends what has to end; this leaves it the time to.
        var options = PlatformOptions()
        options.teardownSequence = [.send(signal: .resume, allowedDurationToNextStep: .seconds(5))]
        do {
            _ = try await Subprocess.run(
                .path(FilePath(words[0])), arguments: Arguments(Array(words.dropFirst())),
                environment: .custom([:]), platformOptions: options, input: .none, output: .sequence,
                error: .combinedWithOutput
            ) { execution in
                supervisor.start(watching: execution.processIdentifier.value)
                for try await piece in execution.standardOutput {
                    let bytes = piece.withUnsafeBytes { Array($0) }
                    supervisor.note(output: bytes.count)
                    do {
                        try log.append(bytes)
                    } catch {
                        supervisor.abandon()
                        throw error
                    }
                    await onOutput(bytes)
                }
            }
            return Task.isCancelled ? .cancelled : nil
        } catch {
            return Self.translated(error)
        }
    }

    private static func translated(_ error: any Error) -> SandboxError {
        if let error = error as? SandboxError { return error }
        return error is CancellationError || Task.isCancelled ? .cancelled : .processFailed("\(error)")
    }

    private func result(
        _ report: InitReport, verdict: Outcome?, use: inout ResourceUse, said: String
    ) throws(SandboxError) -> SandboxResult {
        // On a busy machine a limit may be passed before the first process has said a word.
        guard report.started || verdict != nil else { throw .setUpFailed(said: said) }
        use.cpuTime = max(use.cpuTime, report.cpuTime ?? .zero)
        use.peakMemory = max(use.peakMemory, report.peakMemory)
        // Without a last line the first process itself was killed: by the kernel, for want of memory.
        return SandboxResult(
            outcome: verdict ?? report.outcome ?? .signalled(9), use: use, runner: report.runner)
    }
}
