/// The command line that runs a wasm program inside an installed root.
///
/// bubblewrap makes the root the whole file system. The kernel is not asked to know wasm: the runner is started by
/// path and starts further programs itself. It lies under `/.apkfarm` with its loader and libraries, since nothing of
/// the host's is visible there. The first process is that of a build's sandbox: it drops all power over the kernel.
public struct GuestCommand: Sendable {
    /// The installed root.
    public let root: String
    /// The folder with `runner`, its loader and libraries: `toolchain/libexec/guest`.
    public let guest: String
    /// Compiled modules, shared with the host.
    public let wasmCode: String

    /// A command for one root.
    public init(root: String, guest: String, wasmCode: String) {
        self.root = root
        self.guest = guest
        self.wasmCode = wasmCode
    }

    /// The words of the command.
    ///
    /// - Parameter sharesNetwork: whether the program sees this machine's network; by itself it has none.
    public func arguments(_ program: [String], sharesNetwork: Bool = false) -> [String] {
        ["bwrap", "--die-with-parent", "--unshare-user", "--unshare-pid"]
            + (sharesNetwork ? [] : ["--unshare-net"]) + [
                "--unshare-ipc", "--unshare-uts", "--hostname", "apkfarm", "--uid", "0", "--gid", "0",
                "--cap-add", "ALL",
                "--as-pid-1",
                "--bind", root, "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp",
                "--ro-bind", guest, "/.apkfarm", "--bind", wasmCode, "/.apkfarm/wasm-code",
                "--chdir", "/", "--clearenv",
                "--setenv", "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "--setenv", "HOME", "/root", "--setenv", "TERM", "xterm", "--setenv", "LC_ALL", "C.UTF-8",
                "--setenv", "APKFARM_RUNNER_CACHE", "/.apkfarm/wasm-code",
                "--", "/.apkfarm/sandbox-init", "--", "/.apkfarm/runner",
            ] + program
    }
}
