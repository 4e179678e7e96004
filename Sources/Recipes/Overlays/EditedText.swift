/// A text that is changed piece by piece and still knows where each of its lines comes from.
struct EditedText: Sendable, Hashable {
    /// Where a line comes from.
    struct Origin: Sendable, Hashable {
        let file: String
        let line: Int
    }

    private(set) var bytes: [UInt8]
    private(set) var origins: [Origin]

    /// The text of `file`, unchanged.
    init(_ text: String, file: String) {
        bytes = Array(text.utf8)
        let count = bytes.count { $0 == UInt8(ascii: "\n") } + 1
        origins = (1...count).map { Origin(file: file, line: $0) }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Puts `new` in the place of a range of bytes. Its lines come from `origin`, but for what is left of the first
    /// and last line; with `counting` each further line is one further line of the origin.
    mutating func replace(_ range: Range<Int>, by new: [UInt8], from origin: Origin, counting: Bool = false) {
        let newline = UInt8(ascii: "\n")
        let first = bytes[..<range.lowerBound].count { $0 == newline }
        let last = first + bytes[range].count { $0 == newline }
        let added = new.count { $0 == newline }
        let startsLine = range.lowerBound == 0 || bytes[range.lowerBound - 1] == newline
        let lines = (0...added).map {
            $0 == 0 && !startsLine
                ? origins[first] : Origin(file: origin.file, line: origin.line + (counting ? $0 : 0))
        }
        origins.replaceSubrange(first...last, with: lines)
        bytes.replaceSubrange(range, with: new)
    }

    /// Adds whole lines at the end.
    mutating func append(_ text: String, from origin: Origin) {
        if let last = bytes.last, last != UInt8(ascii: "\n") {
            replace(bytes.count..<bytes.count, by: [UInt8(ascii: "\n")], from: origin)
        }
        replace(bytes.count..<bytes.count, by: Array(text.utf8), from: origin)
    }

    /// Where `needle` stands, without overlaps, within `range`.
    func ranges(of needle: [UInt8], in range: Range<Int>) -> [Range<Int>] {
        guard let first = needle.first else { return [] }
        var found: [Range<Int>] = []
        var index = range.lowerBound
        while index + needle.count <= range.upperBound {
            if bytes[index] == first, bytes[index..<index + needle.count].elementsEqual(needle) {
                found.append(index..<index + needle.count)
                index += needle.count
            } else {
                index += 1
            }
        }
        return found
    }
}
