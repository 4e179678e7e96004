import Compressing
import Testing

@Suite struct GzipTests {
    @Test func `what is compressed comes back`() throws {
        let bytes = Array("hello, hello, hello".utf8)
        let packed = try Gzip.compress(bytes)
        #expect(packed.starts(with: [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3]))
        #expect(try Gzip.decompress(packed) == bytes)
        #expect(
            try Gzip.members(of: packed + packed).map(\.member.compressed) == [
                0..<packed.count, packed.count..<(2 * packed.count),
            ])
        #expect(try XZ.decompress(XZ.compress(bytes), limit: 100) == bytes)
    }
}
