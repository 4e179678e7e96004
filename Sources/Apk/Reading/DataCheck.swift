/// Stands between a package's data member and the visitor: only members that are safe, complete and right get by.
struct DataCheck<SHA1: StreamingDigest, Base: PackageVisitor>: TarVisitor {
    var base: Base
    private(set) var contentBytes: Int64 = 0
    private(set) var fileCount = 0
    private(set) var entryCount = 0
    private var folders: Set<ByteText> = []
    private var others: Set<ByteText> = []
    private var files: Set<ByteText> = []
    private var digest = SHA1()
    private var current: TarEntry?

    init(_ base: Base) { self.base = base }

    mutating func began(_ entry: TarEntry) throws(ApkError) {
        entryCount += 1
        try SafePath.require(entry.path)
        guard !folders.contains(entry.path), !others.contains(entry.path) else {
            throw ApkError(.damaged, "'\(entry.path)' is there twice")
        }
        if let parent = SafePath.parent(of: entry.path), !folders.contains(parent) {
            throw ApkError(
                .damaged,
                "'\(entry.path)' comes without its folder '\(parent)', which must be listed before it")
        }
        switch entry.kind {
        case .directory: folders.insert(entry.path)
        case .file:
            others.insert(entry.path)
            files.insert(entry.path)
            digest = SHA1()
            fileCount += 1
            contentBytes += entry.size
            try requireChecksum(entry)
        case .symbolicLink(let target):
            others.insert(entry.path)
            fileCount += 1
            guard !target.isEmpty else { throw ApkError(.damaged, "'\(entry.path)' is a link to nothing") }
            try compare(entry, SHA1.digest(of: target.bytes))
        case .hardLink(let target):
            guard files.contains(target) else {
                throw ApkError(
                    .unsafePath,
                    "'\(entry.path)' is a hard link to '\(target)', which is no file listed before it")
            }
            others.insert(entry.path)
            files.insert(entry.path)
            fileCount += 1
        case .characterDevice, .blockDevice, .pipe:
            throw ApkError(
                .unsafePath, "'\(entry.path)' is a device or pipe, which packages of this farm must not bring"
            )
        }
        current = entry
        try base.began(entry)
    }

    mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {
        digest.update(bytes)
        try base.content(bytes)
    }

    mutating func ended() throws(ApkError) {
        if let current, current.kind == .file { try compare(current, digest.finish()) }
        current = nil
        try base.ended()
    }

    private func requireChecksum(_ entry: TarEntry) throws(ApkError) {
        guard entry.checksum != nil else {
            throw ApkError(
                .damaged,
                "'\(entry.path)' comes without its SHA1 (pax record \(TarEntry.checksumKey)), which apk 3 refuses"
            )
        }
    }

    private func compare(_ entry: TarEntry, _ actual: [UInt8]) throws(ApkError) {
        try requireChecksum(entry)
        guard let expected = entry.checksum, expected == actual else {
            throw ApkError(
                .damaged,
                "'\(entry.path)' is damaged: its SHA1 is \(ByteText(Hexadecimal.encode(actual))), the package says "
                    + "\(ByteText(Hexadecimal.encode(entry.checksum ?? [])))")
        }
    }
}

/// Which paths a package may have.
public enum SafePath {
    /// Throws `unsafePath` unless the path is relative, without `.`, `..` and empty parts, and not hidden at the
    /// top: apk skips members that begin with a dot, so they would be lost without a word.
    public static func require(_ path: ByteText) throws(ApkError) {
        let bytes = path.bytes
        guard bytes.first != UInt8(ascii: "/") else {
            throw ApkError(.unsafePath, "'\(path)' is absolute; paths in packages are relative to the root")
        }
        guard bytes.first != UInt8(ascii: ".") else {
            throw ApkError(.unsafePath, "'\(path)' begins with a dot; apk skips such members without a word")
        }
        var start = 0
        for index in 0...bytes.count where index == bytes.count || bytes[index] == UInt8(ascii: "/") {
            let part = bytes[start..<index]
            guard !part.isEmpty, !part.equals(text: "."), !part.equals(text: "..") else {
                throw ApkError(
                    .unsafePath, "'\(path)' has a part '\(part.shown)', which could lead out of the root")
            }
            start = index + 1
        }
        guard !bytes.contains(0), !bytes.contains(0x0a) else {
            throw ApkError(.unsafePath, "'\(path)' has NUL or a line end in it")
        }
    }

    /// The folder that a path lies in, nil at the top.
    public static func parent(of path: ByteText) -> ByteText? {
        guard let slash = path.bytes.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        return ByteText(path.bytes[..<slash])
    }

    /// The last part of a path.
    public static func name(of path: ByteText) -> ByteText {
        guard let slash = path.bytes.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return ByteText(path.bytes[(slash + 1)...])
    }
}
