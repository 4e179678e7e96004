/// Takes the members of a tar archive, as `TarParser` finds them.
public protocol TarVisitor {
    /// A member begins. Its content, if it is a file, follows.
    mutating func began(_ entry: TarEntry) throws(ApkError)
    /// Some bytes of the content of the member that began last.
    mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError)
    /// The member that began last is complete.
    mutating func ended() throws(ApkError)
}

/// Reads a tar archive from pieces of any size: ustar with prefix, pax records, GNU long names.
///
/// Members 1 and 2 of a package are "cut": they end with the last content block. `finish(allowingEnd:)` says
/// whether the two zero blocks of a whole archive may (or, for cut archives, must not) be there.
public struct TarParser {
    /// What bounds an archive.
    public struct Limits: Sendable {
        /// Members.
        public var entries = 1_000_000
        /// Bytes of all content.
        public var contentBytes: Int64 = 64 << 30
        /// Bytes of a path or link target.
        public var pathBytes = 4096
        /// Bytes of the pax records of one member.
        public var recordBytes = 1 << 20

        /// Limits that any real package stays below.
        public init() {}
    }

    private enum State {
        case header, special(UInt8), content, padding(after: After), atEnd
    }
    private enum After { case member, special }

    private let limits: Limits
    private var state = State.header
    /// Bytes of the current header or special member, until it is whole.
    private var buffer: [UInt8] = []
    private var left: Int64 = 0
    private var paddingLeft = 0
    private var zeroBlocks = 0
    private var entries = 0
    private var contentBytes: Int64 = 0
    private var pending = PendingRecords()

    /// A parser at the beginning of an archive.
    public init(limits: Limits = Limits()) { self.limits = limits }

    /// Whether zero blocks have been met, which only the end of an archive has.
    public var metEnd: Bool { zeroBlocks > 0 }

    /// Takes the next bytes of the archive.
    ///
    /// Throws `damaged` for what is no tar, `overLimit` beyond the limits, and what the visitor throws.
    public mutating func consume<Visitor: TarVisitor>(
        _ bytes: UnsafeRawBufferPointer, _ visitor: inout Visitor
    ) throws(ApkError) {
        var offset = 0
        while offset < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            switch state {
            case .header: offset += try takeHeader(rest, &visitor)
            case .special(let type): offset += try takeSpecial(rest, type)
            case .content: offset += try takeContent(rest, &visitor)
            case .padding(let after): offset += try takePadding(rest, after, &visitor)
            case .atEnd: offset += try takeEnd(rest)
            }
        }
    }

    /// Ends the archive. Throws `damaged` if it stops inside a member, or has end blocks where none may be.
    public func finish(allowingEnd: Bool) throws(ApkError) {
        switch state {
        case .header where buffer.isEmpty && pending.isEmpty && left == 0: break
        case .atEnd where buffer.isEmpty: break
        default: throw ApkError(.damaged, "tar: the archive stops inside a member")
        }
        if !allowingEnd, zeroBlocks > 0 {
            throw ApkError(.damaged, "tar: the member has end-of-archive blocks, which apk refuses there")
        }
    }

    private mutating func takeHeader<Visitor: TarVisitor>(
        _ bytes: UnsafeRawBufferPointer, _ visitor: inout Visitor
    ) throws(ApkError) -> Int {
        let wanted = min(TarWriter.blockSize - buffer.count, bytes.count)
        buffer.append(contentsOf: bytes[..<wanted])
        guard buffer.count == TarWriter.blockSize else { return wanted }
        if buffer.allSatisfy({ $0 == 0 }) {
            guard pending.isEmpty else { throw ApkError(.damaged, "tar: pax records without a member") }
            zeroBlocks = 1
            state = .atEnd
            buffer = []
            return wanted
        }
        let header = try TarHeader(block: buffer)
        buffer = []
        switch header.type {
        case UInt8(ascii: "x"), UInt8(ascii: "g"), UInt8(ascii: "L"), UInt8(ascii: "K"):
            guard header.size <= Int64(limits.recordBytes) else {
                throw ApkError(
                    .overLimit,
                    "tar: \(header.size) bytes of pax records, more than the \(limits.recordBytes) allowed")
            }
            left = header.size
            paddingLeft = TarWriter.padding(after: header.size).count
            state = .special(header.type)
            if left == 0 { try finishSpecial(header.type) }
        default:
            try begin(header, &visitor)
        }
        return wanted
    }

    private mutating func begin<Visitor: TarVisitor>(
        _ header: TarHeader, _ visitor: inout Visitor
    ) throws(ApkError) {
        let entry = try pending.applied(to: header, limits: limits)
        pending = PendingRecords()
        entries += 1
        contentBytes += entry.size
        guard entries <= limits.entries else {
            throw ApkError(.overLimit, "tar: more than the \(limits.entries) members allowed")
        }
        guard contentBytes <= limits.contentBytes else {
            throw ApkError(
                .overLimit, "tar: '\(entry.path)' exceeds the \(limits.contentBytes) bytes of content allowed"
            )
        }
        try visitor.began(entry)
        left = entry.size
        paddingLeft = TarWriter.padding(after: entry.size).count
        state = .content
        if left == 0 {
            try visitor.ended()
            state = .header
        }
    }

    private mutating func takeContent<Visitor: TarVisitor>(
        _ bytes: UnsafeRawBufferPointer, _ visitor: inout Visitor
    ) throws(ApkError) -> Int {
        let count = Int(min(left, Int64(bytes.count)))
        try visitor.content(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        left -= Int64(count)
        if left == 0 {
            if paddingLeft == 0 {
                try visitor.ended()
                state = .header
            } else {
                state = .padding(after: .member)
            }
        }
        return count
    }

    private mutating func takeSpecial(_ bytes: UnsafeRawBufferPointer, _ type: UInt8) throws(ApkError) -> Int
    {
        let count = Int(min(left, Int64(bytes.count)))
        buffer.append(contentsOf: bytes[..<count])
        left -= Int64(count)
        if left == 0 { try finishSpecial(type) }
        return count
    }

    private mutating func finishSpecial(_ type: UInt8) throws(ApkError) {
        switch type {
        case UInt8(ascii: "x"): try pending.take(records: buffer[...])
        case UInt8(ascii: "L"): pending.path = ByteText(buffer[..<(buffer.firstIndex(of: 0) ?? buffer.count)])
        case UInt8(ascii: "K"): pending.link = ByteText(buffer[..<(buffer.firstIndex(of: 0) ?? buffer.count)])
        default: break  // Global records say nothing that a package needs.
        }
        buffer = []
        state = paddingLeft == 0 ? .header : .padding(after: .special)
    }

    private mutating func takePadding<Visitor: TarVisitor>(
        _ bytes: UnsafeRawBufferPointer, _ after: After, _ visitor: inout Visitor
    ) throws(ApkError) -> Int {
        let count = min(paddingLeft, bytes.count)
        paddingLeft -= count
        if paddingLeft == 0 {
            if after == .member { try visitor.ended() }
            state = .header
        }
        return count
    }

    private mutating func takeEnd(_ bytes: UnsafeRawBufferPointer) throws(ApkError) -> Int {
        for byte in bytes where byte != 0 {
            throw ApkError(.damaged, "tar: there is something behind the end of the archive")
        }
        zeroBlocks += 1
        return bytes.count
    }
}
