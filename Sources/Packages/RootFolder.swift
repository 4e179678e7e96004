import Apk
import Glibc

/// Finds paths inside a root without ever leaving it: symbolic links mean what they mean inside, `..` at the root
/// stays there. Folders once found are remembered: whoever changes one, or a link, says so (`forget`), and the answers
/// hold as long as nobody else changes the root meanwhile.
final class RootFolder {
    private static let linkLimit = 40

    /// The root, open.
    let descriptor: Int32
    let path: String
    /// Folders as packages name them → without links on the way.
    private var known: [ByteText: String] = [:]
    /// Every folder and link that led to one of them, by its place.
    private var walked: Set<String> = []

    /// Opens a root, making it if it is missing.
    static func open(_ path: String) throws(PackageError) -> RootFolder {
        var end = path.startIndex
        while end != path.endIndex {
            end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
            let prefix = String(path[..<end])
            if prefix.isEmpty || mkdir(prefix, 0o755) == 0 || errno == EEXIST { continue }
            throw .system(prefix, "make the folder")
        }
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(path, "open the root") }
        return RootFolder(descriptor: descriptor, path: path)
    }

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// The path of a thing, without links on the way to it; its own last part is not followed.
    func place(_ path: ByteText) throws(ApkError) -> String {
        guard let parent = SafePath.parent(of: path) else { return path.description }
        let folder = try self.folder(parent)
        return folder + "/" + SafePath.name(of: path).description
    }

    /// The path of a thing, following also its last part. nil if it leads nowhere.
    func target(_ path: ByteText) throws(ApkError) -> String? {
        if let found = known[path] { return found }
        return try resolve(path, mayBeMissing: true)
    }

    /// Whether a path has been found to be a folder.
    func isKnownFolder(_ path: ByteText) -> Bool { known[path] != nil }

    /// Remembers a folder that was made just now.
    func remember(_ path: ByteText, at place: String) {
        known[path] = place
        walked.insert(place)
    }

    /// Forgets what may have changed with what lies at this place.
    func forget(place: String) {
        if walked.contains(place) { forgetAll() }
    }

    /// Forgets everything: others have been at work.
    func forgetAll() {
        known = [:]
        walked = []
    }

    /// The error of a system call on a path of the root, from `errno`.
    func error(_ path: ByteText, _ action: String, _ number: Int32 = errno) -> ApkError {
        ApkError(.machine, "\(self.path)/\(path): cannot \(action): \(String(cString: strerror(number)))")
    }

    private func folder(_ path: ByteText) throws(ApkError) -> String {
        if let found = known[path] { return found }
        guard let found = try resolve(path, mayBeMissing: false) else {
            throw ApkError(.unsafePath, "\(self.path)/\(path): is not there")
        }
        return found
    }

    private func resolve(_ path: ByteText, mayBeMissing: Bool) throws(ApkError) -> String? {
        var pending: [ByteText]
        var parts: [String] = []
        if let parent = SafePath.parent(of: path), let above = known[parent] {
            pending = [SafePath.name(of: path)]
            if above != "." { parts = above.split(separator: "/").map(String.init) }
        } else {
            pending = path.bytes.split(separator: UInt8(ascii: "/")).map { ByteText($0) }.reversed()
        }
        var links = 0
        var steps: [String] = []
        var isFolder = false
        while let part = pending.popLast() {
            if part == "." { continue }
            if part == ".." {
                if !parts.isEmpty { parts.removeLast() }
                continue
            }
            let next = (parts + [part.description]).joined(separator: "/")
            var status = stat()
            guard fstatat(descriptor, next, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                if errno == ENOENT || errno == ENOTDIR, mayBeMissing { return nil }
                throw error(ByteText(next), "look at")
            }
            steps.append(next)
            guard status.st_mode & S_IFMT == S_IFLNK else {
                parts.append(part.description)
                isFolder = status.st_mode & S_IFMT == S_IFDIR
                continue
            }
            links += 1
            guard links <= RootFolder.linkLimit else {
                throw ApkError(.unsafePath, "\(self.path)/\(path): too many symbolic links on the way")
            }
            let target = try readLink(next)
            if target.bytes.first == UInt8(ascii: "/") { parts = [] }
            pending += target.bytes.split(separator: UInt8(ascii: "/")).map { ByteText($0) }.reversed()
        }
        let place = parts.isEmpty ? "." : parts.joined(separator: "/")
        if isFolder {
            known[path] = place
            walked.formUnion(steps)
        }
        return place
    }

    /// What a link at a resolved place says.
    func readLink(_ place: String) throws(ApkError) -> ByteText {
        var buffer = [CChar](repeating: 0, count: 4097)
        let count = readlinkat(descriptor, place, &buffer, buffer.count)
        guard count >= 0 else { throw error(ByteText(place), "read the link") }
        return ByteText(buffer[..<count].map { UInt8(bitPattern: $0) })
    }
}
