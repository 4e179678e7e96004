import Apk
import Signing

/// Tar members byte by byte, so that each byte can be wrong.
enum RawTar {
    /// A header block with the size as it is given, and its right checksum.
    static func header(
        _ path: [UInt8], type: Character, size: [UInt8], link: [UInt8] = [], user: String = "root",
        prefix: [UInt8] = [], magic: String = "ustar\u{0}00"
    ) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: [UInt8], _ place: Int) {
            for (index, byte) in bytes.enumerated() { block[place + index] = byte }
        }
        put(Array(path.prefix(100)), 0)
        put(Array("0000644\u{0}0000000\u{0}0000000\u{0}".utf8), 100)
        put(size, 124)
        put(Array("00000000000\u{0}".utf8), 136)
        block[156] = type.asciiValue ?? 0
        put(Array(link.prefix(100)), 157)
        put(Array(magic.utf8), 257)
        put(Array(user.utf8), 265)
        put(Array("root".utf8), 297)
        put(prefix, 345)
        for place in 148..<156 { block[place] = 0x20 }
        let sum = block.reduce(0) { $0 + Int($1) }
        let digits = String(sum, radix: 8)
        put(Array((String(repeating: "0", count: 6 - digits.count) + digits + "\u{0} ").utf8), 148)
        return block
    }

    static func octal(_ size: Int) -> [UInt8] {
        let digits = String(size, radix: 8)
        return Array((String(repeating: "0", count: 11 - digits.count) + digits + "\u{0}").utf8)
    }

    static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = key.utf8.count + value.count + 3
        var length = rest + "\(rest)".count
        length = rest + "\(length)".count
        return Array("\(length) \(key)=".utf8) + value + [0x0a]
    }

    /// A member of pax records.
    static func pax(_ records: [UInt8], type: Character = "x") -> [UInt8] {
        header(Array("PaxHeaders".utf8), type: type, size: octal(records.count)) + records
            + TarWriter.padding(after: Int64(records.count))
    }

    static func checksum(_ content: [UInt8]) -> [UInt8] {
        record("APK-TOOLS.checksum.SHA1", Array(SHA1.digest(of: content).hex.utf8))
    }

    static func folder(_ path: String) -> [UInt8] {
        header(Array((path + "/").utf8), type: "5", size: octal(0))
    }

    /// A file with its checksum; `records` come before that.
    static func file(_ path: String, _ content: [UInt8], records: [UInt8] = []) -> [UInt8] {
        pax(records + checksum(content)) + header(Array(path.utf8), type: "0", size: octal(content.count))
            + content
            + TarWriter.padding(after: Int64(content.count))
    }

    /// A member without content.
    static func bare(_ path: String, type: Character, link: String = "", records: [UInt8] = []) -> [UInt8] {
        (records.isEmpty ? [] : pax(records))
            + header(Array(path.utf8), type: type, size: octal(0), link: Array(link.utf8))
    }
}
