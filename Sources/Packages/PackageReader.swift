import Apk
import Signing

/// What a package file holds.
public struct PackageContents: Sendable {
    /// Its `.PKGINFO`.
    public let info: PackageInfo
    /// What the index calls it: `C:`.
    public let identity: PackageIdentity
    /// Its scripts.
    public let scripts: [PackageScript]
    /// Names of the keys that signed it, checked or not.
    public let signers: [String]
    /// The members of its data member, without their content.
    public let entries: [TarEntry]
    /// Bytes of the file.
    public let fileSize: Int64

    /// The entry of an index for it.
    public var entry: IndexEntry { IndexEntry(info, identity: identity, fileSize: fileSize) }
}

/// Reads package files of this machine and checks them.
public enum PackageReader {
    private struct Lister: PackageVisitor {
        var entries: [TarEntry] = []
        let keepsEntries: Bool

        mutating func opened(_ header: PackageHeader) throws(ApkError) {}
        mutating func began(_ entry: TarEntry) throws(ApkError) {
            if keepsEntries { entries.append(entry) }
        }
        mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {}
        mutating func ended() throws(ApkError) {}
    }

    /// What a package holds. Everything is checked but the signature.
    ///
    /// - Throws: `PackageError` naming the file and what is wrong with it.
    public static func read(file: String, limits: PackageLimits = PackageLimits()) throws(PackageError)
        -> PackageContents
    {
        let (package, visitor) = try parse(
            file, Lister(keepsEntries: true), keys: nil, trust: .anyone, limits: limits)
        return PackageContents(
            info: package.header.info, identity: package.header.identity, scripts: package.header.scripts,
            signers: package.header.signatures.map { $0.keyName.description }, entries: visitor.entries,
            fileSize: package.fileSize)
    }

    /// Checks everything about a package: a trusted signature, its data by datahash, each file's SHA1, its stated
    /// size, safe paths, limits, and that nothing follows its end.
    ///
    /// - Throws: `PackageError` naming the file and what is wrong with it.
    public static func verify(
        file: String, keys: KeyRing, limits: PackageLimits = PackageLimits()
    ) throws(PackageError) {
        let (package, _) = try parse(
            file, Lister(keepsEntries: false), keys: keys, trust: .signature, limits: limits)
        do throws(ApkError) {
            try package.requireStatedSize()
        } catch {
            throw PackageError(path: file, error)
        }
    }

    /// Reads a package to its end, telling a visitor what is in it.
    static func parse<Visitor: PackageVisitor>(
        _ file: String, _ visitor: Visitor, keys: KeyRing?, trust: PackageTrust, limits: PackageLimits
    ) throws(PackageError) -> (VerifiedPackage, Visitor) {
        let input = try InputFile.open(file)
        do {
            var parser = try PackageParser(
                tools: FarmTools(keys: keys), visitor: visitor, trust: trust, limits: limits)
            try input.forEachPiece { try parser.consume($0) }
            let package = try parser.finish()
            return (package, parser.visitor)
        } catch let error as ApkError {
            throw PackageError(path: file, error)
        } catch let error as PackageError {
            throw error
        } catch {
            throw PackageError(path: file, reason: "\(error)")
        }
    }
}
