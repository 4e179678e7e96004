/// The head of an HTTP request, as any server has read it.
public struct RequestHead: Sendable, Equatable {
    /// `GET`, `HEAD`, `OPTIONS`, …
    public var method: String
    /// The path below the repository's root as the client wrote it: `/edge/main/wasm32/APKINDEX.tar.gz`, percent
    /// signs not decoded, a query allowed and ignored.
    public var path: String
    /// Fields in their order; names in any case, a name as often as the client wrote it.
    public var fields: [(name: String, value: String)]

    /// A head of these parts.
    public init(method: String, path: String, fields: [(name: String, value: String)] = []) {
        self.method = method
        self.path = path
        self.fields = fields
    }

    /// The values of a field, joined as RFC 9110 §5.3 says; nil when it was not sent.
    public func value(_ name: String) -> String? {
        let values = fields.filter { Self.isSame($0.name, name) }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && left.lowercased() == right.lowercased()
    }

    /// By all parts.
    public static func == (left: RequestHead, right: RequestHead) -> Bool {
        left.method == right.method && left.path == right.path
            && left.fields.elementsEqual(right.fields) { $0 == $1 }
    }
}
