import Signing
import Testing

@Suite struct DigestTests {
    @Test("digests are those of sha1sum, sha256sum and sha512sum", arguments: [0, 1, 63, 64, 65, 300_000])
    func authority(count: Int) throws {
        let place = try Workplace()
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try place.write(bytes, "f")
        func sum(_ tool: String) throws -> String {
            String(try place.sh("\(tool) <f").prefix { $0 != " " })
        }
        #expect(try SHA1.digest(of: bytes).hex == sum("sha1sum"))
        #expect(try SHA256.digest(of: bytes).hex == sum("sha256sum"))
        #expect(try SHA512.digest(of: bytes).hex == sum("sha512sum"))
        #expect(try SHA512.digest(ofFile: place.path + "/f") == SHA512.digest(of: bytes))
    }

    @Test func `pieces of any size give the same digest`() {
        let bytes = [UInt8](repeating: 7, count: 1000)
        for size in [1, 7, 999] {
            var function = SHA256()
            for start in stride(from: 0, to: bytes.count, by: size) {
                function.update(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(function.finalize() == SHA256.digest(of: bytes))
        }
    }

    @Test func `a copy goes its own way and a finished function begins anew`() {
        var one = SHA1()
        one.update([1])
        var two = one
        two.update([2])
        #expect(one.finalize() == SHA1.digest(of: [1]))
        #expect(two.finalize() == SHA1.digest(of: [1, 2]))
        #expect(one.finalize() == SHA1.digest(of: []))
    }

    @Test func `digests are read from hexadecimal digits of either case`() throws {
        let digest = SHA1.digest(of: Array("abc".utf8))
        #expect(digest.description == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(try Digest(hex: "A9993E364706816ABA3E25717850C26C9CD0D89D") == digest)
        #expect(try Digest(bytes: digest.bytes) == digest)
    }

    @Test(
        "what is no digest is refused",
        arguments: [
            "", "a9", "a9993e364706816aba3e25717850c26c9cd0d89", "g9993e364706816aba3e25717850c26c9cd0d89d",
            "a9993e364706816aba3e25717850c26c9cd0d89d ", String(repeating: "0", count: 130),
        ])
    func refused(text: String) {
        #expect(throws: SigningError.badDigest(text)) { try Digest(hex: text) }
    }

    @Test func `a file that cannot be read is named`() {
        #expect { try SHA1.digest(ofFile: "/absent/file") } throws: {
            "\($0)" == "/absent/file: cannot open: No such file or directory"
        }
    }
}
