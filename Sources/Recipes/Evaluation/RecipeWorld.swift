import Glibc
import PosixShell
import Synchronization

/// Whether a recipe looked at files beside it, so that what it says depends on more than its own text.
final class FileInterest: Sendable {
    private let isThere = Atomic(false)

    /// Whether it did.
    var looked: Bool { isThere.load(ordering: .relaxed) }

    func note() { isThere.store(true, ordering: .relaxed) }
}

/// What a recipe finds around itself while it is evaluated: the pure commands, and the files of its own folder.
/// Nothing else exists for it; links that leave the folder's tree lead nowhere.
struct RecipeWorld: ShellWorld {
    /// The folder on this machine.
    let folder: String
    /// The folder as the recipe sees it, `$startdir`.
    let startdir: String
    var interest = FileInterest()

    func run(_ call: CommandCall, budget: inout ShellBudget) throws(ShellFinding) -> CommandResult? {
        try PureCommands.run(call, in: self, budget: &budget)
    }

    /// No programs exist here; whether those that are evaluated without running have a path is not known.
    func hasProgram(_ name: [UInt8]) -> Bool? { PureCommands.knows(name) ? nil : false }

    func kind(of path: [UInt8]) -> ShellFileKind? {
        guard let path = resolved(path) else { return nil }
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFREG: return .file(isEmpty: status.st_size == 0, isExecutable: status.st_mode & 0o111 != 0)
        default: return nil
        }
    }

    func contents(of path: [UInt8]) -> [UInt8]? {
        guard let path = resolved(path) else { return nil }
        var reader = RecipeBytes()
        guard case .bytes(let bytes) = reader.read(path, at: AT_FDCWD, followsLink: true) else { return nil }
        return Array(bytes)
    }

    func names() -> [[UInt8]] {
        interest.note()
        return (FolderReader.names(in: folder) ?? []).map { Array($0.utf8) }
    }

    /// The place of a path on this machine; nil unless it lies in the folder.
    private func resolved(_ bytes: [UInt8]) -> String? {
        guard let path = String(validating: bytes, as: UTF8.self), !bytes.isEmpty, !bytes.contains(0) else {
            return nil
        }
        var inner = Substring(path)
        if path.hasPrefix("/") {
            guard path == startdir || path.hasPrefix(startdir + "/") else { return nil }
            inner = inner.dropFirst(startdir.count).drop { $0 == "/" }
        }
        let parts = inner.split(separator: "/")
        guard !parts.contains("..") else { return nil }
        // Builds fill src and pkg; what a recipe says does not depend on what one left there.
        if parts.first != "src", parts.first != "pkg" { interest.note() }
        let whole = inner.isEmpty ? folder : "\(folder)/\(inner)"
        guard FolderReader.isInside(whole, root: folder) else { return nil }
        return whole
    }
}
