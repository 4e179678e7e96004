import FlyingFox
import Foundation
import Serving

/// `/repo/` of the farm, or another folder of static files, answered by ``RepositorySite``.
struct RepositoryPages: Sendable {
    let site: RepositorySite
    /// What the paths of its requests begin with.
    let prefix: String
    private static let small = 64 << 10

    /// Whether the folder has a file.
    func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: site.root + "/" + path) }

    /// The answer to a request below the prefix.
    func respond(to request: HTTPRequest) -> HTTPResponse {
        var fields: [(name: String, value: String)] = []
        for (header, value) in request.headers { fields.append((header.rawValue, value)) }
        let path = String(request.target.rawValue.dropFirst(prefix.count))
        let answer = site.respond(
            to: RequestHead(method: request.method.rawValue, path: path, fields: fields))
        let headers = Self.headers(answer.head.fields)
        let status = HTTPStatusCode(answer.head.status, phrase: "")
        switch answer.body {
        case .none: return HTTPResponse(statusCode: status, headers: headers)
        case .bytes(let bytes): return HTTPResponse(statusCode: status, headers: headers, body: Data(bytes))
        case .file(let file, let range):
            // A small file in one piece costs less than a body that is read while it is sent. One that cannot be read so is
            // tried again there, where the failure shows.
            let count = Int(range.upperBound - range.lowerBound)
            if count <= Self.small, let bytes = try? file.read(at: range.lowerBound, count: count),
                bytes.count == count
            {
                return HTTPResponse(statusCode: status, headers: headers, body: Data(bytes))
            }
            let reader = FileReader(file: file, range: range.lowerBound..<range.upperBound)
            return HTTPResponse(
                statusCode: status, headers: headers,
                body: HTTPBodySequence(
                    from: StreamedBody { try await reader.next() },
                    count: Int(range.upperBound - range.lowerBound),
                    suggestedBufferSize: 1 << 18))
        }
    }
}

extension RepositoryPages {
    /// An answer's fields for FlyingFox, whose headers are a dictionary of names in any case: each name costs three
    /// lookups of about a microsecond until it is written. So the fields stand as the lines of one; the length alone is by itself, as
    /// FlyingFox looks for it. No value comes from outside: `RepositorySite` writes tags, dates, numbers and fixed texts.
    static func headers(_ fields: [(name: String, value: String)]) -> HTTPHeaders {
        var headers = HTTPHeaders()
        var (first, lines) = ("", "")
        for (name, value) in fields {
            if name == "Content-Length" {
                headers[.contentLength] = value
            } else if first.isEmpty {
                (first, lines) = (name, value)
            } else {
                lines += "\r\n\(name): \(value)"
            }
        }
        if !first.isEmpty { headers.setValues([lines], for: HTTPHeader(first)) }
        return headers
    }
}

/// Reads an open file from beginning to end of a range.
private actor FileReader {
    private let file: OpenFile
    private var offset: Int64
    private let end: Int64

    init(file: OpenFile, range: Range<Int64>) {
        self.file = file
        offset = range.lowerBound
        end = range.upperBound
    }

    func next() throws -> [UInt8]? {
        guard offset < end else { return nil }
        let piece = try file.read(at: offset, count: Int(min(end - offset, 1 << 18)))
        offset += Int64(piece.count)
        return piece.isEmpty ? nil : piece
    }
}
