/// How long a file may be kept by caches, and what it is.
struct FilePolicy {
    /// `Cache-Control`.
    let cacheControl: String
    /// `Content-Type`.
    let contentType: String

    /// A package, its SBOM and provenance, and everything of a snapshot never change under their names; the index
    /// and what else is replaced in place is asked for again after a minute.
    init(_ path: ResourcePath) {
        let name = path.name
        let isOfSnapshot = path.components.dropLast().contains("snapshots")
        let isImmutable =
            name.hasSuffix(".apk") || name.hasSuffix(".cdx.json") || name.hasSuffix(".provenance.json")
            || isOfSnapshot || path.components.first == "sources"
        cacheControl =
            isImmutable ? "public, max-age=31536000, immutable" : "public, max-age=60, must-revalidate"
        contentType = Self.type(of: name)
    }

    private static let types = [
        (".apk", "application/vnd.alpine.apk"), (".tar.gz", "application/gzip"), (".tgz", "application/gzip"),
        (".gz", "application/gzip"), (".cdx.json", "application/vnd.cyclonedx+json; version=1.6"),
        (".json", "application/json"), (".pub", "application/x-pem-file"),
        (".tsv", "text/tab-separated-values"),
        (".html", "text/html; charset=utf-8"), (".css", "text/css; charset=utf-8"),
        (".js", "text/javascript; charset=utf-8"), (".svg", "image/svg+xml"),
        (".md", "text/markdown; charset=utf-8"), (".txt", "text/plain; charset=utf-8"),
        (".xz", "application/x-xz"), (".bz2", "application/x-bzip2"), (".zst", "application/zstd"),
        (".adb", "application/octet-stream"),
    ]

    private static func type(of name: String) -> String {
        types.first { name.hasSuffix($0.0) }?.1 ?? "application/octet-stream"
    }
}
