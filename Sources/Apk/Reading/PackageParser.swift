/// Reads a package from pieces of any size and checks everything about it: trust, identity, the data member's
/// SHA256, each file's SHA1, safe and complete paths, limits, and that nothing follows.
///
/// Files reach the visitor while they are read, before the data member's digest can be known: keep them under
/// temporary names until `finish()` returns.
public struct PackageParser<Tools: PackageTools, Visitor: PackageVisitor> {
    private enum Stage { case first, control, data, complete }

    private let tools: Tools
    private let trust: PackageTrust
    private let limits: PackageLimits
    private let inflater: Tools.Inflater
    private var stage = Stage.first
    private var small: SmallMember
    private var signatures: [PackageSignature] = []
    private var dataTar: TarParser
    private var dataDigest = Tools.SHA256()
    private var check: DataCheck<Tools.SHA1, Visitor>
    private var output: [UInt8]
    private var compressedBytes: Int64 = 0
    private var header: PackageHeader?

    /// A parser at the beginning of a package file.
    public init(
        tools: Tools, visitor: Visitor, trust: PackageTrust, limits: PackageLimits = PackageLimits()
    ) throws(ApkError) {
        self.tools = tools
        self.trust = trust
        self.limits = limits
        inflater = try Tools.Inflater.open()
        small = SmallMember(limit: limits.controlBytes)
        dataTar = TarParser(limits: limits.tar)
        check = DataCheck(visitor)
        output = [UInt8](repeating: 0, count: 64 << 10)
    }

    /// The visitor with what it has gathered.
    public var visitor: Visitor {
        get { check.base }
        set { check.base = newValue }
    }

    /// Takes the next bytes of the file.
    ///
    /// Throws `damaged`, `untrusted`, `overLimit`, `unsafePath` and what the visitor throws. Then the package is
    /// bad, and the parser must not be used on.
    public mutating func consume(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {
        compressedBytes += Int64(bytes.count)
        var rest = bytes
        while !rest.isEmpty {
            guard stage != .complete else {
                throw ApkError(.damaged, "there is something behind the data member")
            }
            var isOpen = true
            while isOpen {
                let step = try inflate(rest)
                guard step.consumed > 0 || step.produced > 0 || step.endsMember || rest.isEmpty else {
                    throw ApkError(.damaged, "the compressed bytes lead nowhere")
                }
                let taken = UnsafeRawBufferPointer(rebasing: rest[..<step.consumed])
                rest = UnsafeRawBufferPointer(rebasing: rest[step.consumed...])
                try take(compressed: taken, produced: step.produced)
                if step.endsMember {
                    try endMember()
                    isOpen = false
                } else if rest.isEmpty, step.produced < output.count {
                    return
                }
            }
        }
    }

    /// Says that the file ends here. Throws `damaged` if it is cut, or if the data is not what the header says.
    public mutating func finish() throws(ApkError) -> VerifiedPackage {
        guard stage == .complete, let header else {
            let what: StaticString =
                switch stage {
                case .first: "in its first member"
                case .control: "in its control member"
                case .data, .complete: "in its data member"
                }
            throw ApkError(.damaged, "the package is cut off \(what)")
        }
        return VerifiedPackage(
            header: header, fileSize: compressedBytes, contentBytes: check.contentBytes,
            fileCount: check.fileCount,
            entryCount: check.entryCount)
    }

    private mutating func inflate(_ input: UnsafeRawBufferPointer) throws(ApkError) -> InflateStep {
        let inflater = inflater
        return try output.withMutableRawBytes { (buffer) throws(ApkError) in
            try inflater.step(input, into: buffer)
        }
    }

    private mutating func take(compressed: UnsafeRawBufferPointer, produced: Int) throws(ApkError) {
        if stage == .data {
            dataDigest.update(compressed)
            guard produced > 0 else { return }
            // The parser's output is lent to the visitor; taking it out avoids a copy for each piece.
            let lent = output
            try lent.withRawBytes { (buffer) throws(ApkError) in
                try dataTar.consume(UnsafeRawBufferPointer(rebasing: buffer[..<produced]), &check)
            }
        } else {
            try small.take(compressed: compressed, content: output[..<produced])
        }
    }

    private mutating func endMember() throws(ApkError) {
        switch stage {
        case .first:
            try small.finish()
            if small.isSignature {
                signatures = small.signatures
                small = SmallMember(limit: limits.controlBytes)
                stage = .control
            } else {
                try endControl()
            }
        case .control:
            try small.finish()
            try endControl()
        case .data:
            try dataTar.finish(allowingEnd: true)
            try endData()
        case .complete: break
        }
    }

    private mutating func endControl() throws(ApkError) {
        let opened = try small.header(tools: tools, signatures: signatures, trust: trust)
        guard opened.info.dataHash != nil else {
            throw ApkError(
                .damaged, ".PKGINFO has no datahash, so nothing vouches for the files; build it again")
        }
        header = opened
        small = SmallMember(limit: 0)
        stage = .data
        try check.base.opened(opened)
    }

    private mutating func endData() throws(ApkError) {
        let digest = ByteText(Hexadecimal.encode(dataDigest.finish()))
        guard let expected = header?.info.dataHash, digest == expected else {
            throw ApkError(
                .damaged,
                "the files are not those that the package's header vouches for: datahash is \(digest), not "
                    + (header?.info.dataHash?.description ?? "there"))
        }
        stage = .complete
    }
}

/// What bounds a package that is read.
public struct PackageLimits: Sendable {
    /// Bytes of signature and control member, compressed and unpacked.
    public var controlBytes = 16 << 20
    /// Members, content and paths of the data member.
    public var tar = TarParser.Limits()

    /// Limits that any real package stays below.
    public init() {}
}

/// A package that was read to its end and found whole.
public struct VerifiedPackage: Sendable {
    /// What its control member says.
    public let header: PackageHeader
    /// Bytes of the file.
    public let fileSize: Int64
    /// Bytes of all regular files; hard links count once.
    public let contentBytes: Int64
    /// Regular files, links among them.
    public let fileCount: Int
    /// Members of the data member.
    public let entryCount: Int

    /// Throws `damaged` if `size` in `.PKGINFO` is not what the files have (1 for a package without a byte,
    /// as 0 would tell apk that there is nothing to fetch).
    public func requireStatedSize() throws(ApkError) {
        let stated = header.info.installedSize
        let isEmpty = entryCount == 0 && header.scripts.isEmpty
        guard contentBytes == 0 ? stated == 1 || (stated == 0 && isEmpty) : stated == contentBytes else {
            throw ApkError(.damaged, ".PKGINFO says size \(stated), but the files have \(contentBytes) bytes")
        }
    }
}
