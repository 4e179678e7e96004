import Apk
import Glibc
import Signing

/// This machine for apk's command line. It has what `ApkCommands.ApkHost` asks for; the module that knows both says
/// so in one line: `extension CommandHost: ApkHost {}`.
public struct CommandHost<Runner: ScriptRunner> {
    private let makeRunner: (String) -> Runner
    private let download: LinuxMachine.Download?

    /// A host whose scripts are run by what `makeRunner` makes for a root.
    ///
    /// - Parameter download: fetches from addresses; see `LinuxMachine`.
    public init(download: LinuxMachine.Download? = nil, makeRunner: @escaping (_ root: String) -> Runner) {
        self.download = download
        self.makeRunner = makeRunner
    }

    /// A root with its trusted keys; see `ApkHost.machine(root:keysFolder:makesRoot:)`.
    public func machine(
        root: ByteText, keysFolder: ByteText?, makesRoot: Bool
    ) throws(ApkError) -> LinuxMachine {
        let path = root.description
        do {
            guard makesRoot || access(path, F_OK) == 0 else {
                throw PackageError.system(path, "open the root")
            }
            let keys: KeyRing?
            if let keysFolder {
                keys = try KeyRing(folder: keysFolder.description)
            } else {
                let own = path + "/etc/apk/keys"
                keys = access(own, F_OK) == 0 ? try KeyRing(folder: own) : nil
            }
            return try LinuxMachine(root: path, keys: keys, download: download)
        } catch {
            throw ApkError(.machine, "\(error)")
        }
    }

    /// What runs the scripts of packages in this root.
    public func scriptRunner(root: ByteText) -> Runner { makeRunner(root.description) }

    /// Keeps the keys that were trusted in the root.
    public func installed(into machine: LinuxMachine) throws(ApkError) { try machine.keepKeys() }

    /// Puts a file at a path, whole or not at all.
    public func writeFile(_ path: ByteText, _ bytes: [UInt8]) throws(ApkError) {
        do throws(PackageError) {
            try OutputFile.write(bytes, to: path.description)
        } catch {
            throw ApkError(error.kind, error.description)
        }
    }

    /// A line on standard output.
    public func say(_ line: String) { print(line) }

    /// A line on standard error.
    public func complain(_ line: String) {
        var text = line + "\n"
        text.withUTF8 { bytes in
            // Nothing can be done if nobody listens.
            _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }

    /// SOURCE_DATE_EPOCH if it is set, else the clock.
    public var now: Int64 {
        if let set = getenv("SOURCE_DATE_EPOCH"), let epoch = Int64(String(cString: set)) { return epoch }
        return Int64(time(nil))
    }
}

extension CommandHost where Runner == NoScripts {
    /// A host that runs no scripts; they are recorded.
    public init(download: LinuxMachine.Download? = nil) {
        self.init(download: download) { _ in NoScripts() }
    }
}
