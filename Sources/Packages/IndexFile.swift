import Apk
import Compressing
import Signing

/// `APKINDEX.tar.gz` files of this machine.
public enum IndexFile {
    /// The index in a file.
    ///
    /// - Parameter keys: the trusted keys, one of which must have signed it; nil accepts it unsigned.
    /// - Throws: `PackageError` naming the file and what is wrong with it.
    public static func read(_ path: String, keys: KeyRing?) throws(PackageError) -> Index {
        let bytes = try InputFile.open(path).bytes(limit: IndexArchive.fileLimit)
        do throws(ApkError) {
            return try IndexArchive.read(bytes, tools: FarmTools(keys: keys), requiresSignature: keys != nil)
        } catch {
            throw PackageError(path: path, error)
        }
    }

    /// The file's bytes for an index: sorted, signed, equal for equal arguments.
    ///
    /// - Parameters:
    ///   - description: the repository's words about itself; apk 3 ignores more than 160 bytes.
    ///   - epoch: seconds since 1970 for the times in it.
    ///   - key: signs it; nil leaves it unsigned.
    /// - Throws: `PackageError` for an entry that apk could not read.
    public static func bytes(
        of index: Index, description: String, epoch: Int64, signedBy key: PrivateKey?,
        algorithm: SignatureAlgorithm = .rsaSHA256
    ) throws(PackageError) -> [UInt8] {
        do {
            let tar = try IndexArchive.tar(index, description: ByteText(description), modified: epoch)
            let content = try Gzip.compress(tar)
            guard let key else { return content }
            let signature = try IndexArchive.signatureTar(
                try key.sign(content, algorithm), algorithm: algorithm.fileAlgorithm,
                keyName: ByteText(key.name),
                modified: epoch)
            return try Gzip.compress(signature) + content
        } catch {
            throw PackageError(path: "APKINDEX.tar.gz", reason: "\(error)")
        }
    }

    /// Writes an index file: the old or the new whole, at any moment.
    ///
    /// - Throws: `PackageError`; see `bytes(of:description:epoch:signedBy:algorithm:)`.
    public static func write(
        _ index: Index, to path: String, description: String, epoch: Int64, signedBy key: PrivateKey?,
        algorithm: SignatureAlgorithm = .rsaSHA256
    ) throws(PackageError) {
        let content = try bytes(
            of: index, description: description, epoch: epoch, signedBy: key, algorithm: algorithm)
        try OutputFile.write(content, to: path)
    }
}
