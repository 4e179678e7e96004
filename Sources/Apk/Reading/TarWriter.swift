/// Writes tar members as the parts of a package need them: ustar headers, pax records where ustar is too narrow.
public enum TarWriter {
    /// Bytes of a header and of the unit that content is padded to.
    public static let blockSize = 512

    /// The two zero blocks that end an archive. Control and signature members must not have them.
    public static let end = [UInt8](repeating: 0, count: 2 * blockSize)

    /// The header blocks of a member: a pax header first, if one is needed.
    ///
    /// Throws `invalidValue` for an empty path or one with NUL, `overLimit` for a number that tar cannot hold.
    public static func header(_ entry: TarEntry) throws(ApkError) -> [UInt8] {
        guard !entry.path.isEmpty, !entry.path.bytes.contains(0) else {
            throw ApkError(.invalidValue, "tar: a member's path must not be empty nor hold NUL")
        }
        guard entry.size >= 0, entry.modified >= 0 else {
            throw ApkError(.overLimit, "tar: '\(entry.path)': size and time must not be negative")
        }
        var path = entry.path.bytes
        if entry.kind == .directory { path.append(UInt8(ascii: "/")) }
        var records: [UInt8] = []
        var split = split(path)
        if split == nil {
            append(record: "path", ByteText(path), to: &records)
            split = (prefix: [], name: Array(path.prefix(100)))
        }
        var link = linkTarget(entry.kind)?.bytes ?? []
        if link.count > 100 {
            append(record: "linkpath", ByteText(link), to: &records)
            link = Array(link.prefix(100))
        }
        if entry.size >= 1 << 33 { append(record: "size", ByteText(decimalDigits(entry.size)), to: &records) }
        if entry.modified >= 1 << 33 {
            append(record: "mtime", ByteText(decimalDigits(entry.modified)), to: &records)
        }
        for record in entry.records { append(record: record.key, record.value, to: &records) }

        var bytes: [UInt8] = []
        if !records.isEmpty {
            var pax = TarHeaderBlock()
            pax.set(paxName(of: entry.path.bytes)[...], at: 0, length: 100)
            pax.setNumbers(mode: 0o644, userID: 0, groupID: 0, size: Int64(records.count), modified: 0)
            pax.finish(type: UInt8(ascii: "x"), userName: [], groupName: [])
            bytes += pax.bytes + records
            bytes += padding(after: Int64(records.count))
        }
        var block = TarHeaderBlock()
        block.set(split?.name[...] ?? [], at: 0, length: 100)
        block.set(split?.prefix[...] ?? [], at: 345, length: 155)
        block.set(link[...], at: 157, length: 100)
        block.setNumbers(
            mode: entry.mode, userID: entry.userID, groupID: entry.groupID,
            size: entry.size < 1 << 33 ? entry.size : 0,
            modified: entry.modified < 1 << 33 ? entry.modified : 0)
        switch entry.kind {
        case .characterDevice(let major, let minor), .blockDevice(let major, let minor):
            block.setOctal(Int64(major), at: 329, digits: 7)
            block.setOctal(Int64(minor), at: 337, digits: 7)
        default: break
        }
        block.finish(
            type: typeFlag(entry.kind), userName: entry.userName.bytes[...],
            groupName: entry.groupName.bytes[...])
        return bytes + block.bytes
    }

    /// The zero bytes that follow content of this size.
    public static func padding(after size: Int64) -> [UInt8] {
        [UInt8](repeating: 0, count: Int((Int64(blockSize) - size % Int64(blockSize)) % Int64(blockSize)))
    }

    /// A whole member: headers, content, padding. `entry.size` is set to the content's.
    public static func member(_ entry: TarEntry, content: [UInt8]) throws(ApkError) -> [UInt8] {
        var sized = entry
        sized.size = Int64(content.count)
        return try header(sized) + content + padding(after: sized.size)
    }

    /// A member as apk itself writes them in indexes and script archives: GNU's magic, no pax records.
    static func plainMember(_ path: ByteText, mode: UInt32, modified: Int64, content: [UInt8]) -> [UInt8] {
        var block = TarHeaderBlock()
        block.set(path.bytes.prefix(99), at: 0, length: 100)
        block.setNumbers(mode: mode, userID: 0, groupID: 0, size: Int64(content.count), modified: modified)
        block.finishAsGNU(type: UInt8(ascii: "0"))
        return block.bytes + content + padding(after: Int64(content.count))
    }

    /// Where the path is cut into ustar's prefix (≤ 155) and name (≤ 100); nil if it cannot be.
    private static func split(_ path: [UInt8]) -> (prefix: [UInt8], name: [UInt8])? {
        if path.count <= 100 { return ([], path) }
        guard path.count <= 256 else { return nil }
        for index in max(0, path.count - 101)..<min(path.count - 1, 156)
        where path[index] == UInt8(ascii: "/") {
            return (Array(path[..<index]), Array(path[(index + 1)...]))
        }
        return nil
    }

    private static func append(record key: ByteText, _ value: ByteText, to records: inout [UInt8]) {
        // "LENGTH KEY=VALUE\n", where LENGTH counts itself.
        let rest = key.bytes.count + value.bytes.count + 3
        var length = rest + decimalDigits(Int64(rest)).count
        length = rest + decimalDigits(Int64(length)).count
        records += decimalDigits(Int64(length))
        records.append(0x20)
        records += key.bytes
        records.append(UInt8(ascii: "="))
        records += value.bytes
        records.append(0x0a)
    }

    /// `FOLDER/PaxHeaders/NAME`, as GNU tar and abuild name them; readers do not look at it.
    private static func paxName(of path: [UInt8]) -> [UInt8] {
        let slash = path.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { Array(path[..<$0]) } ?? [UInt8(ascii: ".")]
        let name = slash.map { Array(path[($0 + 1)...]) } ?? path
        let full = folder + Array("/PaxHeaders/".utf8) + name
        return full.count <= 100 ? full : Array("PaxHeaders/".utf8) + name.prefix(89)
    }

    private static func linkTarget(_ kind: TarEntry.Kind) -> ByteText? {
        switch kind {
        case .hardLink(let target), .symbolicLink(let target): target
        default: nil
        }
    }

    private static func typeFlag(_ kind: TarEntry.Kind) -> UInt8 {
        switch kind {
        case .file: UInt8(ascii: "0")
        case .hardLink: UInt8(ascii: "1")
        case .symbolicLink: UInt8(ascii: "2")
        case .characterDevice: UInt8(ascii: "3")
        case .blockDevice: UInt8(ascii: "4")
        case .directory: UInt8(ascii: "5")
        case .pipe: UInt8(ascii: "6")
        }
    }
}

/// 512 bytes of a header while they are filled.
private struct TarHeaderBlock {
    private(set) var bytes = [UInt8](repeating: 0, count: TarWriter.blockSize)

    mutating func set(_ text: ArraySlice<UInt8>, at place: Int, length: Int) {
        for (offset, byte) in text.prefix(length).enumerated() { bytes[place + offset] = byte }
    }

    mutating func setOctal(_ value: Int64, at place: Int, digits: Int) {
        var rest = value
        for offset in stride(from: digits - 1, through: 0, by: -1) {
            bytes[place + offset] = UInt8(ascii: "0") + UInt8(rest & 7)
            rest >>= 3
        }
    }

    mutating func setNumbers(mode: UInt32, userID: UInt32, groupID: UInt32, size: Int64, modified: Int64) {
        setOctal(Int64(mode & 0o7777), at: 100, digits: 7)
        setOctal(Int64(userID), at: 108, digits: 7)
        setOctal(Int64(groupID), at: 116, digits: 7)
        setOctal(size, at: 124, digits: 11)
        setOctal(modified, at: 136, digits: 11)
    }

    mutating func finish(type: UInt8, userName: ArraySlice<UInt8>, groupName: ArraySlice<UInt8>) {
        bytes[156] = type
        set(Array("ustar\u{0}00".utf8)[...], at: 257, length: 8)
        set(userName.prefix(31), at: 265, length: 32)
        set(groupName.prefix(31), at: 297, length: 32)
        setChecksum()
    }

    mutating func finishAsGNU(type: UInt8) {
        bytes[156] = type
        set(Array("ustar  \u{0}".utf8)[...], at: 257, length: 8)
        set(Array("root".utf8)[...], at: 265, length: 32)
        set(Array("root".utf8)[...], at: 297, length: 32)
        setChecksum()
    }

    private mutating func setChecksum() {
        for offset in 148..<156 { bytes[offset] = 0x20 }
        var sum: Int64 = 0
        for byte in bytes { sum += Int64(byte) }
        setOctal(sum, at: 148, digits: 6)
        bytes[154] = 0
        bytes[155] = 0x20
    }
}
