/// The repository's folder as an HTTP origin serves it: a function from the head of a request to the head of the answer
/// and what to send behind it. It knows no server, no sockets and no threads.
public struct RepositorySite: Sendable {
    /// The folder that holds the channels and keys: `repo`.
    public let root: String

    /// The site of a folder, which need not exist yet.
    public init(root: String) { self.root = root }

    /// The answer to a request. Opens the file (a few system calls; nothing is read but short lists).
    ///
    /// Every outcome is an answer: what goes wrong is a 4xx or 5xx with a line of text.
    public func respond(to request: RequestHead) -> Response {
        switch request.method {
        case "GET", "HEAD": break
        case "OPTIONS": return Self.preflight()
        default:
            return Self.plain(
                405, "only GET, HEAD and OPTIONS are answered here", request,
                [("Allow", "GET, HEAD, OPTIONS")])
        }
        guard let path = ResourcePath(request.path) else { return Self.plain(404, "no such file", request) }
        do throws(ServingError) {
            if path.name.hasSuffix(".apk"), let reason = try tombstone(of: path.stored) {
                return Self.plain(410, "\(path.name) was withdrawn: \(reason)", request)
            }
            if let compressed = try precompressed(path, request) { return compressed }
            guard let file = try OpenFile.open(root: root, path: path.stored.relative) else {
                return Self.plain(404, "no such file", request)
            }
            return Self.answer(request, file, FilePolicy(path), fields: [])
        } catch {
            return Self.plain(500, error.description, request)
        }
    }

    /// The head for a file of these facts: what `respond` says, without a file. For tests and other servers.
    public static func head(
        for request: RequestHead, facts: FileFacts, contentType: String, cacheControl: String,
        fields: [(name: String, value: String)] = []
    ) -> (head: ResponseHead, range: Range<Int64>?) {
        var tag = facts.entityTag
        if fields.contains(where: { $0.name == "Content-Encoding" }) { tag = tag.dropLast() + "-gz\"" }
        let common =
            [
                ("ETag", tag), ("Last-Modified", HTTPDate.text(facts.modified)),
                ("Cache-Control", cacheControl),
            ] + Self.origins + fields
        switch Conditions.outcome(request, tag: tag, modified: facts.modified) {
        case .notModified: return (ResponseHead(status: 304, fields: common), nil)
        case .failed:
            return (ResponseHead(status: 412, fields: common + [("Content-Length", "0")]), nil)
        case .proceed: break
        }
        let body = common + [("Content-Type", contentType), ("Accept-Ranges", "bytes")]
        let allowsRange =
            request.method == "GET" && Conditions.allowsRange(request, tag: tag, modified: facts.modified)
        switch ByteRange(allowsRange ? request.value("Range") : nil, size: facts.size) {
        case .whole:
            let head = ResponseHead(status: 200, fields: body + [("Content-Length", "\(facts.size)")])
            return (head, request.method == "HEAD" ? nil : 0..<facts.size)
        case .part(let range):
            let extent = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(facts.size)"
            return (
                ResponseHead(
                    status: 206,
                    fields: body + [("Content-Range", extent), ("Content-Length", "\(range.count)")]),
                range
            )
        case .unsatisfiable:
            return (
                ResponseHead(
                    status: 416,
                    fields: common + [("Content-Range", "bytes */\(facts.size)"), ("Content-Length", "0")]),
                nil
            )
        }
    }

    // MARK: Parts

    /// For browsers on any page: they may read (CORS), embed under cross-origin isolation (CORP), and a page served
    /// from here is isolated itself (COOP, COEP), which SharedArrayBuffer needs.
    static let origins: [(name: String, value: String)] = [
        ("Access-Control-Allow-Origin", "*"),
        (
            "Access-Control-Expose-Headers",
            "ETag, Last-Modified, Content-Length, Content-Range, Accept-Ranges, Cache-Control"
        ),
        ("Cross-Origin-Resource-Policy", "cross-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Embedder-Policy", "require-corp"), ("X-Content-Type-Options", "nosniff"),
    ]

    static func answer(
        _ request: RequestHead, _ file: OpenFile, _ policy: FilePolicy,
        fields: [(name: String, value: String)]
    ) -> Response {
        let (head, range) = head(
            for: request, facts: file.facts, contentType: policy.contentType,
            cacheControl: policy.cacheControl, fields: fields)
        return Response(head: head, body: range.map { .file(file, $0) } ?? .none)
    }

    private static func preflight() -> Response {
        let fields =
            origins + [
                ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"),
                (
                    "Access-Control-Allow-Headers",
                    "Range, If-Range, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, Cache-Control"
                ),
                ("Access-Control-Max-Age", "86400"), ("Allow", "GET, HEAD, OPTIONS"),
            ]
        return Response(head: ResponseHead(status: 204, fields: fields), body: .none)
    }

    static func plain(
        _ status: Int, _ text: String, _ request: RequestHead, _ fields: [(name: String, value: String)] = []
    ) -> Response {
        let bytes = Array((text + "\n").utf8)
        let all =
            fields + origins + [
                ("Cache-Control", "no-store"), ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Length", "\(bytes.count)"),
            ]
        return Response(
            head: ResponseHead(status: status, fields: all),
            body: request.method == "HEAD" ? .none : .bytes(bytes))
    }
}
