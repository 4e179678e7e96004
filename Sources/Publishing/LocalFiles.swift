import Glibc

/// Files of this machine.
public struct LocalFiles: RepositoryFiles {
    /// The machine's files.
    public init() {}

    /// See ``RepositoryFiles/makeFolder(_:)``.
    public func makeFolder(_ path: String) throws(PublishingError) {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw failure(path, "made")
        }
        try makeFolder(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure(path, "made") }
    }

    /// See ``RepositoryFiles/copy(_:to:)``.
    public func copy(_ source: String, to path: String) throws(PublishingError) {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw failure(source, "read") }
        defer { close(input) }
        let output = try create(path)
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(input, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                let error = failure(source, "read")
                close(output)
                throw error
            }
            if count == 0 { break }
            try append(buffer[..<count], to: output, path)
        }
        try finish(output, path)
    }

    /// See ``RepositoryFiles/link(_:to:)``.
    public func link(_ source: String, to path: String) throws(PublishingError) {
        // A leftover of a killed publication may have the name.
        _ = unlink(path)
        if Glibc.link(source, path) == 0 { return }
        try copy(source, to: path)
    }

    /// See ``RepositoryFiles/size(of:)``.
    public func size(of path: String) throws(PublishingError) -> Int64? {
        var status = stat()
        if lstat(path, &status) == 0 { return Int64(status.st_size) }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw failure(path, "looked at")
    }

    /// See ``RepositoryFiles/write(_:to:)``.
    public func write(_ bytes: [UInt8], to path: String) throws(PublishingError) {
        let output = try create(path)
        try append(bytes[...], to: output, path)
        try finish(output, path)
    }

    /// See ``RepositoryFiles/rename(_:to:)``.
    public func rename(_ source: String, to path: String) throws(PublishingError) {
        guard Glibc.rename(source, path) == 0 else { throw failure(path, "put in its place") }
    }

    /// See ``RepositoryFiles/remove(_:)``.
    public func remove(_ path: String) throws(PublishingError) {
        guard Glibc.remove(path) == 0 else { throw failure(path, "removed") }
    }

    /// See ``RepositoryFiles/sync(folder:)``.
    public func sync(folder: String) throws(PublishingError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder, "opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(folder, "synced") }
    }

    /// See ``RepositoryFiles/read(_:)``.
    public func read(_ path: String) throws(PublishingError) -> [UInt8]? {
        let input = open(path, O_RDONLY | O_CLOEXEC)
        if input < 0 && errno == ENOENT { return nil }
        guard input >= 0 else { throw failure(path, "read") }
        defer { close(input) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(input, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, "read") }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// See ``RepositoryFiles/names(in:)``.
    public func names(in folder: String) throws(PublishingError) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw failure(folder, "listed")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    private func create(_ path: String) throws(PublishingError) -> Int32 {
        // A leftover of a killed publication may have the name.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw failure(path, "created") }
        return descriptor
    }

    /// Writes all of `bytes`; closes the file when that fails.
    private func append(_ bytes: ArraySlice<UInt8>, to descriptor: Int32, _ path: String)
        throws(PublishingError)
    {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let error = failure(path, "written")
                close(descriptor)
                throw error
            }
            rest = rest.dropFirst(count)
        }
    }

    private func finish(_ descriptor: Int32, _ path: String) throws(PublishingError) {
        guard fchmod(descriptor, 0o644) == 0, fsync(descriptor) == 0 else {
            let error = failure(path, "synced")
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw failure(path, "closed") }
    }

    private func failure(_ path: String, _ action: String) -> PublishingError {
        .file(path: path, action: action, reason: String(cString: strerror(errno)))
    }
}
