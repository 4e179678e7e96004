import Foundation
import Serving

/// A folder that is served, removed when the test is done.
final class Site: Sendable {
    let root: String
    var site: RepositorySite { RepositorySite(root: root) }

    init() throws {
        root = NSTemporaryDirectory() + "serving-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit {
        // The system's temporary folder is cleaned anyway.
        try? FileManager.default.removeItem(atPath: root)
    }

    /// Writes a file, as publishing does: beside its place, then renamed.
    func write(_ path: String, _ text: String, modified: Int64 = 1_770_000_000) throws {
        let file = URL(fileURLWithPath: root + "/" + path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file, options: .atomic)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: Double(modified))], ofItemAtPath: file.path)
    }

    func ask(_ method: String, _ path: String, _ fields: (String, String)...) -> Response {
        site.respond(
            to: RequestHead(method: method, path: path, fields: fields.map { (name: $0.0, value: $0.1) }))
    }
}

extension Response {
    /// What follows the head, read as a server would send it.
    func text() throws -> String {
        switch body {
        case .none: ""
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .file(let file, let range):
            String(decoding: try file.read(at: range.lowerBound, count: range.count), as: UTF8.self)
        }
    }
}
