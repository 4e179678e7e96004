import Foundation
import Recipes
import Sandboxing
import Synchronization
import Toolchains

/// Runs the build functions of one recipe in its sandbox.
struct PhaseRun: Sendable {
    let equipment: Builder.Equipment
    let folder: BuildFolder
    let request: BuildRequest
    let epoch: Int64
    let log: String
    let onPhase: @Sendable (String) -> Void
    /// Nothing is crossed: the machine's own tools stand in for the toolchain.
    var isNative = false

    /// Runs phases in order, in one sandbox.
    /// - Parameter accounts: the users and groups that files may be given to.
    /// - Throws: `BuildError.phaseFailed` with the phase that ended badly and how.
    func run(_ phases: [String], with accounts: Accounts? = nil) async throws {
        try accounts?.write(to: folder.accounts)
        let watcher = PhaseWatcher(pkgname: request.pkgname, first: phases[0], onPhase: onPhase)
        let result = try await sandbox(hasAccounts: accounts != nil).run(
            ["busybox", "ash", "/farm/phases/run"] + phases, log: log, onOutput: watcher.see)
        guard case .exited(0) = result.outcome else {
            throw BuildError.phaseFailed(phase: watcher.phase, outcome: "\(result.outcome)")
        }
    }

    /// Runs `check()`, whose failure is for the caller to judge.
    /// - Throws: `BuildError.phaseFailed` when it was stopped by a limit or a signal.
    func runCheck() async throws -> SuiteReport {
        onPhase("check")
        // What ran while building is no test.
        let counter = folder.report + "/wasm-processes"
        _ = unlink(counter)
        let said = Mutex<[UInt8]>([])
        let result = try await sandbox(interruptsLoops: false).run(
            ["busybox", "ash", "/farm/phases/run", "check"], log: log
        ) {
            piece in
            said.withLock { $0 += piece }
        }
        if !isNative, case .refused(let reason) = result.runner {
            throw BuildError.phaseFailed(
                phase: "check",
                outcome: "could not run wasm programs: \(reason); 'apkfarm doctor' says what helps")
        }
        guard case .exited(let status) = result.outcome else {
            throw BuildError.phaseFailed(phase: "check", outcome: "\(result.outcome)")
        }
        let text = said.withLock { $0 }
        // Counted by its size; a file that is none counts nothing.
        let left = try? LeftFolder(folder.build).size("report/wasm-processes")
        let processes = Int(left?.bytes ?? 0)
        return SuiteReport(
            log: String(decoding: text, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false),
            wasmProcesses: processes, exitStatus: status)
    }

    private var environment: [String: String] {
        var environment = [
            "SOURCE_DATE_EPOCH": "\(epoch)",
            "JOBS": "\(equipment.jobs)",
            "FARM_PKGREL": "\(request.release)",
            "APKFARM_SYSROOT": "/sysroot",
            "APKFARM_CHECK": request.checks == .full ? "full" : "short",
            "APKFARM_RUNNER_CACHE": "/farm/wasm-code:/build/wasm-code",
            "APKFARM_RUNNER_COUNT": "/build/report/wasm-processes",
        ]
        if swift != nil { environment["FARM_SWIFTC"] = "/farm/swift/bin/swiftc" }
        if let compiler = equipment.nativeCompiler { environment["FARM_NATIVE_CC"] = compiler }
        if equipment.isSkewed { environment["LD_PRELOAD"] = "/farm/toolchain/libexec/skew.so" }
        return environment
    }

    /// The host's Swift compiler, for a recipe that declares it.
    private var swift: String? { request.hostTools[SwiftTool.name] == nil ? nil : equipment.swift }

    /// The sandbox of this build: fixed names inside, whatever the paths are outside.
    /// - Parameter interruptsLoops: signals reach wasm programs that only compute, which costs them up to 37 % of their
    ///   speed. Probes of configure wait for an alarm in such loops (gnulib's for strcasestr), suites never did.
    func sandbox(interruptsLoops: Bool = true, hasAccounts: Bool = false) -> Sandbox {
        var environment = environment
        if interruptsLoops { environment["APKFARM_RUNNER_EPOCH"] = "1" }
        return Sandbox(
            host: equipment.host,
            mounts: (swift.map { [.readOnly($0, at: "/farm/swift")] } ?? [])
                + (hasAccounts ? folder.accountMounts : []) + [
                    .readOnly(
                        isNative ? equipment.toolchain.native : equipment.toolchain.root,
                        at: "/farm/toolchain"),
                    .readOnly(equipment.phases, at: "/farm/phases"),
                    .readOnly(folder.distfiles, at: "/farm/distfiles"),
                    .readOnly(equipment.wasmCode, at: "/farm/wasm-code"),
                    .readOnly(folder.sysroot, at: "/sysroot"),
                    .writable(folder.build, at: "/build"),
                ],
            environment: environment,
            workingDirectory: "/build",
            limits: equipment.limits,
            runner: isNative ? nil : "/farm/toolchain/libexec/runner")
    }
}

/// Reads the phases' announcements (`>>> zlib: check`) out of the log as it grows.
private final class PhaseWatcher: Sendable {
    private let pkgname: String
    private let onPhase: @Sendable (String) -> Void
    private let state: Mutex<(phase: String, rest: [UInt8])>

    init(pkgname: String, first: String, onPhase: @escaping @Sendable (String) -> Void) {
        self.pkgname = pkgname
        self.onPhase = onPhase
        state = Mutex((first, []))
    }

    var phase: String { state.withLock { $0.phase } }

    @Sendable func see(_ chunk: [UInt8]) async {
        let seen: [String] = state.withLock { state in
            state.rest += chunk
            var seen: [String] = []
            while let newline = state.rest.firstIndex(of: 10) {
                let line = String(decoding: state.rest[..<newline], as: UTF8.self)
                state.rest.removeSubrange(...newline)
                let prefix = ">>> \(pkgname): "
                guard line.hasPrefix(prefix) else { continue }
                let word = String(line.dropFirst(prefix.count))
                guard Self.phases.contains(word) else { continue }
                state.phase = word
                seen.append(word)
            }
            // A line without end is no announcement: keep only its beginning.
            if state.rest.count > 4096 { state.rest.removeAll() }
            return seen
        }
        for phase in seen { onPhase(phase) }
    }

    private static let phases: Set<String> = ["unpack", "prepare", "build", "check", "package"]
}
