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

/// Reads what ``ColumnWriter`` wrote. Nothing of it is believed: a count that goes past the end gives nil.
struct ColumnReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// Whether everything was read.
    var isAtEnd: Bool { position == bytes.endIndex }

    mutating func column<Element: BitwiseCopyable>(of type: Element.Type) -> [Element]? {
        guard bytes.endIndex - position >= 8 else { return nil }
        let from = position - bytes.startIndex
        let stated = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: from, as: UInt64.self) }
        let size = MemoryLayout<Element>.stride
        guard stated <= UInt64((bytes.endIndex - position - 8) / size) else { return nil }
        let count = Int(stated)
        let length = (count * size + 7) / 8 * 8
        guard length <= bytes.endIndex - position - 8 else { return nil }
        position += 8 + length
        return bytes.withUnsafeBytes { raw in
            [Element](unsafeUninitializedCapacity: count) { buffer, filled in
                let part = UnsafeRawBufferPointer(rebasing: raw[(from + 8)..<(from + 8 + count * size)])
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: part)
                filled = count
            }
        }
    }
}
