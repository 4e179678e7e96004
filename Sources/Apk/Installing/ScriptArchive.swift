/// The scripts of all installed packages: `lib/apk/db/scripts.tar.gz` (apk 3) or `scripts.tar` (apk 2.14).
struct ScriptArchive {
    static let path: ByteText = "lib/apk/db/scripts.tar.gz"
    static let oldPath: ByteText = "lib/apk/db/scripts.tar"

    private struct Member {
        let name: ByteText
        let modified: Int64
        let bytes: [UInt8]
    }

    private struct Collector: TarVisitor {
        var members: [Member] = []
        var entry: TarEntry?
        var bytes: [UInt8] = []

        mutating func began(_ entry: TarEntry) throws(ApkError) {
            self.entry = entry
            bytes = []
        }
        mutating func content(_ piece: UnsafeRawBufferPointer) throws(ApkError) {
            bytes.append(contentsOf: piece)
        }
        mutating func ended() throws(ApkError) {
            if let entry { members.append(Member(name: entry.path, modified: entry.modified, bytes: bytes)) }
        }
    }

    /// Whether names hold `Q1<base64>` and the file is not compressed, as apk 2.14 has it.
    let isOld: Bool
    private var members: [Member] = []

    init(isOld: Bool) { self.isOld = isOld }

    /// Reads the archive. `bytes` are those of the tar, not compressed.
    init(tar bytes: [UInt8], isOld: Bool) throws(ApkError) {
        self.isOld = isOld
        var collector = Collector()
        var parser = TarParser()
        do throws(ApkError) {
            try bytes.withRawBytes { (piece) throws(ApkError) in try parser.consume(piece, &collector) }
            try parser.finish(allowingEnd: true)
        } catch {
            throw error.within((isOld ? ScriptArchive.oldPath : ScriptArchive.path).description)
        }
        members = collector.members
    }

    /// The scripts of an installed package.
    func scripts(of entry: IndexEntry) -> [PackageScript] {
        guard let prefix = prefix(of: entry) else { return [] }
        var found: [PackageScript] = []
        for member in members where member.name.bytes.starts(with: prefix) {
            if let kind = ScriptKind(name: member.name.bytes[prefix.count...]) {
                found.append(PackageScript(kind: kind, bytes: member.bytes))
            }
        }
        return found
    }

    /// Forgets the scripts of a package.
    mutating func remove(_ entry: IndexEntry) {
        guard let prefix = prefix(of: entry) else { return }
        members.removeAll { $0.name.bytes.starts(with: prefix) }
    }

    /// Takes the scripts of a package in.
    mutating func add(_ scripts: [PackageScript], of entry: IndexEntry) {
        guard let prefix = prefix(of: entry) else { return }
        for script in scripts {
            let name = ByteText(prefix) + ByteText(script.kind.name.description)
            members.append(Member(name: name, modified: entry.buildDate ?? 0, bytes: script.bytes))
        }
    }

    /// The tar archive, not compressed.
    func tar() throws(ApkError) -> [UInt8] {
        var bytes: [UInt8] = []
        for member in members {
            if member.name.bytes.count < 100 {
                bytes += TarWriter.plainMember(
                    member.name, mode: 0o755, modified: member.modified, content: member.bytes)
            } else {
                var entry = TarEntry(path: member.name, kind: .file, mode: 0o755)
                entry.modified = member.modified
                bytes += try TarWriter.member(entry, content: member.bytes)
            }
        }
        return bytes + TarWriter.end
    }

    /// `NAME-VERSION.X1<hex>.`: what names of a package's scripts begin with.
    private func prefix(of entry: IndexEntry) -> [UInt8]? {
        guard let identity = entry.identity else { return nil }
        let digest = isOld ? identity.text : identity.hexText
        return (entry.name.text + "-" + entry.version.text + "." + digest + ".").bytes
    }
}
