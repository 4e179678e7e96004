/// Collects the fields that words expand to: splits what is to be split and remembers where patterns are active.
struct FieldBuilder {
    private(set) var fields: [[UInt8]] = []
    /// For each field with active pattern bytes: its index, and the field as a pattern.
    private(set) var patterns: [(field: Int, pattern: [UInt8])] = []
    private var current: [UInt8] = []
    /// Offsets in `current` of bytes that are active in patterns.
    private var active: [Int] = []
    private var hasStarted = false
    /// A field was just ended by white space, so that one other separator belongs to the same gap.
    private var isAfterSpace = false
    private let separators: [UInt8]

    /// A builder that splits at the bytes of IFS; nil is the default, empty means no splitting.
    init(separators: [UInt8]?) {
        self.separators = separators ?? [.space, .tab, .newline]
    }

    var size: Int { current.count }

    /// Bytes of the word itself.
    mutating func append(literal bytes: UnsafeBufferPointer<UInt8>) {
        for byte in bytes where byte.isActiveInPattern && byte != .backslash {
            appendActive(bytes)
            return
        }
        hasStarted = true
        isAfterSpace = false
        current.append(contentsOf: bytes)
    }

    private mutating func appendActive(_ bytes: UnsafeBufferPointer<UInt8>) {
        for byte in bytes { append(byte) }
    }

    private mutating func append(_ byte: UInt8) {
        if byte.isActiveInPattern { active.append(current.count) }
        current.append(byte)
        hasStarted = true
        isAfterSpace = false
    }

    /// Quoted bytes: neither split nor active.
    mutating func append(quoted bytes: some Collection<UInt8>) {
        hasStarted = true
        isAfterSpace = false
        current.append(contentsOf: bytes)
    }

    /// The result of an unquoted expansion.
    mutating func append(splitting bytes: some Collection<UInt8>) {
        for byte in bytes {
            guard separators.contains(byte) else {
                append(byte)
                continue
            }
            let isSpace = byte == .space || byte == .tab || byte == .newline
            if hasStarted {
                endField()
                isAfterSpace = isSpace
            } else if !isSpace {
                if isAfterSpace { isAfterSpace = false } else { endField() }
            }
        }
    }

    /// Ends the field that was begun, if one was.
    mutating func endWord() {
        if hasStarted { endField() }
        isAfterSpace = false
    }

    /// Ends a field, even an empty one.
    mutating func endField() {
        if !active.isEmpty {
            patterns.append((fields.count, asPattern()))
            active.removeAll()
        }
        fields.append(current)
        current = []
        hasStarted = false
        isAfterSpace = false
    }

    private func asPattern() -> [UInt8] {
        var pattern: [UInt8] = []
        var next = 0
        for (index, byte) in current.enumerated() {
            if next < active.count, active[next] == index {
                next += 1
                pattern.append(byte)
            } else if byte == .closeBracket || byte == .minus || byte == .bang {
                // Inside active brackets they keep their meaning.
                pattern.append(byte)
            } else {
                Pattern.appendQuoted(CollectionOfOne(byte), to: &pattern)
            }
        }
        return pattern
    }
}
