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
    /// A program may fill a store of compiled modules, so it gets one of its own that ends with it. The host's is only
    /// shown: whoever could write there would run as the host's own programs do.
    ///
    /// - Parameters:
    ///   - sharesNetwork: whether the program sees this machine's network; by itself it has none.
    ///   - visible: folders of the host that are shown, read-only, with their places below `/.apkfarm/wasm-code`.
    ///   - environment: variables besides PATH, HOME, TERM and LC_ALL.
    public func arguments(
        _ program: [String], sharesNetwork: Bool = false, visible: [(String, String)] = [],
        environment: [String: String] = [:]
    ) -> [String] {
        ["bwrap", "--die-with-parent", "--unshare-user", "--unshare-pid"]
            + (sharesNetwork ? [] : ["--unshare-net"]) + [
                "--unshare-ipc", "--unshare-uts", "--hostname", "apkfarm", "--uid", "0", "--gid", "0",
                "--cap-add", "ALL",
                "--as-pid-1",
                "--bind", root, "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp",
            ] + shown(visible) + [
                "--chdir", "/", "--clearenv",
                "--setenv", "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "--setenv", "HOME", "/root", "--setenv", "TERM", "xterm", "--setenv", "LC_ALL", "C.UTF-8",
                "--setenv", "APKFARM_RUNNER_CACHE", "/.apkfarm/wasm-code/host:/.apkfarm/wasm-code/own",
            ] + environment.sorted { $0.key < $1.key }.flatMap { ["--setenv", $0.key, $0.value] }
            + ["--", "/.apkfarm/sandbox-init", "--", "/.apkfarm/runner"] + program
    }

    private func shown(_ visible: [(String, String)]) -> [String] {
        let code = "/.apkfarm/wasm-code"
        return [
            "--ro-bind", guest, "/.apkfarm", "--tmpfs", code, "--ro-bind", wasmCode, code + "/host",
            "--dir", code + "/own",
        ] + visible.flatMap { ["--ro-bind", $0.0, $0.1] }
    }
}
