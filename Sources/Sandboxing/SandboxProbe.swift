import Glibc
import Synchronization

/// What of a sandbox works on this machine.
public struct SandboxProbe: Hashable, Sendable {
    /// One thing that was tried.
    public struct Finding: Hashable, Sendable {
        /// What was tried.
        public let name: String
        /// Whether builds cannot do without.
        public let isRequired: Bool
        /// What did not work; nil if it did.
        public let problem: String?
        /// What helps; empty if nothing has to.
        public let remedy: String
    }

    /// All that was tried, in order; nothing after a required thing that failed.
    public let findings: [Finding]

    /// Whether builds can run.
    public var works: Bool {
        !findings.contains { $0.isRequired && $0.problem != nil }
    }
}

extension Sandbox {
    /// Tries what sandboxes need on this machine, by making one.
    @concurrent
    public static func probe(_ host: SandboxHost) async -> SandboxProbe {
        var findings: [SandboxProbe.Finding] = []
        do {
            try host.check()
            findings.append(.fine("programs"))
        } catch {
            findings.append(.init(name: "programs", isRequired: true, problem: "\(error)", remedy: ""))
            return SandboxProbe(findings: findings)
        }
        var sandbox = Sandbox(host: host, mounts: [], environment: ["PATH": "/usr/bin:/bin"])
        sandbox.limits.wallTime = .seconds(30)
        sandbox.runner = "/usr/bin/true"
        let said = Mutex<[UInt8]>([])
        do {
            let result = try await sandbox.run([BubblewrapCommand.initInside, "--probe"]) { piece in
                said.withLock { $0 += piece }
            }
            findings.append(.namespaces(result.outcome.succeeded ? nil : "\(result.outcome)"))
            findings += protections(String(decoding: said.withLock { $0 }, as: UTF8.self))
            findings.append(try await endsInTime(sandbox))
            findings.append(.wasmPrograms(result.runner))
        } catch {
            findings.append(.namespaces("\(error)"))
            return SandboxProbe(findings: findings)
        }
        findings += [.controlGroups(host.groups), .processLimit(host.groups), .ownUser(geteuid())]
        return SandboxProbe(findings: findings)
    }

    /// What the first process said from inside: lines `NAME=on` and `NAME=off: REASON`.
    static func protections(_ said: String) -> [SandboxProbe.Finding] {
        said.split(separator: "\n").compactMap { line in
            guard let equals = line.firstIndex(of: "=") else { return nil }
            let state = line[line.index(after: equals)...]
            let problem = state == "on" ? nil : String(state.hasPrefix("off: ") ? state.dropFirst(5) : state)
            return SandboxProbe.Finding(
                name: String(line[..<equals]), isRequired: true, problem: problem,
                remedy: problem == nil ? "" : "run 'make -C toolchain'; if that does not help, report it")
        }
    }

    /// Whether a limit of time ends a command that ignores every signal it can.
    private static func endsInTime(_ like: Sandbox) async throws -> SandboxProbe.Finding {
        var sandbox = like
        sandbox.runner = nil
        sandbox.limits.wallTime = .milliseconds(300)
        let result = try await sandbox.run(["sh", "-c", "trap '' TERM INT HUP; setsid sleep 60 & sleep 60"])
        let held = result.outcome == .timedOut(.milliseconds(300))
        return SandboxProbe.Finding(
            name: "time limit", isRequired: true, problem: held ? nil : "\(result.outcome)",
            remedy: held ? "" : "report it")
    }
}

extension SandboxProbe.Finding {
    static func fine(_ name: String) -> SandboxProbe.Finding {
        SandboxProbe.Finding(name: name, isRequired: true, problem: nil, remedy: "")
    }

    static func namespaces(_ problem: String?) -> SandboxProbe.Finding {
        guard let problem else { return .fine("namespaces") }
        var advice = ["user namespaces must be allowed"]
        for (file, refusing, setting) in [
            ("/proc/sys/user/max_user_namespaces", "0", "user.max_user_namespaces=10000"),
            ("/proc/sys/kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
            (
                "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1",
                "kernel.apparmor_restrict_unprivileged_userns=0"
            ),
        ] where Files.contents(file)?.split(separator: "\n").first == Substring(refusing) {
            advice.append("run 'sysctl \(setting)'")
        }
        return SandboxProbe.Finding(
            name: "namespaces", isRequired: true, problem: problem, remedy: advice.joined(separator: "; "))
    }

    static func controlGroups(_ places: ControlGroupPlaces) -> SandboxProbe.Finding {
        guard case .none(let reason) = places else {
            return SandboxProbe.Finding(
                name: "memory limit by the kernel", isRequired: false, problem: nil, remedy: "")
        }
        return SandboxProbe.Finding(
            name: "memory limit by the kernel", isRequired: false, problem: reason,
            remedy: "builds are looked at five times a second instead; run the farm as root, or as a systemd "
                + "service with Delegate=yes and DelegateSubgroup=farm")
    }

    static func processLimit(_ places: ControlGroupPlaces) -> SandboxProbe.Finding {
        var problem: String?
        if case .none(let reason) = places, !KernelVersion.own.isAtLeast(6, 14) {
            problem = "\(reason), and before Linux 6.14 a namespace has no limit of its own"
        }
        return SandboxProbe.Finding(
            name: "process limit by the kernel", isRequired: false, problem: problem,
            remedy: problem == nil ? "" : "as for the memory limit")
    }

    static func ownUser(_ user: uid_t) -> SandboxProbe.Finding {
        SandboxProbe.Finding(
            name: "builds are not the host's root", isRequired: false,
            problem: user == 0
                ? "the farm runs as root, and so do builds in the eyes of the host's files" : nil,
            remedy: user == 0 ? "run the farm as a user of its own" : "")
    }

    static func wasmPrograms(_ registration: RunnerRegistration) -> SandboxProbe.Finding {
        guard case .refused(let reason) = registration else {
            return SandboxProbe.Finding(name: "wasm programs", isRequired: false, problem: nil, remedy: "")
        }
        return SandboxProbe.Finding(
            name: "wasm programs", isRequired: false, problem: reason,
            remedy: "tests are marked as not run; Linux 6.7 or newer with binfmt_misc runs them")
    }
}
