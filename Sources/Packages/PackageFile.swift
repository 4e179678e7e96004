import Apk
import Glibc

/// One entry of the folder that becomes a package.
struct PackageFile {
    /// Path inside the package.
    let path: ByteText
    /// Path on this machine.
    let source: String
    let kind: TarEntry.Kind
    let mode: UInt32
    let size: Int64

    /// Everything below a folder, sorted as `LC_ALL=C` does, hard links as links to their first path.
    ///
    /// - Throws: `unsafePath` for devices, pipes, sockets, hidden names at the top and names with line ends.
    static func all(below root: String) throws(PackageError) -> [PackageFile] {
        var found: [(path: ByteText, source: String, status: stat)] = []
        var folders: [(path: ByteText, source: String)] = [(ByteText(), root)]
        while let folder = folders.popLast() {
            for name in try names(in: folder.source) {
                let path = folder.path.isEmpty ? name : folder.path + "/" + name
                let source = folder.source + "/" + name.description
                guard ByteText(name.description) == name else {
                    throw PackageError(
                        path: source, kind: .unsafePath, reason: "the name is no UTF-8; rename it")
                }
                var status = stat()
                guard lstat(source, &status) == 0 else { throw .system(source, "look at") }
                found.append((path, source, status))
                if status.st_mode & S_IFMT == S_IFDIR { folders.append((path, source)) }
            }
        }
        found.sort { $0.path < $1.path }
        var firstPaths: [FileNumber: ByteText] = [:]
        var files: [PackageFile] = []
        files.reserveCapacity(found.count)
        for (path, source, status) in found {
            files.append(try file(path, source, status, &firstPaths))
        }
        return files
    }

    private struct FileNumber: Hashable {
        let device: UInt
        let inode: UInt
    }

    private static func file(
        _ path: ByteText, _ source: String, _ status: stat, _ firstPaths: inout [FileNumber: ByteText]
    ) throws(PackageError) -> PackageFile {
        do throws(ApkError) {
            try SafePath.require(path)
        } catch {
            throw PackageError(path: source, error)
        }
        var kind = TarEntry.Kind.file
        var size: Int64 = 0
        switch status.st_mode & S_IFMT {
        case S_IFDIR: kind = .directory
        case S_IFLNK: kind = .symbolicLink(try target(of: source))
        case S_IFREG:
            size = Int64(status.st_size)
            if status.st_nlink > 1 {
                let number = FileNumber(device: UInt(status.st_dev), inode: UInt(status.st_ino))
                if let first = firstPaths[number] {
                    kind = .hardLink(first)
                    size = 0
                } else {
                    firstPaths[number] = path
                }
            }
        default:
            throw PackageError(
                path: source, kind: .unsafePath,
                reason:
                    "is a device, pipe or socket, which a package cannot bring; make it in a script, or leave it out"
            )
        }
        let isLink = if case .symbolicLink = kind { true } else { false }
        let mode = isLink ? 0o777 : UInt32(status.st_mode) & 0o7777
        return PackageFile(path: path, source: source, kind: kind, mode: mode, size: size)
    }

    private static func names(in folder: String) throws(PackageError) -> [ByteText] {
        guard let stream = opendir(folder) else { throw .system(folder, "list") }
        defer { closedir(stream) }
        var names: [ByteText] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw .system(folder, "list") }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                ByteText(Array(bytes.prefix { $0 != 0 }))
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }

    private static func target(of link: String) throws(PackageError) -> ByteText {
        var buffer = [CChar](repeating: 0, count: 4097)
        let count = readlink(link, &buffer, buffer.count)
        guard count >= 0 else { throw .system(link, "read the link") }
        guard count <= 4096 else { throw PackageError(path: link, reason: "the link's target is too long") }
        return ByteText(buffer[..<count].map { UInt8(bitPattern: $0) })
    }
}
