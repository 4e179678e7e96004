import Apk
import Glibc
import Signing

extension LinuxMachine {
    /// Puts the trusted keys where the root's own apk looks for them: `etc/apk/keys`. Keys that are there stay.
    public func keepKeys() throws(ApkError) {
        guard let keys else { return }
        for name in keys.names {
            let path = ByteText("etc/apk/keys/" + name)
            guard let key = keys[name], try status(path) == nil else { continue }
            let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
            let copy = folder + "/apkfarm-\(getpid())-\(UInt64.random(in: 0...UInt64.max)).pub"
            defer { unlink(copy) }
            do {
                try key.write(to: copy)
                try writeFile(path, try InputFile.open(copy).bytes(limit: 1 << 16), mode: 0o644)
            } catch let error as ApkError {
                throw error
            } catch {
                throw ApkError(.machine, "\(error)")
            }
        }
    }
}
