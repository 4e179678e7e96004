import Apk
import Glibc

/// A folder of headers and libraries made of packages: a build root. Nothing is recorded and no script runs.
public enum Sysroot {
    /// Lays the files of packages into a folder, in the given order; a later file takes the place of an earlier one.
    ///
    /// Everything about a package is checked but its signature (its identity is the caller's to compare). Device nodes
    /// are left out. A path that leads through a symbolic link is refused: it could lead out of the folder.
    ///
    /// - Throws: `PackageError` naming the package and the path.
    public static func assemble(_ packages: [String], in folder: String) throws(PackageError) {
        for package in packages {
            let (_, visitor) = try PackageReader.parse(
                package, try Layer(folder), keys: nil, trust: .anyone, limits: PackageLimits())
            visitor.place.close()
        }
    }

    /// Writes what a package's parser tells.
    private struct Layer: PackageVisitor {
        let place: Place
        var file: Int32 = -1

        init(_ folder: String) throws(PackageError) { place = try Place(folder) }

        mutating func opened(_ header: PackageHeader) throws(ApkError) {}

        mutating func began(_ entry: TarEntry) throws(ApkError) {
            let path = entry.path.description
            switch entry.kind {
            case .directory: try place.makeFolder(path, mode: entry.mode)
            case .symbolicLink(let target): try place.link(path, to: target.description)
            case .hardLink(let other): try place.hardLink(path, to: other.description)
            case .file: file = try place.create(path, mode: entry.mode & 0o777)
            default: break
            }
        }

        mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {
            var done = 0
            while done < bytes.count {
                let count = write(file, bytes.baseAddress?.advanced(by: done), bytes.count - done)
                if count < 0 {
                    if errno == EINTR { continue }
                    throw ApkError(.machine, "cannot write: \(String(cString: strerror(errno)))")
                }
                done += count
            }
        }

        mutating func ended() throws(ApkError) {
            guard file >= 0 else { return }
            close(file)
            file = -1
        }
    }

    /// A folder in which paths are walked one component at a time, never through a link.
    private final class Place {
        private var root: Int32
        private var current: (path: Substring, descriptor: Int32)?

        init(_ folder: String) throws(PackageError) {
            root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard root >= 0 else { throw .system(folder, "open") }
        }

        deinit { close() }

        func close() {
            if let current { Glibc.close(current.descriptor) }
            current = nil
            if root >= 0 { Glibc.close(root) }
            root = -1
        }

        func makeFolder(_ path: String, mode: UInt32) throws(ApkError) {
            let (folder, name) = try parent(of: path)
            guard mkdirat(folder, name, mode_t(mode) | 0o700) == 0 || errno == EEXIST else { throw failure(path) }
        }

        func create(_ path: String, mode: UInt32) throws(ApkError) -> Int32 {
            let (folder, name) = try parent(of: path)
            unlinkat(folder, name, 0)
            let file = openat(
                folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(mode) | 0o600)
            guard file >= 0 else { throw failure(path) }
            return file
        }

        func link(_ path: String, to target: String) throws(ApkError) {
            let (folder, name) = try parent(of: path)
            unlinkat(folder, name, 0)
            guard symlinkat(target, folder, name) == 0 else { throw failure(path) }
        }

        func hardLink(_ path: String, to other: String) throws(ApkError) {
            let (source, sourceName) = try parent(of: other)
            let held = dup(source)
            defer { Glibc.close(held) }
            let (folder, name) = try parent(of: path)
            unlinkat(folder, name, 0)
            guard linkat(held, sourceName, folder, name, 0) == 0 else { throw failure(path) }
        }

        private func parent(of path: String) throws(ApkError) -> (Int32, String) {
            guard let slash = path.lastIndex(of: "/") else { return (root, path) }
            let folder = path[..<slash]
            let name = String(path[path.index(after: slash)...])
            if let current, current.path == folder { return (current.descriptor, name) }
            var descriptor = dup(root)
            for component in folder.split(separator: "/") {
                mkdirat(descriptor, String(component), 0o755)
                let next = openat(descriptor, String(component), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                let number = errno
                Glibc.close(descriptor)
                guard next >= 0 else {
                    throw ApkError(
                        .machine,
                        "\(path): '\(component)' is no folder here: \(String(cString: strerror(number)))")
                }
                descriptor = next
            }
            if let current { Glibc.close(current.descriptor) }
            current = (folder, descriptor)
            return (descriptor, name)
        }

        private func failure(_ path: String) -> ApkError {
            ApkError(.machine, "\(path): \(String(cString: strerror(errno)))")
        }
    }
}
