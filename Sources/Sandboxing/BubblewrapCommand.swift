import Glibc

/// The command line that makes a sandbox: bubblewrap's options, then the first process and its own.
///
/// Everything that decides what a build sees is here. The root is a memory file system made read-only; the
/// host's `/usr` is there to run host tools; `/etc` is synthetic; nothing of `/home`, `/root`, `/var` or `/sys`.
struct BubblewrapCommand {
    let sandbox: Sandbox
    /// The host's folder for this run: `etc/` to show, `report/` for the first process to write.
    let runFolder: String

    static let reportFolder = "/run/apkfarm"
    static let initInside = "/.sandbox-init"
    private static let hostEtc = ["alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d"]

    func arguments(for command: [String], interactive: Bool) -> [String] {
        namespaces(interactive: interactive) + hostSystem() + ownFolders() + mounts() + environment()
            + ["--remount-ro", "/", "--chdir", sandbox.workingDirectory, "--", Self.initInside]
            + initOptions() + ["--"] + command
    }

    private func namespaces(interactive: Bool) -> [String] {
        // The capabilities are for the first process: it mounts binfmt_misc, then drops them.
        [
            "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
            "--unshare-cgroup-try", "--uid", "0", "--gid", "0", "--cap-add", "ALL", "--hostname", "build",
            "--die-with-parent", "--as-pid-1", "--clearenv",
        ] + (interactive ? [] : ["--new-session"])
    }

    private func hostSystem() -> [String] {
        var arguments = ["--ro-bind", "/usr", "/usr", "--tmpfs", "/usr/local", "--remount-ro", "/usr/local"]
        for name in ["bin", "sbin", "lib", "lib64"] {
            if let target = Files.target(ofLink: "/" + name) {
                arguments += ["--symlink", target, "/" + name]
            } else if Files.exists("/" + name) {
                arguments += ["--ro-bind", "/" + name, "/" + name]
            }
        }
        for name in Self.hostEtc where Files.exists("/etc/" + name) {
            arguments += ["--ro-bind", "/etc/" + name, "/etc/" + name]
        }
        for name in SyntheticEtc.files.keys.sorted() {
            arguments += ["--ro-bind", "\(runFolder)/etc/\(name)", "/etc/\(name)"]
        }
        return arguments
    }

    private func ownFolders() -> [String] {
        let size = String(sandbox.limits.temporary.bytes)
        return [
            "--proc", "/proc", "--dev", "/dev", "--size", size, "--perms", "1777", "--tmpfs", "/dev/shm",
            "--remount-ro", "/dev", "--size", size, "--perms", "1777", "--tmpfs", "/tmp",
            "--symlink", "../tmp", "/var/tmp", "--dir", "/root",
            "--ro-bind", sandbox.host.initProgram, Self.initInside,
            "--bind", "\(runFolder)/report", Self.reportFolder,
        ]
    }

    private func mounts() -> [String] {
        sandbox.mounts.flatMap { mount in
            [mount.access == .readOnly ? "--ro-bind" : "--bind", mount.host, mount.inside]
        }
    }

    private func environment() -> [String] {
        sandbox.environment.sorted { $0.key < $1.key }.flatMap { ["--setenv", $0.key, $0.value] }
    }

    private func initOptions() -> [String] {
        var options = [
            "--report", "\(Self.reportFolder)/report", "--hide", Self.reportFolder,
            // A little above the limit: the supervisor sees it passed and says so.
            "--processes", String(sandbox.limits.processes + 64),
            "--limit", "fsize=\(sandbox.limits.fileSize.bytes)", "--limit",
            "nofile=\(sandbox.limits.openFiles)",
        ]
        if let runner = sandbox.runner {
            options += ["--binfmt", runner]
        }
        return options
    }
}
