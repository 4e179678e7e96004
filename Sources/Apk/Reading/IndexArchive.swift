/// `APKINDEX.tar.gz`: a signature member, then a gzip of the tar archive of `DESCRIPTION` and `APKINDEX`. What reads it
/// reads `Packages.adb`, too.
public enum IndexArchive {
    /// Bytes that an index file may have.
    public static let fileLimit = 256 << 20

    private struct Collector: TarVisitor {
        var description: [UInt8] = []
        var text: [UInt8]?
        var current: [UInt8] = []
        var name = ByteText()
        var limit: Int

        mutating func began(_ entry: TarEntry) throws(ApkError) {
            name = entry.path
            current = []
        }
        mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {
            guard current.count + bytes.count <= limit else {
                throw ApkError(.overLimit, "'\(name)' is larger than the \(limit) bytes allowed")
            }
            current.append(contentsOf: bytes)
        }
        mutating func ended() throws(ApkError) {
            if name.bytes[...].equals(text: "APKINDEX") { text = current }
            if name.bytes[...].equals(text: "DESCRIPTION") { description = current }
        }
    }

    /// The index of these bytes.
    ///
    /// - Parameter requiresSignature: whether a trusted key must have signed it.
    /// Throws `untrusted`, `damaged` (not a whole gzip of a tar with APKINDEX) or `overLimit`.
    public static func read<Tools: PackageTools>(
        _ bytes: [UInt8], tools: Tools, requiresSignature: Bool, limits: Index.Limits = Index.Limits()
    ) throws(ApkError) -> Index {
        guard bytes.count <= fileLimit else {
            throw ApkError(
                .overLimit, "the index has \(bytes.count) bytes, more than the \(fileLimit) allowed")
        }
        if AdbFile.isAdb(bytes) {
            let file = try AdbFile(bytes: bytes, tools: tools, limit: limits.bytes)
            if requiresSignature { _ = try file.requireTrust(tools) }
            return try AdbIndex.index(file, limits: limits)
        }
        let inflater = try Tools.Inflater.open()
        var offset = 0
        let first = try member(bytes, &offset, inflater, limits)
        var collected = first
        if isSignature(first) {
            let signatureEnd = offset
            if requiresSignature {
                let signed = Array(bytes[signatureEnd...])
                _ = try tools.requireTrust(in: first.signatures, of: signed)
            }
            collected = try member(bytes, &offset, inflater, limits)
        } else if requiresSignature {
            _ = try tools.requireTrust(in: [], of: [])
        }
        guard offset == bytes.count else { throw ApkError(.damaged, "there is something behind the index") }
        guard let text = collected.collector.text else {
            throw ApkError(.damaged, "there is no APKINDEX in it; this is no index of a repository")
        }
        var index = try Index(bytes: text, limits: limits)
        index.description = ByteText(collected.collector.description)
        return index
    }

    /// The tar archive of an index, to be compressed (as `gzip -n -9`) and signed.
    public static func tar(_ index: Index, description: ByteText, modified: Int64) throws(ApkError) -> [UInt8]
    {
        var bytes: [UInt8] = []
        if !description.isEmpty {
            bytes += TarWriter.plainMember(
                "DESCRIPTION", mode: 0o644, modified: modified, content: description.bytes)
        }
        bytes += TarWriter.plainMember("APKINDEX", mode: 0o644, modified: modified, content: try index.text())
        return bytes + TarWriter.end
    }

    /// The tar archive (without end) of a signature member, to be compressed and put before what was signed.
    public static func signatureTar(
        _ signature: [UInt8], algorithm: PackageSignature.Algorithm, keyName: ByteText, modified: Int64
    ) throws(ApkError) -> [UInt8] {
        var entry = TarEntry(
            path: PackageSignature.fileName(algorithm, keyName: keyName), kind: .file, mode: 0o644)
        entry.modified = modified
        return try TarWriter.member(entry, content: signature)
    }

    private struct Member {
        var collector: Collector
        var signatures: [PackageSignature]
        var firstName: ByteText
    }

    private static func isSignature(_ member: Member) -> Bool { member.firstName.hasPrefix(".SIGN.") }

    /// Reads one gzip member's tar, from `offset`, which is moved behind it.
    private static func member<Inflater: MemberInflater>(
        _ bytes: [UInt8], _ offset: inout Int, _ inflater: Inflater, _ limits: Index.Limits
    ) throws(ApkError) -> Member {
        var visitor = IndexVisitor(Collector(limit: limits.bytes))
        var tar = TarParser()
        var output = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let start = offset
            let step = try bytes.withRawBytes { (input) throws(ApkError) -> InflateStep in
                try output.withMutableRawBytes { (room) throws(ApkError) -> InflateStep in
                    try inflater.step(UnsafeRawBufferPointer(rebasing: input[start...]), into: room)
                }
            }
            offset += step.consumed
            try output[..<step.produced].withRawBytes { (piece) throws(ApkError) in
                try tar.consume(piece, &visitor)
            }
            if step.endsMember { break }
            guard step.consumed > 0 || step.produced > 0 else {
                throw ApkError(.damaged, "the index is cut off after \(bytes.count) bytes")
            }
        }
        let isSignature = visitor.firstName.hasPrefix(".SIGN.")
        try tar.finish(allowingEnd: !isSignature)
        return Member(collector: visitor.base, signatures: visitor.signatures, firstName: visitor.firstName)
    }

    private struct IndexVisitor: TarVisitor {
        var base: Collector
        var firstName = ByteText()
        var signatures: [PackageSignature] = []

        init(_ base: Collector) { self.base = base }

        mutating func began(_ entry: TarEntry) throws(ApkError) {
            if firstName.isEmpty { firstName = entry.path }
            try base.began(entry)
        }
        mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) { try base.content(bytes) }
        mutating func ended() throws(ApkError) {
            if let signature = PackageSignature(fileName: base.name, bytes: base.current) {
                signatures.append(signature)
            }
            try base.ended()
        }
    }
}
