import Foundation

/// Package files that somebody brought to be published, each under its SHA-256 until then.
public struct PackageUploads: Sendable {
    /// Where they lie.
    public let folder: String
    let limits: WorkerDesk.Limits

    init(folder: String, limits: WorkerDesk.Limits) {
        self.folder = folder
        self.limits = limits
    }

    /// Where a file of this digest belongs, in a folder that is there.
    /// - Parameter bytes: how many were announced; nil when none were.
    /// - Throws: `RepositoryVerbs.Refusal` for what is no digest; `WorkerDesk.Refusal` for more than may come.
    public func place(for digest: String, bytes: Int?) throws -> String {
        try Self.check(digest)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if let bytes { try take(bytes, of: 0) }
        return folder + "/" + digest
    }

    /// Whether so many more bytes may come after so many.
    /// - Throws: `WorkerDesk.Refusal`.
    public func take(_ count: Int, of before: Int64) throws {
        guard before + Int64(count) <= limits.uploads else {
            throw WorkerDesk.Refusal(
                "a package may have \(limits.uploads >> 20) MiB; 'upload-limit-mib' in apkfarm.conf sets the limit",
                .tooMuch)
        }
        try limits.requireSpace(for: Int64(count), in: folder)
    }

    /// The file that was brought under a digest.
    /// - Throws: `RepositoryVerbs.Refusal` when there is none.
    func path(of digest: String) throws -> String {
        try Self.check(digest)
        let path = folder + "/" + digest
        guard FileManager.default.fileExists(atPath: path) else {
            throw RepositoryVerbs.Refusal(
                description: "\(digest) was not brought: PUT /api/v1/uploads/DIGEST does that")
        }
        return path
    }

    /// Forgets files that are published.
    func drop(_ digests: [String]) {
        // What stays goes with the rest at the next start.
        for digest in digests { try? FileManager.default.removeItem(atPath: folder + "/" + digest) }
    }

    /// Forgets everything: a daemon that starts owes nobody a file.
    func clear() {
        // A folder that is not there is clear.
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func check(_ digest: String) throws {
        let isDigest = digest.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard digest.utf8.count == 64, isDigest else {
            throw RepositoryVerbs.Refusal(
                description: "'\(digest)' is no SHA-256 in small hexadecimal digits")
        }
    }
}
