import Apk
import Glibc
import Signing

/// This machine for apk's command line. It has what `ApkCommands.ApkHost` asks for; the module that knows both says
/// so in one line: `extension CommandHost: ApkHost {}`.
public struct CommandHost<Runner: ScriptRunner> {
    private let makeRunner: (String) -> Runner
    private let download: LinuxMachine.Download?
    private let downloadAhead: LinuxMachine.DownloadAhead?

    /// A host whose scripts are run by what `makeRunner` makes for a root.
    ///
    /// - Parameters:
    ///   - download: fetches from addresses; see `LinuxMachine`.
    ///   - downloadAhead: fetches from several side by side.
    public init(
        download: LinuxMachine.Download? = nil, downloadAhead: LinuxMachine.DownloadAhead? = nil,
        makeRunner: @escaping (_ root: String) -> Runner
    ) {
        self.download = download
        self.downloadAhead = downloadAhead
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
            return try LinuxMachine(
                root: path, keys: keys, download: download, downloadAhead: downloadAhead)
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

    /// The content of a file at a path.
    public func readFile(_ path: ByteText, limit: Int) throws(ApkError) -> [UInt8] {
        do throws(PackageError) {
            return try InputFile.open(path.description).bytes(limit: limit)
        } catch {
            throw ApkError(error.kind, error.reason)
        }
    }

    /// Whether there is something at a path.
    public func exists(_ path: ByteText) -> Bool { access(path.description, F_OK) == 0 }

    /// Bytes and time of writing of a regular file; nil if there is none.
    public func fileStatus(_ path: ByteText) throws(ApkError) -> (size: Int64, modified: Int64)? {
        var status = stat()
        guard stat(path.description, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return (Int64(status.st_size), Int64(status.st_mtim.tv_sec))
    }

    /// Signs bytes with a private key's file.
    public func sign(
        _ bytes: [UInt8], _ algorithm: PackageSignature.Algorithm, key: ByteText
    ) throws(ApkError) -> PackageSignature {
        do throws(SigningError) {
            let key = try PrivateKey.load(path: key.description)
            let signature = try key.sign(bytes, SignatureAlgorithm(algorithm))
            let name = PackageSignature.fileName(algorithm, keyName: ByteText(key.name))
            guard let made = PackageSignature(fileName: name, bytes: signature) else {
                throw SigningError.badKeyName(key.name)
            }
            return made
        } catch {
            throw ApkError(.machine, error.description)
        }
    }

    /// How files of apk 3 name a private key's public half.
    public func keyID(_ key: ByteText) throws(ApkError) -> [UInt8] {
        do throws(SigningError) {
            return try PrivateKey.load(path: key.description).publicKey.identifier
        } catch {
            throw ApkError(.machine, error.description)
        }
    }

    /// Bytes on standard output.
    public func write(_ bytes: [UInt8]) throws(ApkError) {
        fflush(nil)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(STDOUT_FILENO, buffer.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw ApkError(.machine, "standard output: \(String(cString: strerror(errno)))")
            }
            done += count
        }
    }

    /// A line on standard output.
    public func say(_ line: String) { print(line) }

    /// A line on standard error.
    public func complain(_ line: String) {
        var text = line + "\n"
        text.withUTF8 { bytes in
            // Nothing can be done if nobody listens.
            _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
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
