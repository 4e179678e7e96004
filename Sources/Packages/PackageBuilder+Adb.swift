import Apk
import Compressing
import Signing

// Packages of apk 3, which apk 2 cannot read: only for who asks for them.
extension PackageBuilder {
    /// Packs, signs and puts a package of apk 3 in its place, which it takes whole or not at all. Equal folders,
    /// information and epoch give equal bytes.
    ///
    /// Every file is held in memory at once. Throws `PackageError`: `overLimit` beyond what such a file may hold
    /// (`AdbFile.limit`), else naming the file that could not be packed.
    @discardableResult
    public func writeAdb(
        to file: String, signedBy key: PrivateKey?
    ) throws(PackageError) -> (identity: PackageIdentity, size: Int64) {
        let files = try PackageFile.all(below: root)
        var complete = info
        complete.installedSize = files.reduce(0) { $0 + $1.size }
        guard complete.installedSize < AdbFile.limit / 2 else {
            throw PackageError(
                path: root, kind: .overLimit,
                reason: "has \(complete.installedSize) bytes, more than a package of apk 3 may hold here; "
                    + "pack it for apk 2, which apk 3 reads, too")
        }
        if complete.installedSize == 0, !files.isEmpty || !scripts.isEmpty { complete.installedSize = 1 }
        var digests: [ByteText: [UInt8]] = [:]
        var sizes: [ByteText: Int64] = [:]
        var items: [AdbPackage.Item] = []
        for file in files {
            var entry = TarEntry(path: file.path, kind: file.kind, mode: file.mode)
            entry.modified = epoch
            entry.size = file.size
            var item = AdbPackage.Item(entry)
            switch file.kind {
            case .file:
                item.content = try InputFile.open(file.source, follows: false).bytes(limit: AdbFile.limit)
                guard item.content.count == file.size else { throw changed(file) }
                item.sha256 = Signing.SHA256.digest(of: item.content).bytes
                digests[file.path] = item.sha256
                sizes[file.path] = file.size
            case .hardLink(let target):
                item.sha256 = digests[target] ?? []
                item.entry.size = sizes[target] ?? 0
            default: break
            }
            items.append(item)
        }
        do {
            let package = try AdbPackage.pack(complete, scripts: scripts, items: items, FarmTools.SHA256.self)
            var signatures: [(keyID: [UInt8], bytes: [UInt8])] = []
            if let key {
                let id = key.publicKey.identifier
                let digest = Signing.SHA512.digest(of: package.database).bytes
                let signed = package.signedBytes(digest: digest, keyID: id)
                signatures.append((id, try key.sign(signed, .rsaSHA512)))
            }
            let output = try OutputFile.create(file)
            try output.write(
                Array("ADBd".utf8) + RawDeflate.compress(package.file(signatures: signatures)))
            try output.commit()
            return (package.identity, Int64(output.size))
        } catch let error as PackageError {
            throw error
        } catch {
            throw PackageError(path: file, reason: "\(error)")
        }
    }
}
