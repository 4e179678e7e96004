/// A package or index of apk 2 taken apart at its signature: for signing it, once more or for the first time.
public struct SignedFile: Sendable {
    /// What signatures are made over: a package's control member, or all of an index.
    public let signed: ArraySlice<UInt8>
    /// All that follows the signature member.
    public let body: ArraySlice<UInt8>
    /// Whether it was signed before.
    public let wasSigned: Bool

    /// Takes a file apart. Throws `damaged` if it is neither a package nor an index.
    public init<Tools: PackageTools>(bytes: [UInt8], tools: Tools) throws(ApkError) {
        let first = try SignedFile.member(bytes, 0, Tools.self)
        wasSigned = first.name.hasPrefix(".SIGN.")
        let start = wasSigned ? first.end : 0
        body = bytes[start...]
        let second = wasSigned ? try SignedFile.member(bytes, start, Tools.self) : first
        if second.name.hasPrefix(".PKGINFO") {
            signed = bytes[start..<second.end]
        } else if second.name == "APKINDEX" || second.name == "DESCRIPTION" {
            signed = bytes[start...]
        } else {
            throw ApkError(.damaged, "it is neither a package nor an index: '\(second.name)' comes first")
        }
    }

    /// The name of the first tar member of a gzip member, and where that ends.
    private static func member<Tools: PackageTools>(
        _ bytes: [UInt8], _ start: Int, _ tools: Tools.Type
    ) throws(ApkError) -> (name: ByteText, end: Int) {
        let inflater = try Tools.Inflater.open()
        var head: [UInt8] = []
        var output = [UInt8](repeating: 0, count: 64 << 10)
        var offset = start
        while true {
            let from = offset
            let step = try bytes.withRawBytes { (input) throws(ApkError) -> InflateStep in
                try output.withMutableRawBytes { (room) throws(ApkError) -> InflateStep in
                    try inflater.step(UnsafeRawBufferPointer(rebasing: input[from...]), into: room)
                }
            }
            offset += step.consumed
            if head.count < 8192 { head += output[..<min(step.produced, 8192)] }
            if step.endsMember { break }
            guard step.consumed > 0 || step.produced > 0 else {
                throw ApkError(.damaged, "the file is cut off after \(bytes.count) bytes")
            }
        }
        // The first header may be a pax header, whose own member follows its records.
        var place = 0
        while place + 512 <= head.count {
            let header = try TarHeader(block: Array(head[place..<(place + 512)]))
            guard header.type == UInt8(ascii: "x") || header.type == UInt8(ascii: "g") else {
                return (header.path, offset)
            }
            guard header.size <= 4096 else { break }
            place += 512 + Int(header.size + 511) / 512 * 512
        }
        throw ApkError(.damaged, "there is no tar archive in it")
    }
}
