/// Why a sandbox could not be made, or a run not be followed to its end.
public enum SandboxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A program that makes sandboxes is missing.
    case programMissing(path: String, remedy: String)
    /// A mount's folder or file is not there.
    case mountMissing(Mount)
    /// The path inside is not absolute, or shadows what the sandbox itself provides.
    case mountRefused(Mount, reason: String)
    /// The namespaces or mounts could not be made; what bubblewrap or the first process said.
    case setUpFailed(said: String)
    /// The process could not be started or read.
    case processFailed(String)
    /// A file or folder of the farm's own could not be written.
    case writeFailed(path: String, reason: String)
    /// What a command left is not what it has to be; the farm does not read it.
    case refusedFile(path: String, reason: String)
    /// The task was cancelled; everything in the sandbox is dead.
    case cancelled

    /// What failed, where, and what helps.
    public var description: String {
        switch self {
        case .programMissing(let path, let remedy):
            "\(path) is missing; \(remedy)"
        case .mountMissing(let mount):
            "\(mount.host), which the sandbox shows as \(mount.inside), does not exist"
        case .mountRefused(let mount, let reason):
            "\(mount.host) cannot be shown as \(mount.inside): \(reason)"
        case .setUpFailed(let said):
            "the sandbox could not be made: \(said); run 'apkfarm doctor' to see what this machine lacks"
        case .processFailed(let reason):
            "the sandbox's process could not be followed: \(reason)"
        case .writeFailed(let path, let reason):
            "\(path) could not be written: \(reason)"
        case .refusedFile(let path, let reason):
            "\(path) is not read: \(reason); the recipe must leave it alone"
        case .cancelled:
            "the run was cancelled"
        }
    }
}
