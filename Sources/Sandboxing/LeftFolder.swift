import Glibc

/// A folder that a sandboxed command could write to, read as what it is: a stranger's.
///
/// No link is followed on the way, so that a build cannot have the farm read its own key or another build's files for
/// it; only regular files are read, so that a pipe or device cannot hold it up; and no more than a limit, as a file of
/// terabytes costs a build nothing.
public struct LeftFolder: Sendable {
    /// The folder on the host.
    public let path: String

    /// The folder at this path, which itself is the farm's.
    public init(_ path: String) {
        self.path = path
    }

    /// A file of it.
    /// - Parameters:
    ///   - name: the path below the folder.
    ///   - limit: more than this is an error.
    /// - Returns: nil if there is no such file.
    /// - Throws: ``SandboxError/refusedFile(path:reason:)`` when something else than a file of the wanted size is there.
    public func contents(_ name: String, limit: ByteCount = .mebibytes(16)) throws(SandboxError) -> [UInt8]? {
        guard let (descriptor, size) = try open(name) else { return nil }
        defer { close(descriptor) }
        guard size <= limit else {
            throw .refusedFile(path: full(name), reason: "it holds \(size), and \(limit) are allowed")
        }
        var bytes = [UInt8](repeating: 0, count: Int(size.bytes))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .refusedFile(path: full(name), reason: Files.lastReason()) }
            if count == 0 { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }

    /// How large a file of it is.
    /// - Returns: nil if there is no such file.
    /// - Throws: As ``contents(_:limit:)``.
    public func size(_ name: String) throws(SandboxError) -> ByteCount? {
        guard let (descriptor, size) = try open(name) else { return nil }
        close(descriptor)
        return size
    }

    /// Whether a folder of it is one, and no link is on the way to it.
    public func hasFolder(_ name: String) -> Bool {
        // What is refused is not there.
        guard let descriptor = try? walk(to: name, flags: O_DIRECTORY) else { return false }
        close(descriptor)
        return true
    }

    private func full(_ name: String) -> String { path + "/" + name }

    private func open(_ name: String) throws(SandboxError) -> (Int32, ByteCount)? {
        guard let descriptor = try walk(to: name, flags: 0) else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .refusedFile(path: full(name), reason: "it is no plain file")
        }
        return (descriptor, ByteCount(bytes: Int64(status.st_size)))
    }

    /// Opens one component after the other, each without following a link.
    private func walk(to name: String, flags: Int32) throws(SandboxError) -> Int32? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            throw .refusedFile(path: full(name), reason: "its name leads out of the folder")
        }
        var current = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        for (index, part) in parts.enumerated() where current >= 0 {
            let isLast = index == parts.count - 1
            // Without O_NONBLOCK a pipe would wait for a writer.
            let own = isLast ? flags | O_NONBLOCK : O_DIRECTORY
            let next = openat(current, String(part), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | own)
            let reason = errno
            close(current)
            current = next
            errno = reason
        }
        guard current < 0 else { return current }
        if errno == ENOENT { return nil }
        let reason =
            errno == ELOOP || errno == ENOTDIR ? "a link or another file is on the way" : Files.lastReason()
        throw .refusedFile(path: full(name), reason: reason)
    }
}
