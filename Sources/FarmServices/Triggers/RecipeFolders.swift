import Glibc
import Signing

/// The recipes of a watched folder as far as a trigger needs them: whether anything may have changed, told cheaply, and
/// what each recipe's files contain.
///
/// The recipes' cache cannot tell it: that remembers what evaluation read, and a patch beside an APKBUILD is no part of
/// that. inotify could, but wants a watch for each of 12,712 folders, sees nothing on network file systems, and loses a folder
/// that is taken away and comes back.
public struct RecipeFolders: Sendable {
    /// Why a folder cannot be looked at.
    public struct Unseen: Error, CustomStringConvertible {
        /// What, and where.
        public let description: String
    }

    /// The folder, of the form `REPOSITORY/NAME/APKBUILD`.
    public let root: String

    /// A folder's recipes; nothing is looked at yet.
    public init(root: String) { self.root = root }

    /// A text that differs when something may have changed: the commit of a git checkout, which git moves when its files are
    /// in place; else a digest of all files' names, sizes, times and inodes.
    /// - Throws: `Unseen` when the folder is not there, or has no recipe.
    public func mark() throws -> String {
        guard Self.isFolder(root) else { throw Unseen(description: "\(root) is not there") }
        if access(root + "/.git", F_OK) == 0 { return "commit " + (try GitHead(checkout: root).commit()) }
        var hash = SHA256()
        for recipe in try recipes() {
            hash.update(Array((recipe + "\n").utf8))
            Self.visit("\(root)/\(recipe)") { path, status in
                // The time of change too: it cannot be set back, as rsync sets back the other.
                let times = [status.st_mtim, status.st_ctim].map { "\($0.tv_sec).\($0.tv_nsec)" }
                let facts = "\(path) \(status.st_mode) \(status.st_size) \(status.st_ino) \(times)\n"
                hash.update(Array(facts.utf8))
            }
        }
        return "files " + hash.finalize().hex
    }

    /// What each recipe's files are, as a digest of names, kinds and contents: by `main/zlib`.
    /// - Throws: `Unseen`.
    public func contents() throws -> [String: String] {
        var contents: [String: String] = [:]
        for recipe in try recipes() {
            var hash = SHA256()
            Self.visit("\(root)/\(recipe)") { path, status in
                let kind = status.st_mode & S_IFMT
                hash.update(
                    Array("\(path.dropFirst(root.utf8.count)) \(kind) \(status.st_mode & 0o111)\n".utf8))
                if kind == S_IFLNK {
                    var target = [CChar](repeating: 0, count: 4096)
                    let count = readlink(path, &target, target.count)
                    hash.update(target.prefix(max(0, count)).map { UInt8(bitPattern: $0) })
                } else if kind == S_IFREG {
                    // A file that goes away meanwhile makes a difference at the next look.
                    hash.update(Array(((try? SHA256.digest(ofFile: path).hex) ?? "gone").utf8))
                }
            }
            contents[recipe] = String(hash.finalize().hex.prefix(32))
        }
        return contents
    }

    /// `main/zlib`, sorted.
    private func recipes() throws -> [String] {
        guard let repositories = Self.names(in: root) else {
            throw Unseen(description: "\(root) cannot be read: \(String(cString: strerror(errno)))")
        }
        var recipes: [String] = []
        for repository in repositories where Self.isFolder("\(root)/\(repository)") {
            for name in Self.names(in: "\(root)/\(repository)") ?? [] {
                let folder = "\(root)/\(repository)/\(name)"
                if access(folder + "/APKBUILD", F_OK) == 0 || access(folder + "/overlay.toml", F_OK) == 0 {
                    recipes.append("\(repository)/\(name)")
                }
            }
        }
        guard !recipes.isEmpty else { throw Unseen(description: "\(root) has no recipes") }
        return recipes
    }

    /// Tells every file and folder below, links not followed, by name.
    private static func visit(_ folder: String, depth: Int = 0, _ tell: (String, stat) -> Void) {
        for name in names(in: folder) ?? [] {
            let path = "\(folder)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            tell(path, status)
            // Recipes have no deep folders; a tree that is nested without end is not followed.
            if status.st_mode & S_IFMT == S_IFDIR, depth < 16 { visit(path, depth: depth + 1, tell) }
        }
    }

    /// Names in a folder but hidden ones, sorted; nil when it cannot be read.
    private static func names(in folder: String) -> [String]? {
        guard let handle = opendir(folder) else { return nil }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

/// How two states of a watched folder differ.
struct RecipeChanges: Sendable, Equatable {
    /// `main/zlib`, sorted.
    var added: [String] = []
    var changed: [String] = []
    var removed: [String] = []

    init(from old: [String: String], to new: [String: String]) {
        for (recipe, digest) in new {
            guard let before = old[recipe] else {
                added.append(recipe)
                continue
            }
            if before != digest { changed.append(recipe) }
        }
        removed = old.keys.filter { new[$0] == nil }.sorted()
        added.sort()
        changed.sort()
    }

    var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }

    /// `2 changed, 1 added, 1 removed (main/old)`.
    var summary: String {
        var parts: [String] = []
        for (word, recipes) in [("changed", changed), ("added", added), ("removed", removed)]
        where !recipes.isEmpty {
            let names = recipes.prefix(5).joined(separator: ", ") + (recipes.count > 5 ? ", …" : "")
            parts.append("\(recipes.count) \(word) (\(names))")
        }
        return parts.joined(separator: ", ")
    }
}
