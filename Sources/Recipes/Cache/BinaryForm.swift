import Glibc
import Signing

/// Writes columns one after the other: a count of elements, then their bytes, filled up to eight. The elements hold no
/// gaps between their fields, so that equal columns are equal bytes; machines of the other byte order are told apart
/// by the file's mark.
struct ColumnWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append<Element: BitwiseCopyable>(_ column: [Element]) {
        withUnsafeBytes(of: UInt64(column.count)) { bytes.append(contentsOf: $0) }
        column.withUnsafeBytes { bytes.append(contentsOf: $0) }
        while bytes.count % 8 != 0 { bytes.append(0) }
    }
}

/// Reads what ``ColumnWriter`` wrote from a file, each column into the memory where it stays. Nothing of it is believed: a
/// count that goes past the end gives nil, and so does a file that is shorter than it said.
struct ColumnReader {
    private let descriptor: CInt
    private var left: Int
    private var digest = SHA256()

    /// Reads on at the descriptor's place; `size` bytes are to come.
    init(_ descriptor: CInt, size: Int) {
        self.descriptor = descriptor
        left = size
    }

    /// Whether everything was read.
    var isAtEnd: Bool { left == 0 }

    /// The SHA-256 of what was read.
    mutating func finalize() -> Digest { digest.finalize() }

    mutating func column<Element: BitwiseCopyable>(of type: Element.Type) -> [Element]? {
        var stated: UInt64 = 0
        guard withUnsafeMutableBytes(of: &stated, { fill($0) }) else { return nil }
        let size = MemoryLayout<Element>.stride
        guard stated <= UInt64(left / size) else { return nil }
        let count = Int(stated)
        var isWhole = false
        let column = [Element](unsafeUninitializedCapacity: count) { buffer, filled in
            isWhole = fill(UnsafeMutableRawBufferPointer(buffer).prefix(count * size))
            filled = isWhole ? count : 0
        }
        var gap: UInt64 = 0
        let rest = (8 - count * size % 8) % 8
        guard isWhole, withUnsafeMutableBytes(of: &gap, { fill($0.prefix(rest)) }) else { return nil }
        return column
    }

    /// Reads as many bytes as there is room for; false when there are fewer.
    private mutating func fill(_ room: Slice<UnsafeMutableRawBufferPointer>) -> Bool {
        fill(UnsafeMutableRawBufferPointer(rebasing: room))
    }

    private mutating func fill(_ room: UnsafeMutableRawBufferPointer) -> Bool {
        guard room.count <= left else { return false }
        var done = 0
        while done < room.count {
            let count = read(descriptor, room.baseAddress.map { $0 + done }, room.count - done)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        left -= done
        digest.update(UnsafeRawBufferPointer(room))
        return true
    }
}
