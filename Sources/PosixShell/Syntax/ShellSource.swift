/// Shell text that is parsed once and kept: what ranges in a tree refer to.
///
/// The bytes are followed by one zero byte, so that a scanner may look one byte ahead without asking for the end.
public final class ShellSource: @unchecked Sendable {
    // Unchecked: the memory is written by the initialisers only.

    /// The name that findings carry: a file's path, or `eval`.
    public let name: String
    /// How many bytes the text has.
    public let count: Int
    let base: UnsafeMutablePointer<UInt8>
    /// The place of the first byte in the file that people see.
    let origin: ShellPosition

    /// A source of these bytes.
    /// - Parameters:
    ///   - bytes: the text; any bytes, UTF-8 or not.
    ///   - name: the name that findings carry.
    ///   - origin: where the text begins, for text that was cut out of another one.
    public convenience init(
        _ bytes: some Collection<UInt8>, name: String,
        origin: ShellPosition = ShellPosition(line: 1, column: 1)
    ) {
        self.init(count: bytes.count, name: name, origin: origin) { buffer in
            _ = buffer.initialize(from: bytes)
        }
    }

    /// A source of this text.
    public convenience init(_ text: String, name: String) {
        self.init(text.utf8, name: name)
    }

    /// A source whose bytes `fill` writes, all of them.
    public init(
        count: Int, name: String, origin: ShellPosition = ShellPosition(line: 1, column: 1),
        fill: (UnsafeMutableBufferPointer<UInt8>) -> Void
    ) {
        self.name = name
        self.count = count
        self.origin = origin
        base = .allocate(capacity: count + 1)
        fill(UnsafeMutableBufferPointer(start: base, count: count))
        base[count] = 0
    }

    deinit { base.deallocate() }

    /// The bytes of a range.
    public subscript(range: TextRange) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base + Int(range.start), count: range.count)
    }

    /// A range as text; bytes that are not UTF-8 are repaired.
    public func text(_ range: TextRange) -> String { String(decoding: self[range], as: UTF8.self) }

    /// The whole text.
    public var range: TextRange { TextRange(0, count) }

    /// Line and column of a byte.
    public func position(of offset: Int) -> ShellPosition {
        var line = origin.line
        var start = 0
        var isFirst = true
        for index in 0..<min(offset, count) where base[index] == .newline {
            line += 1
            start = index + 1
            isFirst = false
        }
        return ShellPosition(line: line, column: offset - start + (isFirst ? origin.column : 1))
    }

    /// Line and column of a range's first byte.
    public func position(of range: TextRange) -> ShellPosition { position(of: Int(range.start)) }
}

/// Line and column, both counted from 1; columns are bytes.
public struct ShellPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// The byte in the line, from 1.
    public let column: Int

    /// A position.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// `line:column`.
    public var description: String { "\(line):\(column)" }

    /// By line, then by column.
    public static func < (left: Self, right: Self) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A stretch of a ``ShellSource``, in bytes.
public struct TextRange: Sendable, Hashable {
    /// The first byte's offset.
    public let start: Int32
    /// The offset after the last byte.
    public let end: Int32

    init(_ start: Int, _ end: Int) {
        self.start = Int32(truncatingIfNeeded: start)
        self.end = Int32(truncatingIfNeeded: end)
    }

    /// How many bytes it has.
    public var count: Int { Int(end - start) }
    /// Whether it has none.
    public var isEmpty: Bool { start == end }
}
