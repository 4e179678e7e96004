import Compressing
import Testing

/// Bytes that compress as real files do: words, repeated and changing.
func sample(_ count: Int) -> [UInt8] {
    var state: UInt32 = 1
    var bytes: [UInt8] = []
    while bytes.count < count {
        state = state &* 1_664_525 &+ 1_013_904_223
        bytes += Array("word\(state >> 20) ".utf8)
    }
    return Array(bytes.prefix(count))
}

@Suite struct GzipTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    @Test("gzip unpacks what we pack, and its header is apk's", arguments: [0, 1, 100, 70_000, 1_000_000])
    func toGzip(count: Int) throws {
        let bytes = sample(count)
        try place.write(bytes, "f")
        let packed = try Gzip.compress(bytes)
        #expect(Array(packed.prefix(10)) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3])
        try place.write(packed, "f.gz")
        try place.sh("gzip -t f.gz; gzip -dc f.gz | cmp - f")
        let theirs = try place.sh("gzip -n -9 -c f | wc -c")
        #expect(packed.count <= (Int(theirs.filter(\.isNumber)) ?? 0) + count / 100 + 20)
        #expect(try Gzip.compress(bytes) == packed, "the same each time")
    }

    @Test("we unpack what gzip packs", arguments: ["gzip -1", "gzip -n -9", "gzip -N --best"])
    func fromGzip(tool: String) throws {
        let bytes = sample(200_000)
        try place.write(bytes, "f")
        try place.sh("\(tool) -c f >f.gz")
        #expect(try Gzip.decompress(place.read("f.gz")) == bytes)
    }

    @Test(
        "a stream written in pieces holds the same, whether gathered or not", arguments: [1, 1000, 300_000],
        [64 << 20, 100_000, 0])
    func stream(size: Int, wholeLimit: Int) throws {
        let bytes = sample(size == 1 ? 5000 : 500_000)
        var packed: [UInt8] = []
        let stream = try GzipStream(wholeLimit: wholeLimit) { packed.append(contentsOf: $0) }
        for start in stride(from: 0, to: bytes.count, by: size) {
            try stream.write(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        try stream.finish()
        #expect(packed.starts(with: Gzip.header))
        if wholeLimit >= bytes.count { #expect(try Gzip.compress(bytes) == packed) }
        #expect(try Gzip.decompress(packed) == bytes)
        try place.write(packed, "f.gz")
        try place.sh("gzip -t f.gz")
        #expect(throws: CompressionError.finished(.gzip)) { try stream.write([1]) }
        #expect(throws: CompressionError.finished(.gzip)) { try stream.finish() }
    }

    @Test("a stream without bytes is an empty member", arguments: [0, 1000])
    func empty(wholeLimit: Int) throws {
        var packed: [UInt8] = []
        let stream = try GzipStream(wholeLimit: wholeLimit) { packed.append(contentsOf: $0) }
        try stream.finish()
        #expect(try Gzip.decompress(packed) == [])
    }

    @Test func `a sink that fails ends the stream`() throws {
        struct Full: Error {}
        let gathering = try GzipStream { _ in throw Full() }
        try gathering.write(sample(200_000))
        #expect(throws: Full.self) { try gathering.finish() }
        #expect(throws: CompressionError.finished(.gzip)) { try gathering.finish() }
        let streaming = try GzipStream(wholeLimit: 0) { _ in throw Full() }
        #expect(throws: Full.self) { try streaming.write(sample(200_000)) }
        #expect(throws: CompressionError.finished(.gzip)) { try streaming.finish() }
    }

    @Test("levels that do not exist are refused", arguments: [-1, 0, 10])
    func levels(level: Int) {
        #expect(throws: CompressionError.badLevel(.gzip, level)) { try Gzip.compress([], level: level) }
    }
}

@Suite struct InflateTests {
    let parts = [sample(1000), [], sample(70_000)]

    @Test(
        "members are told apart however the input is cut into pieces",
        arguments: [1, 2, 3, 17, 1000, 1_000_000])
    func members(size: Int) throws {
        let packed = try parts.map { try Gzip.compress($0) }
        let whole = Array(packed.joined())
        var found: [GzipMember] = []
        var contents: [[UInt8]] = []
        var current: [UInt8] = []
        let stream = try InflateStream()
        for start in stride(from: 0, to: whole.count, by: size) {
            try whole[start..<min(start + size, whole.count)].withUnsafeBytes { piece in
                try stream.write(piece) { member in
                    found.append(member)
                    contents.append(current)
                    current = []
                } _: { bytes in
                    current.append(contentsOf: bytes)
                }
            }
        }
        try stream.finish()
        #expect(contents == parts)
        #expect(found.map(\.index) == [0, 1, 2])
        #expect(found.map(\.size) == parts.map(\.count))
        for (member, bytes) in zip(found, packed) { #expect(Array(whole[member.compressed]) == bytes) }
        #expect(try Gzip.members(of: whole).map(\.member) == found)
        #expect(try Gzip.members(of: whole).map(\.content) == parts)
    }

    @Test func `every cut of a member is called cut, behind the first byte of a second one too`() throws {
        let packed = try Gzip.compress(sample(500))
        for length in 0..<packed.count {
            #expect(throws: CompressionError.truncated(.gzip, at: length)) {
                try Gzip.decompress(Array(packed.prefix(length)))
            }
        }
        for length in 1..<packed.count {
            #expect(throws: CompressionError.truncated(.gzip, at: packed.count + length)) {
                try Gzip.decompress(packed + packed.prefix(length))
            }
        }
    }

    @Test func `bytes behind the last member are refused`() throws {
        let packed = try Gzip.compress(sample(500))
        for rest: [UInt8] in [[0], [0x1f, 0], [0, 0, 0, 0], Array("hello".utf8)] {
            #expect(throws: CompressionError.trailingBytes(.gzip, at: packed.count)) {
                try Gzip.decompress(packed + rest)
            }
        }
    }

    @Test func `any changed bit of a member's content or trailer is noticed, but for padding`() throws {
        let content = sample(300)
        let packed = try Gzip.compress(content)
        for index in 10..<packed.count {
            for bit in 0..<8 {
                var bytes = packed
                bytes[index] ^= 1 << bit
                // Deflate data ends within a byte, whose other bits mean nothing.
                let mayBePadding = index == packed.count - 9
                do throws(CompressionError) {
                    let result = try Gzip.decompress(bytes)
                    #expect(mayBePadding && result == content, "byte \(index) bit \(bit)")
                } catch {
                    #expect(!error.description.isEmpty)
                }
            }
        }
    }

    @Test func `what is no gzip is refused`() {
        #expect {
            try Gzip.decompress(Array("hello world".utf8))
        } throws: { error in
            "\(error)".hasPrefix("gzip: damaged at byte ")
        }
    }

    @Test func `bombs are refused by size and by ratio, with little memory`() throws {
        var bomb: [UInt8] = []
        let stream = try GzipStream { bomb.append(contentsOf: $0) }
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        for _ in 0..<200 { try stream.write(zeros) }
        try stream.finish()
        var produced = 0
        let reader = try InflateStream(limits: InflateLimits(output: 10 << 20))
        #expect(throws: CompressionError.outputLimit(.gzip, limit: 10 << 20)) {
            try bomb.withUnsafeBytes { try reader.write($0) { produced += $0.count } }
        }
        #expect(produced <= 10 << 20)
        #expect(throws: CompressionError.outputLimit(.gzip, limit: 10 << 20)) { try reader.finish() }
        #expect(throws: CompressionError.ratioLimit(.gzip, limit: 250)) { try Gzip.decompress(bomb) }
        #expect(try Gzip.decompress(bomb, limits: InflateLimits(ratio: 2000)).count == 200 << 20)
    }
}
