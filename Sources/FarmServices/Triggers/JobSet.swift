import Foundation

/// A file that names what to queue: one name a line, `#` begins a comment.
public enum JobSet {
    /// The names in a file.
    /// - Throws: Foundation's error when it cannot be read.
    public static func names(in path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8)
            .split(separator: "\n")
            .map { $0.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }
}
