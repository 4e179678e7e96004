/// The database block of a file of apk 3: 32-bit words of 4 bits of type and 28 of value or offset.
///
/// Every offset is checked where it is followed: one that leads out of the block is `damaged`.
public struct AdbDatabase: Sendable {
    /// The block.
    let bytes: [UInt8]

    /// A word: a value or where one lies.
    struct Value: Equatable, Sendable {
        let word: UInt32

        var type: UInt32 { word >> 28 }
        var number: Int { Int(word & 0x0fff_ffff) }
        var isNull: Bool { word == 0 }
    }

    /// Slots of an object or array: slot 0 is their count, items begin at 1.
    struct Slots {
        let offset: Int
        /// Items, which are numbered from 1.
        let count: Int
    }

    init(block: [UInt8]) throws(ApkError) {
        guard block.count >= 8 else { throw ApkError(.damaged, "adb: the database has no header") }
        guard block[0] == 0 else {
            throw ApkError(.damaged, "adb: the database needs a newer apk (version \(block[0]))")
        }
        bytes = block
    }

    /// The outermost object.
    var root: Value { Value(word: AdbDatabase.word(bytes, 4)) }

    /// The items of an object or array; none for null.
    func slots(_ value: Value) throws(ApkError) -> Slots {
        if value.isNull { return Slots(offset: 0, count: 0) }
        guard value.type == 0xd || value.type == 0xe else { throw wrong(value, "an object or array") }
        try require(value.number, 4)
        let count = Int(truncatingIfNeeded: AdbDatabase.word(bytes, value.number))
        guard count >= 1, count <= (bytes.count - value.number) / 4 else {
            throw ApkError(
                .damaged, "adb: \(count) slots at \(value.number) are more than the database holds")
        }
        return Slots(offset: value.number, count: count - 1)
    }

    /// An item by its number from 1; null past the end.
    func value(_ slots: Slots, _ number: Int) -> Value {
        guard number >= 1, number <= slots.count else { return Value(word: 0) }
        return Value(word: AdbDatabase.word(bytes, slots.offset + 4 * number))
    }

    /// The bytes of a blob; none for null.
    func blob(_ value: Value) throws(ApkError) -> ArraySlice<UInt8> {
        let width: Int
        switch value.type {
        case 0 where value.isNull: return []
        case 0x8: width = 1
        case 0x9: width = 2
        case 0xa: width = 4
        default: throw wrong(value, "bytes")
        }
        try require(value.number, width)
        var length = 0
        for index in 0..<width { length |= Int(bytes[value.number + index]) << (8 * index) }
        try require(value.number + width, length)
        return bytes[(value.number + width)..<(value.number + width + length)]
    }

    /// A number; 0 for null.
    func number(_ value: Value) throws(ApkError) -> Int64 {
        switch value.type {
        case 0 where value.isNull: return 0
        case 0x1: return Int64(value.number)
        case 0x2:
            try require(value.number, 4)
            return Int64(AdbDatabase.word(bytes, value.number))
        case 0x3:
            try require(value.number, 8)
            let number =
                UInt64(AdbDatabase.word(bytes, value.number))
                | UInt64(AdbDatabase.word(bytes, value.number + 4)) << 32
            guard let signed = Int64(exactly: number) else {
                throw ApkError(.overLimit, "adb: a number at \(value.number) is past 2^63")
            }
            return signed
        default: throw wrong(value, "a number")
        }
    }

    /// The text of an object's field.
    func text(_ slots: Slots, _ field: Int) throws(ApkError) -> ByteText {
        ByteText(try blob(value(slots, field)))
    }

    /// The number of an object's field.
    func number(_ slots: Slots, _ field: Int) throws(ApkError) -> Int64 { try number(value(slots, field)) }

    private func require(_ offset: Int, _ count: Int) throws(ApkError) {
        guard offset >= 0, count >= 0, offset <= bytes.count - count else {
            throw ApkError(
                .damaged, "adb: offset \(offset) leads out of the database of \(bytes.count) bytes")
        }
    }

    private func wrong(_ value: Value, _ wanted: StaticString) -> ApkError {
        ApkError(.damaged, "adb: a value of type \(value.type) stands where \(wanted) must be")
    }

    /// The little-endian word at an offset, which must be inside.
    static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
            | UInt32(bytes[offset + 3]) << 24
    }

    /// A word's four bytes.
    static func bytes(of word: UInt32) -> [UInt8] {
        [
            UInt8(truncatingIfNeeded: word), UInt8(truncatingIfNeeded: word >> 8),
            UInt8(truncatingIfNeeded: word >> 16), UInt8(truncatingIfNeeded: word >> 24),
        ]
    }
}
