/// A place in a file of a recipe, as people and editors write it: `main/zlib/APKBUILD:14:1`.
public struct Place: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The file, relative to the recipe tree: `main/zlib/APKBUILD`.
    public let file: String
    /// The line, counted from 1.
    public let line: Int
    /// The column in bytes, counted from 1.
    public let column: Int

    /// The place at `line` and `column` (both from 1) of `file`.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`.
    public var description: String { "\(file):\(line):\(column)" }
}
