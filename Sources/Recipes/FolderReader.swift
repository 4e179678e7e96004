import Glibc

/// Reads one recipe folder from the disk with suspicion: sizes are limited, nothing outside `root` is read, and
/// whatever is odd becomes a finding.
struct FolderReader {
    let root: String
    let repository: String
    let name: String
    let path: String
    /// The file that speaks for the folder: the recipe, or an overlay.
    var main = "APKBUILD"

    private var file: String { "\(repository)/\(name)/\(main)" }

    func read() throws(RecipeError) -> RecipeFolder {
        let text = try text(of: bytes(of: main))
        return RecipeFolder(
            repository: repository, name: name, path: path, files: try files(), text: text)
    }

    /// The folder `base` changed by the overlay that this reader's folder holds.
    func overlay(on base: RecipeFolder) throws(RecipeError) -> RecipeFolder {
        let tree = root.split(separator: "/").last.map(String.init) ?? root
        let files = try files()
        let overlay = try Overlay(
            parsing: try text(of: bytes(of: main)), file: "\(tree)/\(file)",
            acceptsFailures: files.contains("check.known-failures"))
        var application = OverlayApplication(overlay, to: base, path: path, files: files) {
            (name) throws(RecipeError) in try bytes(of: name)
        }
        return try application.apply()
    }

    /// The files beside the main one, sorted.
    private func files() throws(RecipeError) -> [String] {
        var files: [String] = []
        try list("", into: &files)
        files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return files
    }

    static func parent(of path: String) -> String {
        let trimmed = path.hasSuffix("/") && path.count > 1 ? String(path.dropLast()) : path
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    /// Names in a folder, sorted by bytes; nil when it cannot be read.
    static func names(in path: String) -> [String]? {
        guard let stream = opendir(path) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The path with all links resolved; nil when it does not exist.
    static func resolved(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    /// Whether `path`, with links resolved, lies in `root`.
    static func isInside(_ path: String, root: String) -> Bool {
        guard let path = resolved(path), let root = resolved(root) else { return false }
        return path == root || root == "/" || path.hasPrefix(root + "/")
    }

    private func bytes(of file: String) throws(RecipeError) -> [UInt8] {
        let recipe = "\(path)/\(file)"
        var status = stat()
        guard stat(recipe, &status) == 0 else {
            throw refusal(
                "unreadable-recipe", "cannot be read: \(Self.reason())", "check the file and its rights")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw refusal("unreadable-recipe", "is not a plain file", "replace it by a file")
        }
        guard Self.isInside(recipe, root: root) else {
            throw refusal(
                "link-out-of-tree", "is a symbolic link that leads out of the recipe tree",
                "copy the file into the tree")
        }
        guard status.st_size <= RecipeFolder.largestRecipe else {
            throw refusal(
                "huge-recipe", "has \(status.st_size) bytes; a recipe may have \(RecipeFolder.largestRecipe)",
                "move large contents into files of the recipe's folder")
        }
        guard let bytes = Self.contents(of: recipe, limit: RecipeFolder.largestRecipe) else {
            throw refusal("unreadable-recipe", "cannot be read: \(Self.reason())", "check the file's rights")
        }
        return bytes
    }

    private func text(of bytes: [UInt8]) throws(RecipeError) -> String {
        if let index = bytes.firstIndex(of: 0) {
            throw refusal("nul-byte", "holds a NUL byte", "remove it", at: bytes[..<index])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let valid = Self.validPrefix(of: bytes)
            throw refusal("not-utf8", "holds a byte that is not UTF-8", "save the file as UTF-8", at: valid)
        }
        return text
    }

    /// The bytes before the first one that is not UTF-8.
    private static func validPrefix(of bytes: [UInt8]) -> ArraySlice<UInt8> {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var count = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { count += UTF8.width(scalar) }
        return bytes.prefix(count)
    }

    private func list(_ folder: String, into files: inout [String]) throws(RecipeError) {
        let base = folder.isEmpty ? path : "\(path)/\(folder)"
        guard let names = Self.names(in: base) else {
            throw refusal(
                "unreadable-folder", "the folder \(base) cannot be read: \(Self.reason())", "check its rights"
            )
        }
        for name in names {
            let relative = folder.isEmpty ? name : "\(folder)/\(name)"
            if [main, "APKBUILD", "src", "pkg", "tmp", RecipeFolder.ofTree].contains(relative)
                || name.hasPrefix(".")
            {
                continue
            }
            var status = stat()
            guard lstat("\(path)/\(relative)", &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                try list(relative, into: &files)
            case S_IFREG:
                files.append(relative)
            case S_IFLNK where Self.isInside("\(path)/\(relative)", root: root):
                files.append(relative)
            case S_IFLNK:
                throw refusal(
                    "link-out-of-tree",
                    "the file '\(relative)' beside it is a symbolic link that leads nowhere or out of"
                        + " the recipe tree", "copy the file into the folder")
            default:
                throw refusal(
                    "odd-file", "'\(relative)' beside it is neither file, folder nor link", "remove it")
            }
            if files.count > RecipeFolder.mostFiles {
                throw refusal(
                    "too-many-files", "the folder holds more than \(RecipeFolder.mostFiles) files",
                    "remove what does not belong to the recipe")
            }
        }
    }

    private func refusal(
        _ rule: String, _ what: String, _ remedy: String, at before: ArraySlice<UInt8> = []
    ) -> RecipeError {
        let newline = UInt8(ascii: "\n")
        let line = before.count { $0 == newline } + 1
        let column = before.count - (before.lastIndex(of: newline).map { $0 + 1 } ?? 0) + 1
        let place = Place(file: file, line: line, column: column)
        return RecipeError([Finding(.error, rule: rule, at: place, what: what, remedy: remedy)])
    }

    private static func reason() -> String { String(cString: strerror(errno)) }

    private static func contents(of path: String, limit: Int) -> [UInt8]? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }
}
