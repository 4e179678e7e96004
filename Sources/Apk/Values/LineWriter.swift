/// Writes the line-based texts of apk: `.PKGINFO`, index and installed database.
struct LineWriter {
    private(set) var bytes: [UInt8] = []

    mutating func add(comment: StaticString) {
        comment.withUTF8Buffer { bytes.append(contentsOf: $0) }
        endLine()
    }

    /// `key = value`, nothing for nil.
    mutating func add(_ key: StaticString, _ value: ByteText?) throws(ApkError) {
        guard let value else { return }
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: [0x20, UInt8(ascii: "="), 0x20])
        try add(value: value) { key.description }
        endLine()
    }

    /// `key = number`, nothing for nil.
    mutating func add(_ key: StaticString, _ value: Int64?) throws(ApkError) {
        guard let value else { return }
        try add(key, ByteText(decimalDigits(value)))
    }

    /// `X:value`.
    mutating func add(field: UInt8, _ value: ByteText) throws(ApkError) {
        bytes.append(field)
        bytes.append(UInt8(ascii: ":"))
        try add(value: value) { String(decoding: [field], as: UTF8.self) }
        endLine()
    }

    /// `X:value value …`, nothing for an empty list.
    mutating func add(field: UInt8, list: [DependencyAtom]) throws(ApkError) {
        guard !list.isEmpty else { return }
        try add(field: field, LineWriter.joined(list.map { $0.text }))
    }

    mutating func add(field: UInt8, number: Int64) {
        bytes.append(field)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(contentsOf: decimalDigits(number))
        endLine()
    }

    mutating func endLine() { bytes.append(0x0a) }

    static func joined(_ texts: [ByteText]) -> ByteText {
        var bytes: [UInt8] = []
        for text in texts {
            if !bytes.isEmpty { bytes.append(0x20) }
            bytes.append(contentsOf: text.bytes)
        }
        return ByteText(bytes)
    }

    private mutating func add(value: ByteText, of key: () -> String) throws(ApkError) {
        for byte in value.bytes where byte == 0x0a || byte == 0 {
            throw ApkError(
                .invalidValue, "\(key()): the value '\(value.bytes[...].shown)' holds a line end or NUL")
        }
        bytes.append(contentsOf: value.bytes)
    }
}
