import Foundation
import Signing

/// The host's Swift compiler, for recipes that are written in Embedded Swift: the one that builds the farm.
///
/// A declared tool: recipes name `swift` in makedepends. Its digest is part of the build request, its folder is mounted
/// read-only into the sandbox at `/farm/swift`.
public struct SwiftTool: Sendable {
    /// The folder that holds `bin/swiftc`.
    public let root: String
    /// Covers the compiler and the standard library for wasm32.
    public let digest: String

    /// The name under which a build request has the digest.
    public static let name = "swift-toolchain"

    /// Finds the compiler in `path` (the value of PATH); nil if there is none.
    /// - Throws: `ToolchainError.unreadable` when what was found cannot be read.
    public init?(path: String, digests: inout FileDigests) throws(ToolchainError) {
        guard let root = Self.root(path: path) else { return nil }
        self.root = root
        var hash = SHA256()
        for part in [
            try digests.digest(of: root + "/bin/swift-frontend"),
            try digests.digest(ofTree: root + "/lib/swift/embedded/Swift.swiftmodule"),
        ] { hash.update(Array(part.utf8) + [10]) }
        digest = hash.finalize().hex
    }

    private static func root(path: String) -> String? {
        for folder in path.split(separator: ":") {
            guard let real = realpath("\(folder)/swiftc", nil) else { continue }
            defer { free(real) }
            let root = URL(fileURLWithPath: String(cString: real)).deletingLastPathComponent()
                .deletingLastPathComponent().path
            if FileManager.default.fileExists(atPath: root + "/lib/swift/embedded/Swift.swiftmodule") {
                return root
            }
        }
        return nil
    }
}
