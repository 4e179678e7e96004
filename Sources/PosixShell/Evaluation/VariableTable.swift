/// One variable of a shell.
public struct ShellVariable: Sendable, Hashable {
    /// Its name.
    public let name: [UInt8]
    /// Its value; nil when it is unset, which an exported or local variable may be.
    public internal(set) var value: [UInt8]?
    /// Whether `export` named it.
    public internal(set) var isExported = false
    /// Whether `readonly` named it.
    public internal(set) var isReadOnly = false
}

/// The variables of a shell: a small open hash table over names as bytes.
public struct VariableTable: Sendable {
    /// All variables that were ever named, in the order in which they were, unset ones included.
    public private(set) var entries: [ShellVariable] = []
    private var slots: [Int32]

    /// A table of these variables, exported.
    public init(_ variables: [(name: String, value: String)] = []) {
        slots = Array(repeating: -1, count: 64)
        for (name, value) in variables {
            let index = index(of: Array(name.utf8))
            entries[index].value = Array(value.utf8)
            entries[index].isExported = true
        }
    }

    /// A variable's value; nil when it is unset.
    public subscript(name: String) -> [UInt8]? {
        get {
            var name = name
            return name.withUTF8 { bytes in find(bytes).flatMap { entries[$0].value } }
        }
        set { entries[index(of: Array(name.utf8))].value = newValue }
    }

    /// The entry of a name, if it was ever named.
    func find(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
        var slot = Self.hash(name) & (slots.count - 1)
        while true {
            let index = Int(slots[slot])
            if index < 0 { return nil }
            if Self.isEqual(entries[index].name, name) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    /// The entry of a name; a new, unset one where there was none.
    mutating func index(of name: UnsafeBufferPointer<UInt8>) -> Int {
        var slot = Self.hash(name) & (slots.count - 1)
        while true {
            let index = Int(slots[slot])
            if index < 0 { break }
            if Self.isEqual(entries[index].name, name) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = Int32(entries.count)
        entries.append(ShellVariable(name: Array(name)))
        if entries.count * 2 > slots.count { grow() }
        return entries.count - 1
    }

    mutating func index(of name: [UInt8]) -> Int { name.withUnsafeBufferPointer { index(of: $0) } }

    func find(_ name: [UInt8]) -> Int? { name.withUnsafeBufferPointer { find($0) } }

    /// Changes one entry.
    mutating func update(_ index: Int, _ change: (inout ShellVariable) -> Void) { change(&entries[index]) }

    mutating func set(_ index: Int, _ value: [UInt8]?) { entries[index].value = value }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for (index, entry) in entries.enumerated() {
            var slot = entry.name.withUnsafeBufferPointer { Self.hash($0) } & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index)
        }
    }

    private static func isEqual(_ name: [UInt8], _ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.count == other.count else { return false }
        for index in name.indices where name[index] != other[index] { return false }
        return true
    }

    /// FNV-1a.
    private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt32 = 2_166_136_261
        for byte in name { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return Int(hash ^ (hash >> 15))
    }
}
