/// The fields of one header block, before pax records change them.
struct TarHeader {
    let path: ByteText
    let link: ByteText
    let mode: UInt32
    let userID: UInt32
    let groupID: UInt32
    let userName: ByteText
    let groupName: ByteText
    let size: Int64
    let modified: Int64
    let type: UInt8
    let major: UInt32
    let minor: UInt32

    /// Reads 512 bytes. Throws `damaged` for a wrong checksum or a number that is none.
    init(block: [UInt8]) throws(ApkError) {
        var sum: Int64 = 0
        for (offset, byte) in block.enumerated() {
            sum += Int64(offset >= 148 && offset < 156 ? 0x20 : byte)
        }
        guard try TarHeader.number(block[148..<156]) == sum else {
            throw ApkError(.damaged, "tar: a header's checksum is wrong")
        }
        let isTar = block[257..<262].equals(text: "ustar")
        let isGNU = isTar && block[262] == 0x20
        let name = TarHeader.text(block[0..<100])
        let prefix = isTar && !isGNU ? TarHeader.text(block[345..<500]) : ByteText()
        path = prefix.isEmpty ? name : prefix + "/" + name
        link = TarHeader.text(block[157..<257])
        mode = try TarHeader.small(block[100..<108])
        userID = try TarHeader.small(block[108..<116])
        groupID = try TarHeader.small(block[116..<124])
        size = try TarHeader.number(block[124..<136])
        modified = try TarHeader.number(block[136..<148])
        type = block[156]
        userName = isTar ? TarHeader.text(block[265..<297]) : ByteText()
        groupName = isTar ? TarHeader.text(block[297..<329]) : ByteText()
        major = isTar ? try TarHeader.small(block[329..<337]) : 0
        minor = isTar ? try TarHeader.small(block[337..<345]) : 0
    }

    private static func text(_ field: ArraySlice<UInt8>) -> ByteText {
        ByteText(field[..<(field.firstIndex(of: 0) ?? field.endIndex)])
    }

    private static func small(_ field: ArraySlice<UInt8>) throws(ApkError) -> UInt32 {
        guard let value = UInt32(exactly: try number(field)) else {
            throw ApkError(.damaged, "tar: a number in a header is too large")
        }
        return value
    }

    /// An octal number between blanks and NULs, or GNU's base 256 form.
    private static func number(_ field: ArraySlice<UInt8>) throws(ApkError) -> Int64 {
        var value: Int64 = 0
        if let first = field.first, first & 0x80 != 0 {
            for (offset, byte) in field.enumerated() {
                guard value >> 55 == 0 else {
                    throw ApkError(.damaged, "tar: a number in a header is too large")
                }
                value = value << 8 | Int64(offset == 0 ? byte & 0x7f : byte)
            }
            return value
        }
        var digits = field.drop { $0 == 0x20 }
        while let last = digits.last, last == 0 || last == 0x20 { digits = digits.dropLast() }
        for byte in digits {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "7"), value >> 60 == 0 else {
                throw ApkError(.damaged, "tar: a header has something else where a number belongs")
            }
            value = value << 3 | Int64(byte - UInt8(ascii: "0"))
        }
        return value
    }
}

/// What pax records and GNU long names say about the next member.
struct PendingRecords {
    var path: ByteText?
    var link: ByteText?
    private var size: Int64?
    private var modified: Int64?
    private var userID: Int64?
    private var groupID: Int64?
    private var userName: ByteText?
    private var groupName: ByteText?
    private var records: [TarEntry.Record] = []
    private var isSet = false

    var isEmpty: Bool { !isSet && path == nil && link == nil }

    /// Reads "LENGTH KEY=VALUE\n" records.
    mutating func take(records bytes: ArraySlice<UInt8>) throws(ApkError) {
        isSet = true
        var rest = bytes
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: 0x20), let length = rest[..<space].decimal,
                length <= Int64(rest.count), length > Int64(space - rest.startIndex) + 2,
                rest[rest.startIndex + Int(length) - 1] == 0x0a
            else { throw ApkError(.damaged, "tar: a pax record's length does not fit") }
            let body = rest[(space + 1)..<(rest.startIndex + Int(length) - 1)]
            rest = rest[(rest.startIndex + Int(length))...]
            guard let equals = body.firstIndex(of: UInt8(ascii: "=")) else {
                throw ApkError(.damaged, "tar: a pax record has no '='")
            }
            try take(key: body[..<equals], value: body[(equals + 1)...])
        }
    }

    private mutating func take(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>) throws(ApkError) {
        if key.equals(text: "path") {
            path = ByteText(value)
        } else if key.equals(text: "linkpath") {
            link = ByteText(value)
        } else if key.equals(text: "size") {
            size = try number(key, value)
        } else if key.equals(text: "uid") {
            userID = try number(key, value)
        } else if key.equals(text: "gid") {
            groupID = try number(key, value)
        } else if key.equals(text: "uname") {
            userName = ByteText(value)
        } else if key.equals(text: "gname") {
            groupName = ByteText(value)
        } else if key.equals(text: "mtime") {
            modified = try number(key, value.prefix { $0 != UInt8(ascii: ".") })
        } else if !key.equals(text: "atime"), !key.equals(text: "ctime"), !key.equals(text: "comment") {
            records.append(TarEntry.Record(key: ByteText(key), value: ByteText(value)))
        }
    }

    private func number(_ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) throws(ApkError) -> Int64 {
        guard let number = value.decimal else {
            throw ApkError(.damaged, "tar: pax record \(key.shown) must be a number, not '\(value.shown)'")
        }
        return number
    }

    /// The member that the header and these records describe.
    func applied(to header: TarHeader, limits: TarParser.Limits) throws(ApkError) -> TarEntry {
        var path = (self.path ?? header.path).bytes
        let link = self.link ?? header.link
        var kind: TarEntry.Kind
        switch header.type {
        case UInt8(ascii: "0"), 0, UInt8(ascii: "7"): kind = .file
        case UInt8(ascii: "1"): kind = .hardLink(link)
        case UInt8(ascii: "2"): kind = .symbolicLink(link)
        case UInt8(ascii: "3"): kind = .characterDevice(major: header.major, minor: header.minor)
        case UInt8(ascii: "4"): kind = .blockDevice(major: header.major, minor: header.minor)
        case UInt8(ascii: "5"): kind = .directory
        case UInt8(ascii: "6"): kind = .pipe
        default:
            throw ApkError(
                .damaged,
                "tar: '\(path[...].shown)' is of type \(header.type), which is none that a package may have")
        }
        if kind == .file, path.last == UInt8(ascii: "/") { kind = .directory }
        if kind == .directory {
            while path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
        }
        guard !path.isEmpty, !path.contains(0), !link.bytes.contains(0) else {
            throw ApkError(.damaged, "tar: a member's path is empty or has NUL in it")
        }
        guard path.count <= limits.pathBytes, link.bytes.count <= limits.pathBytes else {
            throw ApkError(
                .overLimit, "tar: '\(path[...].shown)' or its link is longer than \(limits.pathBytes) bytes")
        }
        var entry = TarEntry(path: ByteText(path), kind: kind, mode: header.mode & 0o7777)
        entry.size = kind == .file ? size ?? header.size : 0
        if kind != .file, (size ?? header.size) != 0, kind != .directory {
            throw ApkError(.damaged, "tar: '\(entry.path)' has content, but is no regular file")
        }
        entry.modified = modified ?? header.modified
        entry.userID = UInt32(truncatingIfNeeded: userID ?? Int64(header.userID))
        entry.groupID = UInt32(truncatingIfNeeded: groupID ?? Int64(header.groupID))
        entry.userName = userName ?? header.userName
        entry.groupName = groupName ?? header.groupName
        entry.records = records
        return entry
    }
}
