import FlyingFox
import FlyingSocks
import Foundation

/// A body that is made piece by piece while it is sent.
struct StreamedBody: AsyncBufferedSequence {
    typealias Element = UInt8

    let next: @Sendable () async throws -> [UInt8]?

    func makeAsyncIterator() -> Iterator { Iterator(pieces: next) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        let pieces: @Sendable () async throws -> [UInt8]?

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? { try await pieces() }

        /// Bodies are read in pieces only; a single byte is a piece's first.
        mutating func next() async throws -> UInt8? { try await pieces()?.first }
    }
}

extension HTTPResponse {
    /// An answer without a known length.
    static func stream(
        type: String, headers: [(String, String)] = [],
        _ next: @escaping @Sendable () async throws -> [UInt8]?
    ) -> HTTPResponse {
        var fields = HTTPHeaders()
        fields[.contentType] = type
        for (name, value) in headers { fields[HTTPHeader(name)] = value }
        return HTTPResponse(
            statusCode: .ok, headers: fields, body: HTTPBodySequence(from: StreamedBody(next: next)))
    }
}
