import Apk
import Glibc

/// What went wrong with a package or index file of this machine.
public struct PackageError: Error, Sendable, CustomStringConvertible {
    /// The file or folder.
    public let path: String
    /// What was wrong with it, for callers that treat some errors apart.
    public let kind: ApkError.Kind
    /// The reason and remedy, without the path.
    public let reason: String

    /// An error at a path.
    public init(path: String, kind: ApkError.Kind = .machine, reason: String) {
        self.path = path
        self.kind = kind
        self.reason = reason
    }

    /// What Apk found wrong with a file.
    public init(path: String, _ error: ApkError) {
        self.init(path: path, kind: error.kind, reason: error.message)
    }

    /// What the system refused, from `errno`.
    static func system(_ path: String, _ action: String, _ number: Int32 = errno) -> PackageError {
        PackageError(
            path: path, kind: number == ENOENT ? .notFound : .machine,
            reason: "cannot \(action): \(String(cString: strerror(number)))")
    }

    /// Path, reason and remedy.
    public var description: String { path + ": " + reason }
}
