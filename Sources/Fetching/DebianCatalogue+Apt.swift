import Signing
import Subprocess
import SystemPackage

extension DebianCatalogue {
    /// A file of a Debian source package, as `apt-get --print-uris source` names it.
    struct File: Sendable, Equatable {
        let url: String
        let name: String
        let size: Int
        /// `SHA256:` and the like before it.
        let hash: String

        /// Parses `'URL' NAME SIZE HASH`; the quotes may be missing.
        init?(parsing line: Substring) {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count == 4, let size = Int(fields[2]), size >= 0 else { return nil }
            let quoted = fields[0].hasPrefix("'") && fields[0].hasSuffix("'") && fields[0].utf8.count > 2
            url = quoted ? String(fields[0].dropFirst().dropLast()) : fields[0]
            guard url.contains("://"), !fields[1].contains("/") else { return nil }
            name = fields[1]
            self.size = size
            hash = fields[3]
        }

        /// Whether it is upstream's: an orig tarball, or the only tarball of a native package.
        var isOriginal: Bool {
            let isTarball = SourceSuffix.tarballs.contains { name.hasSuffix($0) }
            return isTarball && !name.contains(".debian.tar.")
        }

        /// The SHA-256 or SHA-512 that apt vouches for.
        var digest: Digest? {
            for prefix in ["SHA256:", "SHA512:"] where hash.hasPrefix(prefix) {
                // What is no digest vouches for nothing: the caller refuses the file then.
                return try? Digest(hex: String(hash.dropFirst(prefix.count)))
            }
            return nil
        }
    }

    /// The files of a Debian source package.
    ///
    /// - Parameter selector: `SOURCE=VERSION` or `SOURCE/SUITE`, as apt-get takes it.
    /// - Throws: `FetchError.debian` when apt names none.
    func files(of selector: String) async throws(FetchError) -> [File] {
        let answer = try await ask(["uris", selector])
        // The exit status says less than the list: apt-get fails over signatures that nobody asked for.
        let files = answer.output.split(separator: "\n").compactMap { File(parsing: $0) }
        if files.isEmpty {
            let reason = answer.talk.split(separator: "\n").last.map(String.init) ?? "it names no files"
            throw .debian(source: selector, reason: "\(aptTool) uris: \(reason)")
        }
        return files
    }

    private func ask(_ arguments: [String]) async throws(FetchError) -> (output: String, talk: String) {
        do {
            let result = try await Subprocess.run(
                .path(FilePath(aptTool)), arguments: Arguments(arguments), input: .none,
                output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
            return (result.standardOutput, result.standardError)
        } catch {
            if Task.isCancelled { throw .cancelled(name: arguments.joined(separator: " ")) }
            throw .debian(source: arguments.joined(separator: " "), reason: "cannot run \(aptTool): \(error)")
        }
    }
}

/// How Debian's tarballs are named.
enum SourceSuffix {
    static let tarballs = [".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst", ".tar.lzma", ".zip"]
}
