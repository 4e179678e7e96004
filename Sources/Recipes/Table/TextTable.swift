/// Texts, each kept once and called by its number. Number 0 is the empty text.
///
/// All bytes lie one after the other, so that a table of 60,000 names is two arrays instead of 60,000 objects, and is
/// read from a file by copying.
public struct TextTable: Sendable, Hashable {
    /// The number of a text.
    public typealias Number = UInt32

    private(set) var bytes: [UInt8]
    /// By text: where it ends. It begins where the one before ends.
    private(set) var ends: [UInt32]

    /// A table that holds the empty text.
    public init() {
        bytes = []
        ends = [0]
    }

    /// The table of these parts; nil unless they form one: ends that rise to the number of bytes, the first one 0.
    init?(bytes: [UInt8], ends: [UInt32]) {
        guard ends.first == 0, let last = ends.last, Int(last) == bytes.count else { return nil }
        var previous: UInt32 = 0
        for end in ends {
            guard end >= previous else { return nil }
            previous = end
        }
        self.bytes = bytes
        self.ends = ends
    }

    /// How many texts there are.
    public var count: Int { ends.count }

    /// The text of this number; bytes that are not UTF-8 appear repaired.
    public subscript(number: Number) -> String { String(decoding: utf8(number), as: UTF8.self) }

    /// The bytes of a text.
    public func utf8(_ number: Number) -> ArraySlice<UInt8> {
        let index = Int(number)
        return bytes[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])]
    }

    /// The number of a text, nil when it is not there. Looks at all texts: for a name that a person typed.
    public func number(of text: String) -> Number? {
        let wanted = Array(text.utf8)
        var start = 0
        for (index, end) in ends.enumerated() {
            if Int(end) - start == wanted.count, bytes[start..<Int(end)] == wanted[...] {
                return Number(index)
            }
            start = Int(end)
        }
        return nil
    }

    /// The numbers of many texts, those that are there: looks at all texts once.
    public func numbers(of texts: [String]) -> [String: Number] {
        var wanted: [ArraySlice<UInt8>: String] = [:]
        for text in texts { wanted[Array(text.utf8)[...]] = text }
        var found: [String: Number] = [:]
        var start = 0
        for (index, end) in ends.enumerated() {
            if let text = wanted[bytes[start..<Int(end)]], found[text] == nil { found[text] = Number(index) }
            start = Int(end)
        }
        return found
    }

    /// Whether a text ends with these bytes.
    public func hasSuffix(_ number: Number, _ suffix: StaticString) -> Bool {
        let text = utf8(number)
        let length = suffix.utf8CodeUnitCount
        guard text.count >= length else { return false }
        return suffix.withUTF8Buffer { text.suffix(length).elementsEqual($0) }
    }

    /// Whether a text begins with these bytes.
    public func hasPrefix(_ number: Number, _ prefix: StaticString) -> Bool {
        prefix.withUTF8Buffer { utf8(number).starts(with: $0) }
    }

    fileprivate mutating func append(_ text: UnsafeBufferPointer<UInt8>) -> Number {
        bytes.append(contentsOf: text)
        ends.append(UInt32(bytes.count))
        return Number(ends.count - 1)
    }
}

/// Numbers texts as they come: the same text gets the same number.
struct TextInterner {
    private(set) var table: TextTable
    /// Numbers of texts by their hash, 0 for an empty place; a power of two, at most half full.
    private var places: [TextTable.Number]

    /// Goes on from a table.
    init(_ table: TextTable = TextTable()) {
        self.table = table
        places = []
        makePlaces(for: max(table.count * 2, 1_024))
    }

    /// The number of a text.
    mutating func number(of text: String) -> TextTable.Number {
        var text = text
        return text.withUTF8 { number(of: $0) }
    }

    /// The number of a text that is given by its bytes.
    mutating func number(of text: ArraySlice<UInt8>) -> TextTable.Number {
        text.withUnsafeBufferPointer { number(of: $0) }
    }

    private mutating func number(of text: UnsafeBufferPointer<UInt8>) -> TextTable.Number {
        if text.isEmpty { return 0 }
        var place = Int(truncatingIfNeeded: Self.hash(text)) & (places.count - 1)
        while places[place] != 0 {
            let isEqual = table.utf8(places[place]).withUnsafeBufferPointer {
                $0.count == text.count && $0.elementsEqual(text)
            }
            if isEqual { return places[place] }
            place = (place + 1) & (places.count - 1)
        }
        let number = table.append(text)
        places[place] = number
        if table.count * 2 > places.count { makePlaces(for: table.count * 2) }
        return number
    }

    private mutating func makePlaces(for count: Int) {
        var size = 1_024
        while size < count * 2 { size *= 2 }
        places = [TextTable.Number](repeating: 0, count: size)
        for number in 1..<max(TextTable.Number(table.count), 1) {
            let hash = table.utf8(number).withUnsafeBufferPointer { Self.hash($0) }
            var place = Int(truncatingIfNeeded: hash) & (size - 1)
            while places[place] != 0 { place = (place + 1) & (size - 1) }
            places[place] = number
        }
    }

    /// FNV-1a with a final mix: names are short. It meets no stranger's choice of names that could slow it more than
    /// the work of a linear search.
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash ^ (hash >> 29)
    }
}
