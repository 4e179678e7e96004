import Glibc

/// A root folder as the archive that Linux unpacks at boot: cpio in the "newc" form
/// (Documentation/driver-api/early-userspace/buffer-format.rst of the kernel).
///
/// Equal folders give equal bytes: entries come sorted by path, belong to root, and have one time.
public enum InitialFileSystem {
    /// A device that the archive has beside the folder's files.
    public struct Device: Sendable {
        /// Where, without a slash in front: `dev/console`.
        public var path: String
        /// The upper half of its number: which driver.
        public var major: Int32
        /// The lower half: which device.
        public var minor: Int32
        /// Permission bits.
        public var permissions: UInt32

        /// A character device.
        public init(path: String, major: Int32, minor: Int32, permissions: UInt32 = 0o600) {
            self.path = path
            self.major = major
            self.minor = minor
            self.permissions = permissions
        }
    }

    /// What an entry is.
    enum Content {
        case folder
        case file(path: String, size: Int64)
        case link(String)
        case device(Device)
    }

    /// Writes the archive under a temporary name beside `file` and renames it when it is whole.
    ///
    /// - Parameters:
    ///   - seconds: the time of every entry, in seconds since 1970.
    /// - Throws: `ArchiveError.unwritable` or `unreadable`; then `file` is as it was.
    public static func write(
        _ folder: String, to file: String, devices: [Device] = [], seconds: Int
    ) throws(ArchiveError) {
        var entries: [(path: String, mode: UInt32, content: Content)] = []
        try collect(folder, below: "", &entries)
        for device in devices {
            entries.removeAll { $0.path == device.path }
            entries.append((device.path, device.permissions, .device(device)))
        }
        entries.sort { Array($0.path.utf8).lexicographicallyPrecedes(Array($1.path.utf8)) }
        let temporary = file + ".new"
        do throws(ArchiveError) {
            let writer = try InitialFileSystemWriter(temporary)
            for entry in entries {
                try writer.add(entry.path, mode: entry.mode, content: entry.content, seconds: seconds)
                if case .file(let source, _) = entry.content { try copy(source, to: writer) }
            }
            try writer.finish()
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, file) == 0 else {
            throw .unwritable(path: file, reason: String(cString: strerror(errno)))
        }
    }

    private static func collect(
        _ root: String, below path: String, _ entries: inout [(path: String, mode: UInt32, content: Content)]
    ) throws(ArchiveError) {
        let folder = path.isEmpty ? root : root + "/" + path
        guard let names = names(in: folder) else {
            throw .unreadable(file: folder, reason: String(cString: strerror(errno)))
        }
        for name in names {
            let inner = path.isEmpty ? name : path + "/" + name
            let full = root + "/" + inner
            var status = stat()
            guard lstat(full, &status) == 0 else {
                throw .unreadable(file: full, reason: String(cString: strerror(errno)))
            }
            let mode = status.st_mode & 0o7777
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                entries.append((inner, mode, .folder))
                try collect(root, below: inner, &entries)
            case S_IFREG:
                entries.append((inner, mode, .file(path: full, size: Int64(status.st_size))))
            case S_IFLNK:
                entries.append((inner, 0o777, .link(target(of: full))))
            default:
                throw .specialFile(file: root, entry: inner, kind: "device or socket of this machine")
            }
        }
    }

    private static func names(in folder: String) -> [String]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func target(of link: String) -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(link, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func copy(
        _ source: String, to writer: InitialFileSystemWriter
    ) throws(ArchiveError) {
        let descriptor = open(source, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .unreadable(file: source, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw .unreadable(file: source, reason: String(cString: strerror(errno)))
            }
            if count == 0 { return }
            try writer.write(buffer[..<count])
        }
    }
}
