import Apk

extension JSONValue {
    private enum Quoting { case none, single, block }

    /// Writes the value in YAML as apk 3 does (apk-query(8), `--format yaml`): lists say how long they are, texts of several
    /// lines or of 80 bytes stand in a block of their own. What comes before on the line is written already.
    func writeYAML(to bytes: inout [UInt8], depth: Int) {
        switch self {
        case .text(let text): JSONValue.writeScalar(text, to: &bytes, depth: depth)
        case .number(let number): bytes += Array("\(number)\n".utf8)
        case .flag(let flag): bytes += Array((flag ? "true\n" : "false\n").utf8)
        case .list(let values):
            bytes += Array("# \(values.count) items\n".utf8)
            JSONValue.writeItems(values, to: &bytes, depth: depth)
        case .openList(let values):
            bytes.append(0x0a)
            JSONValue.writeItems(values, to: &bytes, depth: depth)
        case .object(let members):
            if members.isEmpty { bytes += Array("# empty object\n".utf8) }
            for (index, member) in members.enumerated() {
                if index > 0 { JSONValue.indent(&bytes, depth) }
                bytes += ByteText(stringLiteral: member.key).bytes
                bytes.append(UInt8(ascii: ":"))
                switch member.value {
                case .openList: break
                case .object:
                    bytes.append(0x0a)
                    JSONValue.indent(&bytes, depth + 1)
                default: bytes.append(0x20)
                }
                member.value.writeYAML(to: &bytes, depth: depth + 1)
            }
        }
    }

    private static func writeItems(_ values: [JSONValue], to bytes: inout [UInt8], depth: Int) {
        for value in values {
            indent(&bytes, depth)
            bytes += [UInt8(ascii: "-"), 0x20]
            value.writeYAML(to: &bytes, depth: depth + 1)
        }
    }

    private static func writeScalar(_ text: ByteText, to bytes: inout [UInt8], depth: Int) {
        switch quoting(of: text.bytes) {
        case .none: bytes += text.bytes + [0x0a]
        case .single: bytes += [UInt8(ascii: "'")] + text.bytes + [UInt8(ascii: "'"), 0x0a]
        case .block:
            bytes += [UInt8(ascii: "|"), 0x0a]
            for line in text.bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
                indent(&bytes, depth)
                bytes += line
                bytes.append(0x0a)
            }
        }
    }

    /// How apk 3 writes a text, and its reader takes it: found by asking apk 3.0.6 (`Tests/ApkCommandsTests`).
    private static func quoting(of text: [UInt8]) -> Quoting {
        guard let first = text.first else { return .none }
        if text.count >= 80 { return .block }
        var quoting =
            ByteText("-?:,[]{}#&*!|>'\"%@`").bytes.contains(first) ? Quoting.single : Quoting.none
        var previous = first
        for byte in text {
            switch byte {
            case 0x0a, 0x0d, UInt8(ascii: "'"): return .block
            case 0x20: if previous == UInt8(ascii: ":") { quoting = .single }
            case UInt8(ascii: "#"):
                if previous == 0x20 { return .block }
                quoting = .single
            default: break
            }
            previous = byte
        }
        return quoting
    }

    private static func indent(_ bytes: inout [UInt8], _ depth: Int) {
        for _ in 0..<(2 * depth) { bytes.append(0x20) }
    }
}
