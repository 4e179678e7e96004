/// Where this machine keeps what makes sandboxes.
public struct SandboxHost: Hashable, Sendable {
    /// bubblewrap.
    public var bubblewrap: String
    /// The first process of each sandbox: toolchain/libexec/sandbox-init.
    public var initProgram: String
    /// The folder for what a run needs to leave on disk; must exist.
    public var scratch: String
    /// Where control groups can be made; see ``ControlGroupPlaces``.
    var groups = ControlGroupPlaces.ours

    /// The programs at these paths.
    public init(bubblewrap: String = "/usr/bin/bwrap", initProgram: String, scratch: String = "/tmp") {
        self.bubblewrap = bubblewrap
        self.initProgram = initProgram
        self.scratch = scratch
    }

    /// What starts bubblewrap inside the groups: beside the first process, made with it.
    private var enterProgram: String {
        String(initProgram[..<(initProgram.lastIndex(of: "/") ?? initProgram.startIndex)]) + "/sandbox-enter"
    }

    /// The words that start bubblewrap, its own arguments left out.
    func entering(_ group: ControlGroup?) -> [String] {
        guard let group else { return [bubblewrap] }
        return [enterProgram] + group.memberFiles.flatMap { ["--group", $0] } + ["--", bubblewrap]
    }

    func check() throws(SandboxError) {
        guard Files.exists(bubblewrap) else {
            throw .programMissing(path: bubblewrap, remedy: "install it with 'apt-get install bubblewrap'")
        }
        for program in [initProgram, enterProgram] where !Files.exists(program) {
            throw .programMissing(path: program, remedy: "build it with 'make -C toolchain'")
        }
    }
}
