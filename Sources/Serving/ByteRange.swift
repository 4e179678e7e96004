/// The one range of bytes that a request asks for (RFC 9110 §14).
enum ByteRange: Equatable {
    /// The whole: there is no `Range`, or one that may be ignored (other units, several ranges, bad syntax).
    case whole
    /// This part.
    case part(Range<Int64>)
    /// Nothing of the file lies in it.
    case unsatisfiable

    /// The range that the field's value names in a file of `size` bytes.
    init(_ value: String?, size: Int64) {
        self = .whole
        guard let value, value.lowercased().hasPrefix("bytes=") else { return }
        let specification = value.dropFirst("bytes=".count)
        // A multipart answer costs more than it is worth here; a server may send the whole instead.
        guard !specification.contains(",") else { return }
        let ends = specification.split(separator: "-", omittingEmptySubsequences: false).map(Self.trimmed)
        guard ends.count == 2 else { return }
        switch (Self.number(ends[0]), Self.number(ends[1])) {
        case (nil, let suffix?) where ends[0].isEmpty:
            guard suffix > 0, size > 0 else {
                self = .unsatisfiable
                return
            }
            self = .part(max(0, size - suffix)..<size)
        case (let first?, let last):
            guard last != nil || ends[1].isEmpty, (last ?? .max) >= first else { return }
            guard first < size else {
                self = .unsatisfiable
                return
            }
            self = .part(first..<min(size, (last ?? size) == .max ? size : (last ?? size - 1) + 1))
        default: return
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }

    /// Decimal digits; more than fit count as the greatest number.
    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text) ?? .max
    }
}
