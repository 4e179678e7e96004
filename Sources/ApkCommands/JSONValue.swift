import Apk

/// A value of JSON (RFC 8259), written as apk 3 does: two blanks a level, a line for each value; or as its YAML.
indirect enum JSONValue {
    /// How a document is written.
    enum Format { case json, yaml }

    case text(ByteText)
    case number(Int64)
    case flag(Bool)
    case list([JSONValue])
    /// A list whose length apk 3 does not know beforehand, so that its YAML does not say it.
    case openList([JSONValue])
    case object([(key: StaticString, value: JSONValue)])

    /// The document, without the end of its last line.
    func document(_ format: Format) -> String {
        var bytes: [UInt8] = []
        switch format {
        case .json: write(to: &bytes, depth: 0)
        case .yaml:
            writeYAML(to: &bytes, depth: 0)
            bytes.removeLast()
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(to bytes: inout [UInt8], depth: Int) {
        switch self {
        case .text(let text): JSONValue.quote(text, to: &bytes)
        case .number(let number): bytes += Array("\(number)".utf8)
        case .flag(let flag): bytes += Array((flag ? "true" : "false").utf8)
        case .list(let values), .openList(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0, value.isContainer, values[index - 1].isContainer {
                    bytes += [UInt8(ascii: ","), 0x20]
                } else {
                    JSONValue.newLine(index > 0, depth + 1, to: &bytes)
                }
                value.write(to: &bytes, depth: depth + 1)
            }
            // An empty list has two lines, too, as in apk 3.
            JSONValue.newLine(false, depth, to: &bytes)
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                JSONValue.newLine(index > 0, depth + 1, to: &bytes)
                JSONValue.quote(ByteText(stringLiteral: member.key), to: &bytes)
                bytes += Array(": ".utf8)
                member.value.write(to: &bytes, depth: depth + 1)
            }
            if !members.isEmpty { JSONValue.newLine(false, depth, to: &bytes) }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Whether it has others in it: apk 3 begins such a one on the line on which the one before ends.
    private var isContainer: Bool {
        switch self {
        case .list, .openList, .object: true
        default: false
        }
    }

    private static func newLine(_ followsValue: Bool, _ depth: Int, to bytes: inout [UInt8]) {
        if followsValue { bytes.append(UInt8(ascii: ",")) }
        bytes.append(0x0a)
        for _ in 0..<(2 * depth) { bytes.append(0x20) }
    }

    /// JSON texts are UTF-8 without control characters; other bytes are shown repaired.
    private static func quote(_ text: ByteText, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.description.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0a: bytes += Array("\\n".utf8)
            case 0x09: bytes += Array("\\t".utf8)
            case 0..<0x20: bytes += Array("\\u00".utf8) + [digit(byte >> 4), digit(byte & 15)]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

extension JSONValue {
    /// A list of texts.
    static func texts(_ texts: [ByteText]) -> JSONValue { .list(texts.map { .text($0) }) }
    /// A list of texts whose length is not said.
    static func openTexts(_ texts: [ByteText]) -> JSONValue { .openList(texts.map { .text($0) }) }
    /// A list of atoms as they are written.
    static func atoms(_ atoms: [DependencyAtom]) -> JSONValue { .list(atoms.map { .text($0.text) }) }
}
