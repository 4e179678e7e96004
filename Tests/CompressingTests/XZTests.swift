import Compressing
import Testing

@Suite struct XZTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    @Test("xz unpacks what we pack and the other way round", arguments: [0, 1, 100_000])
    func authority(count: Int) throws {
        let bytes = sample(count)
        try place.write(bytes, "f")
        try place.write(try XZ.compress(bytes), "ours.xz")
        try place.sh("xz -t ours.xz; xz -dc ours.xz | cmp - f; xz -9e -c f >theirs.xz")
        #expect(try XZ.decompress(place.read("theirs.xz"), limit: count) == bytes)
    }

    @Test("streams in pieces hold the same", arguments: [1, 999, 1_000_000])
    func streams(size: Int) throws {
        let bytes = sample(20_000)
        var packed: [UInt8] = []
        let writer = try XZStream(preset: 1) { packed.append(contentsOf: $0) }
        for start in stride(from: 0, to: bytes.count, by: size) {
            try writer.write(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        try writer.finish()
        var unpacked: [UInt8] = []
        let reader = try XZReader { unpacked.append(contentsOf: $0) }
        let twice = packed + packed
        for start in stride(from: 0, to: twice.count, by: size) {
            try twice[start..<min(start + size, twice.count)].withUnsafeBytes { try reader.write($0) }
        }
        try reader.finish()
        #expect(unpacked == bytes + bytes)
        #expect(throws: CompressionError.finished(.xz)) { try writer.write([1]) }
        #expect(throws: CompressionError.finished(.xz)) { try reader.finish() }
    }

    @Test func `what was flushed can be read before the end`() throws {
        var packed: [UInt8] = []
        let writer = try XZStream(preset: 1) { packed.append(contentsOf: $0) }
        try writer.write(Array("first".utf8))
        try writer.flush()
        var unpacked: [UInt8] = []
        let reader = try XZReader { unpacked.append(contentsOf: $0) }
        try packed.withUnsafeBytes { try reader.write($0) }
        #expect(unpacked == Array("first".utf8))
        try writer.write(Array(" second".utf8))
        try writer.finish()
        #expect(try XZ.decompress(packed, limit: 100) == Array("first second".utf8))
    }

    @Test func `every cut is called cut`() throws {
        let packed = try XZ.compress(sample(300))
        for length in 0..<packed.count {
            #expect {
                try XZ.decompress(Array(packed.prefix(length)), limit: 1000)
            } throws: { error in
                if case CompressionError.truncated(.xz, _) = error { true } else { false }
            }
        }
    }

    @Test func `any changed byte is noticed`() throws {
        let packed = try XZ.compress(sample(300))
        for index in packed.indices {
            var bytes = packed
            bytes[index] ^= 0x10
            #expect(throws: CompressionError.self) { try XZ.decompress(bytes, limit: 1000) }
        }
    }

    @Test func `too much output, memory or ratio is refused`() throws {
        let packed = try XZ.compress([UInt8](repeating: 0, count: 100 << 20), preset: 1)
        #expect(throws: CompressionError.outputLimit(.xz, limit: 1000)) {
            try XZ.decompress(packed, limit: 1000)
        }
        #expect(throws: CompressionError.ratioLimit(.xz, limit: 250)) { try XZ.decompress(packed) }
        #expect {
            try XZ.decompress(packed, limits: InflateLimits(memory: 100_000))
        } throws: { error in
            "\(error)".contains("bytes of memory, 100000 are allowed")
        }
    }

    @Test("presets that do not exist are refused", arguments: [-1, 10])
    func presets(preset: Int) {
        #expect(throws: CompressionError.badLevel(.xz, preset)) { try XZ.compress([], preset: preset) }
    }

    @Test func `what is no xz is refused`() {
        #expect { try XZ.decompress(Array("hello world, hello".utf8), limit: 9) } throws: {
            "\($0)".contains("no xz stream begins here")
        }
    }
}
