import Apk
import Compressing
import Signing

/// Signs packages that were packed without a key: builds never see one.
public enum PackageSigner {
    /// Writes a signed copy: a signature member over the compressed control member, then the package as it is.
    ///
    /// - Parameters:
    ///   - file: an unsigned package.
    ///   - target: where the signed one shall lie; it appears whole or not at all.
    ///   - epoch: the time in the signature member, seconds since 1970.
    /// - Throws: `PackageError` when the file is no unsigned package or cannot be read or written.
    public static func sign(
        _ file: String, to target: String, with key: PrivateKey, epoch: Int64,
        algorithm: SignatureAlgorithm = .rsaSHA256
    ) throws(PackageError) {
        let input = try InputFile.open(file)
        let control = try controlMember(of: input, file)
        do {
            let signature = try IndexArchive.signatureTar(
                try key.sign(control, algorithm), algorithm: algorithm.fileAlgorithm,
                keyName: ByteText(key.name),
                modified: epoch)
            let output = try OutputFile.create(target)
            try output.write(Gzip.compress(signature))
            try InputFile.open(file).forEachPiece { try output.write($0) }
            try output.commit()
        } catch let error as PackageError {
            throw error
        } catch { throw PackageError(path: target, reason: "\(error)") }
    }

    /// The compressed bytes of the first gzip member, which must begin with `.PKGINFO`.
    private static func controlMember(of input: borrowing InputFile, _ file: String) throws(PackageError)
        -> [UInt8]
    {
        var head: [UInt8] = []
        var content: [UInt8] = []
        var found: GzipMember?
        do {
            let inflate = try InflateStream()
            try input.forEachPiece { piece in
                guard found == nil else { return }
                head += piece
                try inflate.write(piece, memberEnded: { if found == nil { found = $0 } }) { output in
                    if found == nil, content.count < 512 { content += output.prefix(512) }
                }
            }
        } catch let error as PackageError {
            throw error
        } catch { throw PackageError(path: file, reason: "\(error)") }
        guard let found, content.starts(with: Array(".PKGINFO\0".utf8)) else {
            throw PackageError(
                path: file, reason: "not an unsigned package: its first member holds no .PKGINFO")
        }
        return Array(head[found.compressed])
    }
}
