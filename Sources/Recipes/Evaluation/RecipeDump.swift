import Glibc
import PosixShell

/// Prints what every recipe of an aports tree sets, as lines of JSON: `{"dir":"main/zlib","vars":{…}}`.
///
/// The lines are sorted by the path of the APKBUILD, the variables by name. Left out are variables whose value is
/// what it was before, `startdir`, `srcdir`, and those of the shell itself.
public struct RecipeDump: ~Copyable {
    /// The repositories of an aports tree.
    public static let repositories = ["community", "main", "testing"]

    private let root: String
    private let architecture: String
    private var reader = RecipeBytes()
    /// Lines that are not written yet.
    private var lines = JSONBytes()

    /// A dump of the tree at `root` for an architecture.
    /// - Throws: ``RecipeError`` when the folder does not exist.
    public init(root: String, architecture: String) throws(RecipeError) {
        guard let resolved = FolderReader.resolved(root) else {
            throw RecipeError([
                Finding(
                    .error, rule: "unreadable-folder", at: Place(file: root, line: 1, column: 1),
                    what: "the tree cannot be read: \(String(cString: strerror(errno)))",
                    remedy: "name a checkout of aports")
            ])
        }
        self.root = resolved
        self.architecture = architecture
    }

    /// Evaluates everything.
    /// - Parameters:
    ///   - write: takes the lines, in pieces of about a megabyte.
    ///   - found: takes the finding of each recipe that has no line.
    /// - Returns: how many recipes have a line.
    public mutating func run(
        write: (UnsafeBufferPointer<UInt8>) throws -> Void, found: (Finding) -> Void
    ) rethrows -> Int {
        var count = 0
        for repository in Self.repositories {
            for name in names(in: repository) {
                do throws(RecipeError) {
                    guard try append(repository, name) else { continue }
                    count += 1
                } catch { error.findings.forEach(found) }
                if lines.bytes.count > 1 << 20 { try flush(write) }
            }
        }
        try flush(write)
        return count
    }

    private mutating func flush(_ write: (UnsafeBufferPointer<UInt8>) throws -> Void) rethrows {
        try lines.bytes.withUnsafeBufferPointer { try write($0) }
        lines.bytes.removeAll(keepingCapacity: true)
    }

    /// Names of folders, in the order of `NAME/APKBUILD`.
    private func names(in repository: String) -> [String] {
        (FolderReader.names(in: "\(root)/\(repository)") ?? [])
            .filter { !$0.hasPrefix(".") }
            .map { "\(repository)/\($0)/APKBUILD" }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { String($0.dropFirst(repository.utf8.count + 1).dropLast("/APKBUILD".utf8.count)) }
    }

    /// Appends one recipe's line; false when the folder holds no recipe.
    private mutating func append(_ repository: String, _ name: String) throws(RecipeError) -> Bool {
        let folder = "\(root)/\(repository)/\(name)"
        guard let source = try read(repository, name, folder) else { return false }
        let environment = RecipeEnvironment(
            architecture: architecture, buildArchitecture: architecture == "wasm32" ? "x86_64" : architecture,
            startdir: folder, srcdir: folder + "/src")
        do {
            let shell = try RecipeEvaluator.run(source, folder: folder, environment)
            lines.append(dir: "\(repository)/\(name)", shell.variables, environment)
            return true
        } catch { throw RecipeError([Finding(error)]) }
    }

    private mutating func read(
        _ repository: String, _ name: String, _ folder: String
    ) throws(RecipeError) -> ShellSource? {
        let file = "\(repository)/\(name)/APKBUILD"
        func refusal(_ rule: String, _ what: String, _ remedy: String) -> RecipeError {
            RecipeError([
                Finding(
                    .error, rule: rule, at: Place(file: file, line: 1, column: 1), what: what, remedy: remedy)
            ])
        }
        var outcome = reader.read(folder + "/APKBUILD", at: AT_FDCWD)
        if case .link = outcome {
            guard FolderReader.isInside(folder + "/APKBUILD", root: root) else {
                throw refusal(
                    "link-out-of-tree", "is a symbolic link that leads out of the recipe tree",
                    "copy the file into the tree")
            }
            outcome = reader.read(folder + "/APKBUILD", at: AT_FDCWD, followsLink: true)
        }
        switch outcome {
        case .missing: return nil
        case .huge:
            throw refusal(
                "huge-recipe", "has more than \(RecipeFolder.largestRecipe) bytes",
                "move large contents into files of the recipe's folder")
        case .link, .unreadable:
            throw refusal(
                "unreadable-recipe", "is no plain file that can be read", "check the file and its rights")
        case .bytes(let bytes):
            if let line = Self.carriageReturn(bytes) {
                throw RecipeError([
                    Finding(
                        .error, rule: "carriage-return", at: Place(file: file, line: line, column: 1),
                        what: "the line ends with a carriage return",
                        remedy: "save the file with Unix line ends")
                ])
            }
            return ShellSource(bytes, name: file)
        }
    }

    /// The first line that ends with a carriage return.
    private static func carriageReturn(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let base = bytes.baseAddress, memchr(base, CInt(UInt8(ascii: "\r")), bytes.count) != nil else {
            return nil
        }
        var line = 1
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
            if index > 0, bytes[index - 1] == UInt8(ascii: "\r") { return line }
            line += 1
        }
        return nil
    }
}
