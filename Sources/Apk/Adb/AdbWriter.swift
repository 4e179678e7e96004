/// Builds a database block: equal content is stored once, so that equal calls give equal bytes.
struct AdbWriter {
    private(set) var bytes: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
    private var places: [ByteText: Int] = [:]

    /// A number's word.
    mutating func number(_ number: Int64) -> UInt32 {
        guard number >= 0 else { return 0 }
        if number < 0x1000_0000 { return 0x1000_0000 | UInt32(number) }
        var content = AdbDatabase.bytes(of: UInt32(truncatingIfNeeded: number))
        if number < 0x1_0000_0000 { return 0x2000_0000 | place(content, alignment: 4) }
        content += AdbDatabase.bytes(of: UInt32(truncatingIfNeeded: number >> 32))
        return 0x3000_0000 | place(content, alignment: 4)
    }

    /// A number's word; null for 0.
    mutating func unlessZero(_ number: Int64?) -> UInt32 {
        guard let number, number != 0 else { return 0 }
        return self.number(number)
    }

    /// The word of bytes; null for none.
    mutating func blob(_ content: [UInt8]) -> UInt32 {
        if content.isEmpty { return 0 }
        let length = content.count
        if length <= 0xff { return 0x8000_0000 | place([UInt8(length)] + content, alignment: 1) }
        if length <= 0xffff {
            return 0x9000_0000 | place([UInt8(length & 255), UInt8(length >> 8)] + content, alignment: 2)
        }
        return 0xa000_0000 | place(AdbDatabase.bytes(of: UInt32(length)) + content, alignment: 4)
    }

    /// The word of bytes that are filled in later, and shared with nothing.
    mutating func reserve(_ length: UInt8) -> UInt32 {
        let place = bytes.count
        bytes += [length] + [UInt8](repeating: 0, count: Int(length))
        return 0x8000_0000 | UInt32(truncatingIfNeeded: place & 0x0fff_ffff)
    }

    /// The word of a text; null for none.
    mutating func text(_ text: ByteText?) -> UInt32 { text.map { blob($0.bytes) } ?? 0 }

    /// The word of an object with these fields from 1 on; null if all are.
    mutating func object(_ fields: [UInt32]) -> UInt32 { slots(fields, type: 0xe000_0000) }

    /// The word of an array; null if it is empty.
    mutating func array(_ items: [UInt32]) -> UInt32 { slots(items, type: 0xd000_0000) }

    /// The finished block with its outermost object.
    mutating func finish(root: UInt32) throws(ApkError) -> [UInt8] {
        guard bytes.count < 0x0fff_ffff else {
            throw ApkError(.overLimit, "adb: the database has \(bytes.count) bytes; offsets end at 2^28")
        }
        let word = AdbDatabase.bytes(of: root)
        for index in 0..<4 { bytes[4 + index] = word[index] }
        return bytes
    }

    private mutating func slots(_ items: [UInt32], type: UInt32) -> UInt32 {
        var count = items.count
        while count > 0, items[count - 1] == 0 { count -= 1 }
        if count == 0 { return 0 }
        var content = AdbDatabase.bytes(of: UInt32(count + 1))
        content.reserveCapacity(4 * (count + 1))
        for item in items[..<count] { content += AdbDatabase.bytes(of: item) }
        return type | place(content, alignment: 4)
    }

    /// Where this content lies; it is added if it is not there yet, or lies where it may not.
    private mutating func place(_ content: [UInt8], alignment: Int) -> UInt32 {
        let key = ByteText(content)
        if let known = places[key], known % alignment == 0 {
            return UInt32(truncatingIfNeeded: known & 0x0fff_ffff)
        }
        while bytes.count % alignment != 0 { bytes.append(0) }
        let place = bytes.count
        bytes += content
        places[key] = place
        return UInt32(truncatingIfNeeded: place & 0x0fff_ffff)
    }
}
