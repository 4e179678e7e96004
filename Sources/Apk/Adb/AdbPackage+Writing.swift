// A package of apk 3 is written as its `mkpkg` does (src/app_mkpkg.c of apk-tools 3.0.6): folders with their files in one
// database, content in data blocks that follow the signatures.
extension AdbPackage {
    /// A file, link or folder to be packed.
    public struct Item: Sendable {
        /// Path, kind, mode, owner by name, time and size.
        public var entry: TarEntry
        /// SHA256 of a regular file's content, or of what a hard link names.
        public var sha256: [UInt8]
        /// A regular file's content.
        public var content: [UInt8]

        /// An item with what is in it.
        public init(_ entry: TarEntry, sha256: [UInt8] = [], content: [UInt8] = []) {
            self.entry = entry
            self.sha256 = sha256
            self.content = content
        }
    }

    /// A package without its signatures.
    public struct Unsigned: Sendable {
        /// The database block, which is what keys sign.
        public let database: [UInt8]
        /// What apk knows it by: the beginning of the SHA256 over the database as it was without it.
        public let identity: PackageIdentity
        let data: [UInt8]

        /// The bytes that a key signs; see `AdbIndex.signedBytes`.
        public func signedBytes(digest: [UInt8], keyID: [UInt8]) -> [UInt8] {
            AdbFile.signedBytes(.package, header: AdbFile.signatureHeader(keyID), digest: digest)
        }

        /// The file: `ADB.`, the database, signatures of keys by their names, content.
        public func file(signatures: [(keyID: [UInt8], bytes: [UInt8])]) -> [UInt8] {
            let blocks = signatures.map { AdbFile.signatureHeader($0.keyID) + $0.bytes }
            return AdbFile.bytes(.package, database, signatures: blocks) + data
        }
    }

    /// The package of these items, which are sorted by path, folders before what is in them.
    ///
    /// Throws `damaged` for an item whose folder is missing, `unsafePath` for a device, `overLimit`.
    public static func pack<Digest: StreamingDigest>(
        _ info: PackageInfo, scripts: [PackageScript], items: [Item], _ digest: Digest.Type
    ) throws(ApkError) -> Unsigned {
        guard let nobody = PackageIdentity(sha1: [UInt8](repeating: 0, count: 20)) else {
            throw ApkError(.invalidValue, "an identity of zeros is none")
        }
        var writer = AdbWriter()
        let unique = writer.reserve(20)
        let described = IndexEntry(info, identity: nobody, fileSize: 0)
            .write(to: &writer, asPackage: (unique, info.replaces))
        var data: [UInt8] = []
        let paths = try folders(items, &writer, &data)
        var named: [UInt32] = []
        for kind in scriptKinds {
            named.append(writer.blob(scripts.first { $0.kind == kind }?.bytes ?? []))
        }
        var watched: [UInt32] = []
        for trigger in info.triggers { watched.append(writer.text(trigger)) }
        let triggers = writer.array(watched)
        let root = writer.object([
            described, paths, writer.object(named), triggers, writer.unlessZero(info.replacesPriority),
        ])
        var database = try writer.finish(root: root)
        let sum = Array(Digest.digest(of: database).prefix(20))
        guard let identity = PackageIdentity(sha1: sum) else {
            throw ApkError(.invalidValue, "a digest of \(sum.count) bytes is no identity")
        }
        let place = AdbDatabase.Value(word: unique).number + 1
        for (index, byte) in sum.enumerated() { database[place + index] = byte }
        return Unsigned(database: database, identity: identity, data: data)
    }

    /// The array of folders; the content of their files is added to `data`.
    private static func folders(
        _ items: [Item], _ writer: inout AdbWriter, _ data: inout [UInt8]
    ) throws(ApkError) -> UInt32 {
        var names: [ByteText] = [ByteText()]
        var own: [ByteText: TarEntry] = [:]
        var children: [ByteText: [Item]] = [:]
        for item in items {
            if item.entry.kind == .directory {
                own[item.entry.path] = item.entry
                names.append(item.entry.path)
            } else {
                children[SafePath.parent(of: item.entry.path) ?? ByteText(), default: []].append(item)
            }
        }
        var array: [UInt32] = []
        for name in names {
            let files = children.removeValue(forKey: name) ?? []
            // The root has an entry only if there are files in it.
            if name.isEmpty, files.isEmpty { continue }
            var words: [UInt32] = []
            for item in files {
                words.append(try file(item, &writer))
                if item.entry.kind == .file, !item.content.isEmpty {
                    let place =
                        AdbDatabase.bytes(of: UInt32(array.count + 1))
                        + AdbDatabase.bytes(of: UInt32(words.count))
                    AdbFile.append(block: 2, place + item.content, to: &data)
                }
            }
            let list = writer.array(words)
            array.append(writer.object([writer.text(name), rights(own[name], &writer), list]))
        }
        if let stray = children.keys.first {
            throw ApkError(.damaged, "there are files in '\(stray)', which is no folder of the package")
        }
        return writer.array(array)
    }

    private static func file(_ item: Item, _ writer: inout AdbWriter) throws(ApkError) -> UInt32 {
        let entry = item.entry
        var target: UInt32 = 0
        switch entry.kind {
        case .file: break
        case .symbolicLink(let path): target = writer.blob([0x00, 0xa0] + path.bytes)
        case .hardLink(let path): target = writer.blob([0x00, 0x80] + path.bytes)
        default: throw ApkError(.unsafePath, "'\(entry.path)' is a device or pipe, which is not packed")
        }
        let name = writer.text(SafePath.name(of: entry.path))
        let rights = rights(entry, &writer)
        let size = writer.unlessZero(entry.size)
        let time = writer.number(entry.modified)
        return writer.object([name, rights, size, time, writer.blob(item.sha256), target])
    }

    /// Mode and owner; those of a root without an entry are what apk takes for granted.
    private static func rights(_ entry: TarEntry?, _ writer: inout AdbWriter) -> UInt32 {
        let root: ByteText = "root"
        let user = entry?.userName ?? root
        let group = entry?.groupName ?? root
        let mode = writer.number(Int64(entry?.mode ?? 0o755))
        return writer.object([
            mode, writer.text(user.isEmpty ? root : user), writer.text(group.isEmpty ? root : group),
        ])
    }
}
