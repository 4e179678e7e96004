/// Where this machine keeps what makes sandboxes.
public struct SandboxHost: Hashable, Sendable {
    /// bubblewrap.
    public var bubblewrap: String
    /// The first process of each sandbox: toolchain/libexec/sandbox-init.
    public var initProgram: String
    /// The folder for what a run needs to leave on disk; must exist.
    public var scratch: String

    /// The programs at these paths.
    public init(bubblewrap: String = "/usr/bin/bwrap", initProgram: String, scratch: String = "/tmp") {
        self.bubblewrap = bubblewrap
        self.initProgram = initProgram
        self.scratch = scratch
    }

    func check() throws(SandboxError) {
        guard Files.exists(bubblewrap) else {
            throw .programMissing(path: bubblewrap, remedy: "install it with 'apt-get install bubblewrap'")
        }
        guard Files.exists(initProgram) else {
            throw .programMissing(path: initProgram, remedy: "build it with 'make -C toolchain'")
        }
    }
}
