import Signing

/// A source file that a recipe names.
public struct SourceRequest: Sendable, Equatable {
    /// Its file name, as the recipe and mirrors know it.
    public let name: String
    /// Where upstream offers it: http, https, ftp and file URLs, or paths.
    public let urls: [String]
    /// The checksums of which any is right; the archive's first, upstream's behind it where that differs.
    public let sha512s: [Digest]

    /// A source file of that name with one of these checksums.
    ///
    /// - Throws: `FetchError.badRequest` without checksums, with other than SHA-512, or with a name that is a path.
    public init(name: String, urls: [String], sha512s: [Digest]) throws(FetchError) {
        guard !name.isEmpty, name != ".", name != "..",
            !name.utf8.contains(where: { $0 == 0x2f || $0 < 0x20 })
        else {
            throw .badRequest(name: name, reason: "a file name is needed, without '/'")
        }
        guard !sha512s.isEmpty else {
            throw .badRequest(name: name, reason: "it has no checksum; run 'apkfarm recipe checksum'")
        }
        if let other = sha512s.first(where: { $0.bytes.count != 64 }) {
            throw .badRequest(name: name, reason: "\(other) is no SHA-512")
        }
        self.name = name
        self.urls = urls
        self.sha512s = sha512s
    }
}

/// A source that is in the store.
public struct FetchedSource: Sendable, Equatable {
    /// Where it lies. Nobody may write there.
    public let path: String
    /// Which of the wanted checksums it has.
    public let sha512: Digest
    /// Where it came from this time; nil if it was in the store already.
    public let origin: String?
}
