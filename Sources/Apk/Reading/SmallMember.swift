/// The signature or control member, held whole: both are small, and a signature needs all compressed bytes.
struct SmallMember {
    private struct Collector: TarVisitor {
        var files: [(entry: TarEntry, bytes: [UInt8])] = []

        mutating func began(_ entry: TarEntry) throws(ApkError) { files.append((entry, [])) }
        mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {
            files[files.count - 1].bytes.append(contentsOf: bytes)
        }
        mutating func ended() throws(ApkError) {}
    }

    private let limit: Int
    private var collector = Collector()
    private var tar: TarParser
    private var unpacked = 0
    private(set) var compressed: [UInt8] = []

    init(limit: Int) {
        self.limit = limit
        var limits = TarParser.Limits()
        limits.entries = 64
        limits.contentBytes = Int64(limit)
        tar = TarParser(limits: limits)
    }

    mutating func take(compressed bytes: UnsafeRawBufferPointer, content: ArraySlice<UInt8>) throws(ApkError)
    {
        guard compressed.count + bytes.count <= limit, unpacked + content.count <= limit else {
            throw ApkError(.overLimit, "the control member is larger than the \(limit) bytes allowed")
        }
        compressed.append(contentsOf: bytes)
        unpacked += content.count
        try content.withRawBytes { (piece) throws(ApkError) in try tar.consume(piece, &collector) }
    }

    func finish() throws(ApkError) {
        do throws(ApkError) {
            try tar.finish(allowingEnd: false)
        } catch {
            throw error.within("control member")
        }
    }

    var isSignature: Bool { collector.files.first?.entry.path.hasPrefix(".SIGN.") ?? false }

    /// The signatures that apk would look at: those of a known algorithm, of at most 64 KiB.
    var signatures: [PackageSignature] {
        var found: [PackageSignature] = []
        for file in collector.files where file.bytes.count <= 64 << 10 {
            if let signature = PackageSignature(fileName: file.entry.path, bytes: file.bytes) {
                found.append(signature)
            }
        }
        return found
    }

    /// What the control member says, once it is trusted.
    func header<Tools: PackageTools>(
        tools: Tools, signatures: [PackageSignature], trust: PackageTrust
    ) throws(ApkError) -> PackageHeader {
        guard let identity = PackageIdentity(sha1: Tools.SHA1.digest(of: compressed)) else {
            throw ApkError(.machine, "this machine's SHA1 does not give 20 bytes")
        }
        var signer: ByteText?
        switch trust {
        case .signature: signer = try tools.requireTrust(in: signatures, of: compressed)
        case .anyone: break
        case .identity(let expected):
            guard identity == expected else {
                throw ApkError(
                    .damaged,
                    "it is not the package that the index names: identity \(identity), the index says \(expected)"
                )
            }
        }
        var info: PackageInfo?
        var scripts: [PackageScript] = []
        for file in collector.files where file.entry.path.hasPrefix(".") {
            let name = file.entry.path.bytes[...]
            if name.equals(text: ".PKGINFO") {
                guard info == nil else { throw ApkError(.damaged, "the control member has two .PKGINFO") }
                info = try PackageInfo(bytes: file.bytes)
            } else if let kind = ScriptKind(name: name.dropFirst()), file.entry.kind == .file {
                scripts.append(PackageScript(kind: kind, bytes: file.bytes))
            }
        }
        guard let info else {
            throw ApkError(.damaged, "the control member has no .PKGINFO; this is no package")
        }
        return PackageHeader(
            info: info, identity: identity, scripts: scripts, signatures: signatures, signer: signer)
    }
}
