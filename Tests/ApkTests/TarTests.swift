import Apk
import Testing

/// Keeps everything a tar archive holds.
struct Listing: TarVisitor {
    var members: [(entry: TarEntry, content: [UInt8])] = []
    mutating func began(_ entry: TarEntry) throws(ApkError) { members.append((entry, [])) }
    mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {
        members[members.count - 1].content.append(contentsOf: bytes)
    }
    mutating func ended() throws(ApkError) {}

    static func of(
        _ bytes: [UInt8], piece: Int = .max, allowingEnd: Bool = true, limits: TarParser.Limits = .init()
    ) throws -> Listing {
        var listing = Listing()
        var parser = TarParser(limits: limits)
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(piece))
            rest = rest.dropFirst(part.count)
            try part.withRawBytes { (buffer) throws(ApkError) in try parser.consume(buffer, &listing) }
        }
        try parser.finish(allowingEnd: allowingEnd)
        return listing
    }
}

@Suite("Tar")
struct TarTests {
    private func entry(_ path: String, _ kind: TarEntry.Kind = .file, mode: UInt32 = 0o644) -> TarEntry {
        TarEntry(path: ByteText(path), kind: kind, mode: mode)
    }

    private func samples() -> [(TarEntry, [UInt8])] {
        var checked = entry("checked")
        checked.records = [
            TarEntry.Record(key: TarEntry.checksumKey, value: "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            TarEntry.Record(key: "SCHILY.xattr.user.x", value: ByteText([0, 10, 61, 255])),
        ]
        checked.modified = 1 << 35
        return [
            (entry("short"), Array("content".utf8)), (entry("empty"), []),
            (entry("exact"), [UInt8](repeating: 7, count: 512)),
            (entry("folder", .directory, mode: 0o1777), []),
            (entry(String(repeating: "p/", count: 49) + "99"), [1]),
            (entry(String(repeating: "prefix/", count: 20) + String(repeating: "n", count: 100)), [2]),
            (entry(String(repeating: "unsplittable", count: 30)), [3]),
            (entry(String(repeating: "deep/", count: 100) + "folder", .directory), []),
            (entry("link", .symbolicLink(ByteText(String(repeating: "t", count: 300))), mode: 0o777), []),
            (entry("hard", .hardLink("short")), []),
            (entry("null", .characterDevice(major: 1, minor: 3)), []),
            (entry("pipe", .pipe), []), (checked, [9]),
        ]
    }

    private func archive() throws -> [UInt8] {
        try samples().flatMap { try TarWriter.member($0.0, content: $0.1) } + TarWriter.end
    }

    @Test(arguments: [1, 7, 511, 512, 513, 4096, Int.max])
    func `what was written is read back from pieces of any size`(piece: Int) throws {
        let members = try Listing.of(archive(), piece: piece).members
        #expect(members.count == samples().count)
        for (found, written) in zip(members, samples()) {
            var expected = written.0
            expected.size = Int64(written.1.count)
            #expect(found.entry == expected)
            #expect(found.content == written.1)
        }
    }

    @Test func `every cut but those between members fails`() throws {
        let bytes = try TarWriter.member(entry("a"), content: Array("content".utf8))
        for length in 1..<bytes.count {
            #expect(throws: ApkError.self, "cut at \(length)") { try Listing.of(Array(bytes[..<length])) }
        }
        #expect(try Listing.of(bytes).members.count == 1)
    }

    @Test func `a cut archive must have no end, and nothing follows an end`() throws {
        let member = try TarWriter.member(entry("a"), content: [1])
        #expect(throws: ApkError.self) { try Listing.of(member + TarWriter.end, allowingEnd: false) }
        #expect(throws: ApkError.self) { try Listing.of(member + TarWriter.end + member) }
        #expect(try Listing.of(member + TarWriter.end + TarWriter.end).members.count == 1)
    }

    @Test func `a wrong checksum is refused, wherever the bit is`() throws {
        let bytes = try TarWriter.member(entry("a"), content: [])
        for index in 0..<500 where bytes[index] != 0 || index < 148 {
            var bad = bytes
            bad[index] ^= 0x40
            #expect(throws: ApkError.self, "byte \(index)") { try Listing.of(bad) }
        }
    }

    @Test func `GNU's long names are read`() throws {
        let name = String(repeating: "long/", count: 60) + "name"
        var special = try TarWriter.member(entry("././@LongLink"), content: Array(name.utf8) + [0])
        special[156] = UInt8(ascii: "L")
        resum(&special)
        let bytes = special + (try TarWriter.member(entry("cut"), content: [5]))
        #expect(try Listing.of(bytes).members[0].entry.path == ByteText(name))
    }

    @Test func `pax records that do not fit are refused`() throws {
        for records in [
            "5 a=b\n", "999 a=b\n", "6 ab=\n", "x a=b\n", "7 path\n", "99999999999999999999 a=b\n",
            "9 size=x\n",
        ] {
            var special = try TarWriter.member(entry("pax"), content: Array(records.utf8))
            special[156] = UInt8(ascii: "x")
            resum(&special)
            let bytes = special + (try TarWriter.member(entry("a"), content: []))
            if records == "6 ab=\n" {
                #expect(try Listing.of(bytes).members.count == 1)
            } else {
                #expect(throws: ApkError.self, "\(records)") { try Listing.of(bytes) }
            }
        }
    }

    @Test func `limits hold`() throws {
        var limits = TarParser.Limits()
        limits.entries = 1
        let two = try TarWriter.member(entry("a"), content: []) + TarWriter.member(entry("b"), content: [])
        #expect(throws: ApkError.self) { try Listing.of(two, limits: limits) }
        limits = TarParser.Limits()
        limits.contentBytes = 10
        let big = try TarWriter.member(entry("a"), content: [UInt8](repeating: 0, count: 11))
        #expect(throws: ApkError.self) { try Listing.of(big, limits: limits) }
        limits = TarParser.Limits()
        limits.pathBytes = 50
        #expect(throws: ApkError.self) {
            try Listing.of(
                TarWriter.member(entry(String(repeating: "x", count: 60)), content: []), limits: limits)
        }
        limits = TarParser.Limits()
        limits.recordBytes = 20
        #expect(throws: ApkError.self) {
            try Listing.of(
                TarWriter.member(entry(String(repeating: "x", count: 200)), content: []), limits: limits)
        }
    }

    @Test func `sizes of 2^63 and negative ones are refused`() throws {
        for field: [UInt8] in [
            [0x80] + [UInt8](repeating: 0xff, count: 11), [UInt8](repeating: 0xff, count: 12),
        ] {
            var bytes = try TarWriter.member(entry("a"), content: [])
            bytes.replaceSubrange(124..<136, with: field)
            resum(&bytes)
            #expect(throws: ApkError.self) { try Listing.of(bytes) }
        }
    }

    private func resum(_ block: inout [UInt8]) {
        for index in 148..<156 { block[index] = 0x20 }
        let sum = block[..<512].reduce(0) { $0 + Int($1) }
        let digits = String(sum, radix: 8)
        let text = String(repeating: "0", count: 6 - digits.count) + digits
        block.replaceSubrange(148..<156, with: Array(text.utf8) + [0, 0x20])
    }
}
