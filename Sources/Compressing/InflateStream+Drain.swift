extension InflateStream {
    /// Takes all of `input` and hands out what comes of it, telling where members end.
    ///
    /// - Parameters:
    ///   - memberEnded: called after the last bytes of a member were handed out.
    ///   - take: called with each piece of output; valid during the call only.
    /// - Throws: what the two closures throw; a `CompressionError` of reading, wrapped in nothing, else.
    public func write(
        _ input: UnsafeRawBufferPointer, memberEnded: (GzipMember) throws -> Void = { _ in },
        _ take: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var rest = input
        while true {
            let step = try step(rest, into: buffer)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(step.consumed))
            if step.produced > 0 { try take(UnsafeRawBufferPointer(rebasing: buffer[..<step.produced])) }
            if let member = step.ended {
                try memberEnded(member)
                if rest.isEmpty { return }
            } else if rest.isEmpty && step.produced < buffer.count {
                return
            }
        }
    }

    /// The same for closures that cannot throw.
    func drain(
        _ input: UnsafeRawBufferPointer, memberEnded: (GzipMember) -> Void = { _ in },
        _ take: (UnsafeRawBufferPointer) -> Void
    ) throws(CompressionError) {
        do {
            try write(input, memberEnded: memberEnded, take)
        } catch let error as CompressionError {
            throw error
        } catch {
            throw .library(.gzip, reason: "\(error)")
        }
    }
}
