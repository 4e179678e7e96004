import Apk
import Packages

/// A machine that dies: after a number of changes to the root every further one fails, as nothing runs after a kill.
final class DyingMachine: ApkMachine {
    typealias SHA1 = FarmTools.SHA1
    typealias SHA256 = FarmTools.SHA256
    typealias Inflater = FarmTools.Inflater

    private let base: LinuxMachine
    private let life: Int
    private(set) var changes = 0

    var isDead: Bool { changes > life }

    init(_ base: LinuxMachine, life: Int) {
        self.base = base
        self.life = life
    }

    private func live() throws(ApkError) {
        changes += 1
        if changes > life { throw ApkError(.machine, "killed") }
    }

    func read<Consumer: ByteConsumer>(_ location: ByteText, into consumer: inout Consumer) throws(ApkError) {
        try base.read(location, into: &consumer)
    }
    func download(_ address: ByteText, to path: ByteText, newerThan: Int64?) throws(ApkError) -> Bool {
        try live()
        return try base.download(address, to: path, newerThan: newerThan)
    }
    func read<Consumer: ByteConsumer>(file path: ByteText, into consumer: inout Consumer) throws(ApkError) {
        try base.read(file: path, into: &consumer)
    }
    func compress(_ bytes: [UInt8]) throws(ApkError) -> [UInt8] { try base.compress(bytes) }
    func deflateRaw(_ bytes: [UInt8]) throws(ApkError) -> [UInt8] { try base.deflateRaw(bytes) }
    func inflateRaw(_ bytes: ArraySlice<UInt8>, limit: Int) throws(ApkError) -> [UInt8] {
        try base.inflateRaw(bytes, limit: limit)
    }
    func sha512(_ bytes: [UInt8]) -> [UInt8] { base.sha512(bytes) }
    func verdict(on signature: PackageSignature, of bytes: [UInt8]) -> SignatureVerdict {
        base.verdict(on: signature, of: bytes)
    }
    func verdict(on signature: [UInt8], of bytes: [UInt8], keyID: [UInt8]) -> KeyVerdict {
        base.verdict(on: signature, of: bytes, keyID: keyID)
    }
    func scriptRan() { base.scriptRan() }
    func status(_ path: ByteText) throws(ApkError) -> FileStatus? { try base.status(path) }
    func readFile(_ path: ByteText, limit: Int) throws(ApkError) -> [UInt8]? {
        try base.readFile(path, limit: limit)
    }
    func names(in folder: ByteText) throws(ApkError) -> [ByteText]? { try base.names(in: folder) }
    func ownership(_ path: ByteText) throws(ApkError) -> FileOwnership? { try base.ownership(path) }
    func modificationTime(_ path: ByteText) throws(ApkError) -> Int64? { try base.modificationTime(path) }

    func writeFile(_ path: ByteText, _ bytes: [UInt8], mode: UInt32) throws(ApkError) {
        try live()
        try base.writeFile(path, bytes, mode: mode)
    }
    /// A kill may leave the first half of what was added.
    func appendFile(_ path: ByteText, _ bytes: [UInt8]) throws(ApkError) {
        if changes == life { try base.appendFile(path, Array(bytes.prefix(bytes.count / 2))) }
        try live()
        try base.appendFile(path, bytes)
    }
    func setOwnership(_ path: ByteText, _ entry: TarEntry) throws(ApkError) {
        try live()
        try base.setOwnership(path, entry)
    }
    func makeFolder(_ path: ByteText, _ entry: TarEntry) throws(ApkError) -> Bool {
        try live()
        return try base.makeFolder(path, entry)
    }
    func beginFile(_ path: ByteText) throws(ApkError) {
        try live()
        try base.beginFile(path)
    }
    func append(_ bytes: UnsafeRawBufferPointer) throws(ApkError) { try base.append(bytes) }
    func endFile(_ entry: TarEntry) throws(ApkError) { try base.endFile(entry) }
    func makeSymbolicLink(_ path: ByteText, to target: ByteText, _ entry: TarEntry) throws(ApkError) {
        try live()
        try base.makeSymbolicLink(path, to: target, entry)
    }
    func makeHardLink(_ path: ByteText, to existing: ByteText) throws(ApkError) {
        try live()
        try base.makeHardLink(path, to: existing)
    }
    func rename(_ path: ByteText, to newPath: ByteText) throws(ApkError) {
        try live()
        try base.rename(path, to: newPath)
    }
    func removeFile(_ path: ByteText) throws(ApkError) {
        try live()
        try base.removeFile(path)
    }
    func removeFolder(_ path: ByteText) throws(ApkError) {
        try live()
        try base.removeFolder(path)
    }
    func lock() throws(ApkError) { try base.lock() }
    func unlock() { base.unlock() }
}
