import Apk
import Glibc

// What lies behind addresses.
extension LinuxMachine {
    func readRemote<Consumer: ByteConsumer>(
        _ address: String, into consumer: inout Consumer
    ) throws(ApkError) {
        guard let download else {
            throw ApkError(.machine, "only repositories in folders can be read here; name a folder")
        }
        let fetched = ahead.removeValue(forKey: address)
        let path = fetched?.path ?? Self.temporaryPath()
        defer { unlink(path) }
        do {
            if fetched?.isWhole != true { _ = try download(address, path, nil) }
        } catch let error as PackageError {
            throw ApkError(error.kind, error.reason)
        } catch {
            throw ApkError(.machine, "\(error)")
        }
        try readLocal(path, into: &consumer)
    }

    /// Fetches side by side what will be asked for soon.
    public func fetchAhead(_ addresses: [ByteText]) {
        guard let downloadAhead else { return }
        let files = addresses.map { (address: $0.description, path: Self.temporaryPath()) }
        let whole = downloadAhead(files)
        for (address, path) in files {
            if let earlier = ahead[address] { unlink(earlier.path) }
            ahead[address] = (path, whole.contains(path))
        }
    }

    /// Puts what was fetched ahead into a file. Returns whether it is whole; else it may be a beginning.
    private func takeFetched(_ address: String, to path: String) throws(PackageError) -> Bool {
        guard let fetched = ahead.removeValue(forKey: address) else { return false }
        defer { unlink(fetched.path) }
        guard fetched.isWhole else { return false }
        if Glibc.rename(fetched.path, path) == 0 { return true }
        // The root may be another file system.
        try OutputFile.write(try InputFile.open(fetched.path).bytes(limit: 4 << 30), to: path)
        return true
    }

    private static func temporaryPath() -> String {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        return "\(folder)/apkfarm-\(getpid())-\(UInt64.random(in: 0...UInt64.max)).download"
    }

    /// Brings what lies at an address into a file of the root, whole or not at all.
    public func download(
        _ address: ByteText, to path: ByteText, newerThan: Int64?
    ) throws(ApkError) -> Bool {
        guard let download else {
            throw ApkError(.machine, "only repositories in folders can be read here; name a folder")
        }
        if let parent = SafePath.parent(of: path) { try makeFolders(parent) }
        let place = self.root.path + "/" + (try root.place(path))
        // Left where it is when the transfer breaks: the next one goes on there.
        let partial = place + ".part"
        do {
            let isFetched = newerThan == nil ? try takeFetched(address.description, to: partial) : false
            guard try isFetched || download(address.description, partial, newerThan) else {
                unlink(partial)
                utimensat(AT_FDCWD, place, nil, 0)
                return false
            }
            let bytes = try InputFile.open(partial).size
            guard bytes > 0, Glibc.rename(partial, place) == 0 else {
                unlink(partial)
                throw PackageError.system(place, "put the download in its place")
            }
            return true
        } catch let error as PackageError {
            throw ApkError(error.kind, error.reason)
        } catch {
            throw ApkError(.machine, "\(error)")
        }
    }
}
