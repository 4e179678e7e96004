import FarmServices
import Synchronization
import Toolchains

/// Says whether packages are built with something else than before. What it learned of files it keeps in memory: the farm's
/// file of digests has thousands of lines, and it is asked again and again.
final class ToolchainMark: Sendable {
    private let farm: Farm
    private let digests = Mutex<FileDigests?>(nil)

    init(_ farm: Farm) { self.farm = farm }

    /// A text that differs when compiler, runner or build functions are others.
    func text() throws -> String {
        try digests.withLock { kept in
            var known = try kept ?? farm.fileDigests()
            defer { kept = known }
            let toolchain = try Toolchain(root: farm.folders.toolchain, digests: &known)
            return [toolchain.compileDigest, toolchain.runnerDigest, try farm.phasesDigest(&known)].joined(
                separator: " ")
        }
    }
}
