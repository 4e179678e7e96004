/// The head of an HTTP response.
public struct ResponseHead: Sendable, Equatable {
    /// 200, 204, 206, 304, 400, 404, 405, 410, 412, 416 or 500.
    public var status: Int
    /// Fields in the order in which they are to be written; each name once.
    public var fields: [(name: String, value: String)]

    /// A head of these parts.
    public init(status: Int, fields: [(name: String, value: String)] = []) {
        self.status = status
        self.fields = fields
    }

    /// The value of a field, by its name in any case.
    public subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// By all parts.
    public static func == (left: ResponseHead, right: ResponseHead) -> Bool {
        left.status == right.status && left.fields.elementsEqual(right.fields) { $0 == $1 }
    }
}

/// What is to be sent.
public struct Response: Sendable {
    /// What follows the head.
    public enum Body: Sendable {
        /// Nothing, also where the head says a length (HEAD, 304).
        case none
        /// These bytes.
        case bytes([UInt8])
        /// This part of a file that is open already: what is renamed over it meanwhile changes nothing.
        case file(OpenFile, Range<Int64>)
    }

    /// Status and fields; `Content-Length` is among them.
    public var head: ResponseHead
    /// What follows.
    public var body: Body
}
