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
        do {
            let result = try await sandbox.run(["true"])
            findings.append(.namespaces(result.outcome.succeeded ? nil : "\(result.outcome)"))
            findings.append(.wasmPrograms(result.runner))
        } catch {
            findings.append(.namespaces("\(error)"))
        }
        return SandboxProbe(findings: findings)
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

    static func wasmPrograms(_ registration: RunnerRegistration) -> SandboxProbe.Finding {
        guard case .refused(let reason) = registration else {
            return SandboxProbe.Finding(name: "wasm programs", isRequired: false, problem: nil, remedy: "")
        }
        return SandboxProbe.Finding(
            name: "wasm programs", isRequired: false, problem: reason,
            remedy: "tests are marked as not run; Linux 6.7 or newer with binfmt_misc runs them")
    }
}
