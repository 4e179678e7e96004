import Compressing
import Testing

/// Members that are there as a whole are read in another way than those that come in pieces; nobody may notice.
@Suite("Whole members")
struct WholeMemberTests {
    /// What a reader said of some bytes: content and ranges of each member, and the error that ended it.
    private struct Answer: Equatable {
        var contents: [[UInt8]] = []
        var ranges: [Range<Int>] = []
        var error: CompressionError?
    }

    private func read(_ bytes: [UInt8], pieces: Int, room: Int, limits: InflateLimits = InflateLimits())
        -> Answer
    {
        var answer = Answer()
        do throws(CompressionError) {
            let stream = try InflateStream(limits: limits)
            var output = [UInt8](repeating: 0, count: room)
            var content: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: pieces) {
                let piece = Array(bytes[start..<min(start + pieces, bytes.count)])
                var offset = 0
                while true {
                    let step = try take(stream, piece[offset...], &output)
                    offset += step.consumed
                    content += output[..<step.produced]
                    if let ended = step.ended {
                        answer.contents.append(content)
                        answer.ranges.append(ended.compressed)
                        content = []
                        if offset == piece.count { break }
                    } else if offset == piece.count, step.produced < output.count {
                        break
                    }
                }
            }
            try stream.finish()
        } catch {
            answer.error = error
        }
        return answer
    }

    private func take(
        _ stream: InflateStream, _ input: ArraySlice<UInt8>, _ output: inout [UInt8]
    ) throws(CompressionError) -> InflateStream.Step {
        let result = output.withUnsafeMutableBytes { room in
            input.withUnsafeBytes { bytes in
                Result { () throws(CompressionError) in try stream.step(bytes, into: room) }
            }
        }
        return try result.get()
    }

    @Test("hold the same as in pieces", arguments: [7, 4096, 1 << 20])
    func same(room: Int) throws {
        let sizes = room == 7 ? [0, 1, 70_000] : [100, 0, 9 << 20, 70_000, 1]
        let members = sizes.map { sample($0) }
        let bytes = try members.flatMap { try Gzip.compress($0) }
        let whole = read(bytes, pieces: bytes.count, room: room)
        #expect(whole.error == nil && whole.contents == members)
        #expect(whole == read(bytes, pieces: 1000, room: room))
    }

    @Test func `that are damaged anywhere are refused as in pieces`() throws {
        let bytes = try Gzip.compress(sample(3000)) + Gzip.compress(sample(500))
        for place in stride(from: 0, to: bytes.count, by: 3) {
            var damaged = bytes
            damaged[place] ^= 0x10
            let whole = read(damaged, pieces: damaged.count, room: 4096)
            #expect(whole == read(damaged, pieces: 100, room: 4096), "at \(place)")
        }
        for count in stride(from: 1, to: bytes.count, by: 5) {
            let cut = Array(bytes[..<count])
            #expect(
                read(cut, pieces: count, room: 4096) == read(cut, pieces: 100, room: 4096), "cut at \(count)")
        }
    }

    @Test func `keep to the limits`() throws {
        let bytes = try Gzip.compress([UInt8](repeating: 0, count: 4 << 20))
        let limits = InflateLimits(output: 1 << 20)
        #expect(
            read(bytes, pieces: bytes.count, room: 4096, limits: limits).error
                == .outputLimit(.gzip, limit: 1 << 20))
        let ratio = InflateLimits(ratio: 100, ratioFloor: 1 << 20)
        #expect(
            read(bytes, pieces: bytes.count, room: 4096, limits: ratio).error
                == .ratioLimit(.gzip, limit: 100))
    }
}
