import Compressing
import Foundation

/// A build's log: plain while it is written, compressed with xz once the build is over. Readers need not know which.
public enum LogFile {
    /// Compresses a finished log.
    /// - Returns: the path under which it lies now: the old one where there is none, or it could not be compressed.
    static func finished(_ path: String) -> String {
        guard !path.isEmpty, let data = FileManager.default.contents(atPath: path) else { return path }
        do {
            let packed = try XZ.compress(Array(data))
            try Data(packed).write(to: URL(fileURLWithPath: path + ".xz"), options: .atomic)
            try FileManager.default.removeItem(atPath: path)
            return path + ".xz"
        } catch { return path }
    }

    /// The text of a log, wherever it is now.
    /// - Throws: `LogFileError` when it is in neither form.
    public static func text(_ path: String) throws -> String {
        let plain = path.hasSuffix(".xz") ? String(path.dropLast(3)) : path
        if let data = FileManager.default.contents(atPath: plain) {
            return String(decoding: data, as: UTF8.self)
        }
        guard let packed = FileManager.default.contents(atPath: plain + ".xz") else {
            throw LogFileError(path: plain)
        }
        return String(decoding: try XZ.decompress(Array(packed), limit: 1 << 30), as: UTF8.self)
    }
}

/// A log that is not there.
public struct LogFileError: Error, CustomStringConvertible {
    /// Where it should be.
    public let path: String
    /// The path and what it means.
    public var description: String { "\(path): no log there, plain or as .xz; the attempt wrote none" }
}
