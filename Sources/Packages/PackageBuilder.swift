import Apk
import Compressing
import Glibc
import Signing

/// What was packed.
public struct PackageSummary: Sendable {
    /// What the index calls it: `C:`.
    public let identity: PackageIdentity
    /// SHA256 of the compressed data member, in hexadecimal digits.
    public let dataHash: String
    /// Bytes of the package file.
    public let fileSize: Int64
    /// Bytes of the installed files (`size`).
    public let installedSize: Int64
    /// SHA256 of control and data member: equal for equal content, whatever the key.
    public let contentDigest: Digest
    /// Everything that the index says about it.
    public let entry: IndexEntry
}

/// Makes a package of a folder: equal folders, information and epoch give equal bytes.
///
/// Files belong to root:root, but for those that `owners` names, and keep their modes; every time is the epoch; members are sorted by path; hard links
/// stay links. Extended attributes are not packed.
public struct PackageBuilder: Sendable {
    let info: PackageInfo
    let scripts: [PackageScript]
    let root: String
    let owners: [String: FileOwner]
    let epoch: Int64

    /// Files up to this size are read once and held; larger ones are read twice.
    private static let holdLimit = 8 << 20

    /// A package of the files below `root`, which may be empty.
    ///
    /// - Parameters:
    ///   - info: its description; `installedSize` and `dataHash` are found while packing.
    ///   - scripts: by their names: `post-install`, `.post-install` and the like.
    ///   - owners: by the path below `root`: whom files belong to, where that is not root.
    ///   - epoch: seconds since 1970 for every time in the package.
    /// - Throws: `PackageError` for a script name that apk does not know.
    public init(
        info: PackageInfo, scripts: [String: [UInt8]] = [:], root: String, owners: [String: FileOwner] = [:],
        epoch: Int64
    ) throws(PackageError) {
        self.info = info
        self.root = root
        self.owners = owners
        self.epoch = epoch
        var sorted: [PackageScript] = []
        for (name, bytes) in scripts.sorted(by: { $0.key < $1.key }) {
            let plain = name.hasPrefix(".") ? name.dropFirst() : name[...]
            guard let kind = ScriptKind(name: Array(plain.utf8)[...]) else {
                let known = ScriptKind.allCases.map { "\($0.name)" }.joined(separator: ", ")
                throw PackageError(
                    path: "\(info.name)", kind: .invalidValue,
                    reason: "apk runs no script '\(name)'; it knows \(known)")
            }
            sorted.append(PackageScript(kind: kind, bytes: bytes))
        }
        self.scripts = sorted
    }

    /// Packs, signs and puts the file in its place, which it takes whole or not at all.
    ///
    /// - Parameters:
    ///   - file: where the package shall lie; its folder must exist.
    ///   - key: signs the package; nil leaves it unsigned.
    ///   - algorithm: RSA over SHA256 is read by apk 2.14 and every 3.x.
    /// - Throws: `PackageError`, naming the file that could not be packed.
    @discardableResult
    public func write(
        to file: String, signedBy key: PrivateKey?, algorithm: SignatureAlgorithm = .rsaSHA256
    ) throws(PackageError) -> PackageSummary {
        let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
        let data = Spool(folder: folder.isEmpty ? "/" : folder)
        let files = try PackageFile.all(below: root)
        let dataHash = try pack(files, into: data)

        var complete = info
        complete.dataHash = ByteText(dataHash.hex)
        complete.installedSize = files.reduce(0) { $0 + $1.size }
        if complete.installedSize == 0, !files.isEmpty || !scripts.isEmpty { complete.installedSize = 1 }

        do {
            let control = try Gzip.compress(controlTar(complete))
            let output = try OutputFile.create(file)
            if let key {
                let signature = try IndexArchive.signatureTar(
                    try key.sign(control, algorithm), algorithm: algorithm.fileAlgorithm,
                    keyName: ByteText(key.name), modified: epoch)
                try output.write(Gzip.compress(signature))
            }
            try output.write(control)
            try data.copy(to: output)
            try output.commit()
            return try summary(complete, control: control, data: data, dataHash: dataHash, size: output.size)
        } catch let error as PackageError {
            throw error
        } catch {
            throw PackageError(path: file, reason: "\(error)")
        }
    }

    private func controlTar(_ info: PackageInfo) throws -> [UInt8] {
        var tar: [UInt8] = []
        var entry = TarEntry(path: ".PKGINFO", kind: .file, mode: 0o644)
        entry.modified = epoch
        tar += try TarWriter.member(entry, content: info.text())
        for script in scripts {
            var entry = TarEntry(path: ByteText(".\(script.kind.name)"), kind: .file, mode: 0o755)
            entry.modified = epoch
            tar += try TarWriter.member(entry, content: script.bytes)
        }
        return tar
    }

    /// Writes the compressed data member. Returns its digest.
    private func pack(_ files: [PackageFile], into spool: Spool) throws(PackageError) -> Digest {
        var digest = Signing.SHA256()
        var current = root
        do {
            let gzip = try GzipStream { piece in
                digest.update(piece)
                try spool.write(piece)
            }
            for file in files {
                current = file.source
                try add(file, to: gzip)
            }
            try gzip.write(TarWriter.end)
            try gzip.finish()
        } catch let error as PackageError {
            throw error
        } catch {
            throw PackageError(path: current, reason: "\(error)")
        }
        return digest.finalize()
    }

    private func add(_ file: PackageFile, to gzip: GzipStream) throws {
        var entry = TarEntry(path: file.path, kind: file.kind, mode: file.mode)
        entry.modified = epoch
        entry.size = file.size
        if let owner = owners[file.path.description] {
            (entry.userName, entry.userID) = (ByteText(owner.user), owner.userID)
            (entry.groupName, entry.groupID) = (ByteText(owner.group), owner.groupID)
            if case .symbolicLink = file.kind {} else { entry.mode = owner.mode }
        }
        switch file.kind {
        case .symbolicLink(let target):
            entry.records = [record(Signing.SHA1.digest(of: target.bytes))]
            try gzip.write(TarWriter.header(entry))
        case .file:
            let input = try InputFile.open(file.source, follows: false)
            if file.size <= PackageBuilder.holdLimit {
                let content = try input.bytes(limit: PackageBuilder.holdLimit)
                guard content.count == file.size else { throw changed(file) }
                entry.records = [record(Signing.SHA1.digest(of: content))]
                try gzip.write(TarWriter.header(entry))
                try gzip.write(content)
            } else {
                let sha1 = try digest(of: input)
                entry.records = [record(sha1)]
                try gzip.write(TarWriter.header(entry))
                var again = Signing.SHA1()
                var size: Int64 = 0
                try input.forEachPiece { piece in
                    again.update(piece)
                    size += Int64(piece.count)
                    try gzip.write(piece)
                }
                guard size == file.size, again.finalize() == sha1 else { throw changed(file) }
            }
            try gzip.write(TarWriter.padding(after: file.size))
        default:
            try gzip.write(TarWriter.header(entry))
        }
    }

    private func digest(of input: borrowing InputFile) throws -> Digest {
        var digest = Signing.SHA1()
        try input.forEachPiece { digest.update($0) }
        return digest.finalize()
    }

    private func record(_ sha1: Digest) -> TarEntry.Record {
        TarEntry.Record(key: TarEntry.checksumKey, value: ByteText(sha1.hex))
    }

    func changed(_ file: PackageFile) -> PackageError {
        PackageError(
            path: file.source, reason: "changed while it was packed; nothing may write there any more")
    }

    private func summary(
        _ info: PackageInfo, control: [UInt8], data: Spool, dataHash: Digest, size: Int
    ) throws -> PackageSummary {
        guard let identity = PackageIdentity(sha1: Signing.SHA1.digest(of: control).bytes) else {
            throw PackageError(path: root, reason: "libcrypto's SHA1 has not 20 bytes")
        }
        var content = Signing.SHA256()
        content.update(control)
        try data.forEachPiece { content.update($0) }
        return PackageSummary(
            identity: identity, dataHash: dataHash.hex, fileSize: Int64(size),
            installedSize: info.installedSize,
            contentDigest: content.finalize(),
            entry: IndexEntry(info, identity: identity, fileSize: Int64(size)))
    }
}
