/// `Packages.adb`: an index of apk 3, here over packages of apk 2.
public enum AdbIndex {
    /// The index of a file that was read. Throws `damaged` if it is none.
    public static func index(_ file: AdbFile, limits: Index.Limits = Index.Limits()) throws(ApkError) -> Index
    {
        guard file.schema == .index else { throw ApkError(.damaged, "adb: it is a package, not an index") }
        let database = file.database
        let root = try database.slots(database.root)
        var index = Index()
        index.description = try database.text(root, 1)
        let packages = try database.slots(database.value(root, 2))
        guard packages.count <= limits.packages else {
            throw ApkError(
                .overLimit, "adb: the index holds more than the \(limits.packages) packages allowed")
        }
        for number in 1..<(packages.count + 1) {
            index.entries.append(try IndexEntry.read(database.value(packages, number), database).entry)
        }
        return index
    }

    /// The database block of an index: packages by name, then version.
    public static func database(of index: Index) throws(ApkError) -> [UInt8] {
        var writer = AdbWriter()
        var packages: [UInt32] = []
        for entry in index.entries.sorted(by: IndexEntry.precedes) {
            packages.append(entry.write(to: &writer))
        }
        let description = writer.text(index.description)
        let array = writer.array(packages)
        let root = writer.object([description, array])
        return try writer.finish(root: root)
    }

    /// The bytes that a key signs for a database of an index, after the 18 bytes that the signature block begins with.
    ///
    /// - Parameters:
    ///   - digest: SHA512 of the database.
    ///   - keyID: the first 16 bytes of the SHA512 of the public key's PKCS#1 form.
    public static func signedBytes(digest: [UInt8], keyID: [UInt8]) -> [UInt8] {
        AdbFile.signedBytes(.index, header: AdbFile.signatureHeader(keyID), digest: digest)
    }

    /// The file: `ADB.`, the database, signatures of keys by their names.
    public static func file(_ database: [UInt8], signatures: [(keyID: [UInt8], bytes: [UInt8])]) -> [UInt8] {
        AdbFile.bytes(
            .index, database, signatures: signatures.map { AdbFile.signatureHeader($0.keyID) + $0.bytes })
    }
}
