import Apk

/// libFuzzer's entry: the first byte says what the rest is read as. Reading may refuse; it may not trap, and what it takes
/// must be written as it was read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
    switch start[0] % 7 {
    case 0:
        guard let version = try? PackageVersion(bytes: bytes[...]) else { return 0 }
        precondition(version.compare(version) == .equal && version.text.bytes == bytes)
    case 1:
        guard let atom = try? DependencyAtom(bytes: bytes[...]) else { return 0 }
        precondition((try? DependencyAtom(bytes: atom.text.bytes[...])) == atom)
    case 2:
        var limits = Index.Limits()
        limits.bytes = 1 << 20
        guard let index = try? Index(bytes: bytes, limits: limits), let text = try? index.text() else {
            return 0
        }
        precondition((try? Index(bytes: text).entries.count) == index.entries.count)
    case 3: _ = try? AdbFile(bytes: Array("ADB.".utf8) + bytes, tools: NoTools()).database
    case 4:
        if let file = try? AdbFile(bytes: Array("ADB.indx".utf8) + bytes, tools: NoTools()) {
            _ = try? AdbIndex.index(file)
        }
    case 5: _ = try? AdbPackage(bytes: Array("ADB.pckg".utf8) + bytes, tools: NoTools(), trustsAnyone: true)
    default:
        var parser = TarParser()
        var sink = Sink()
        _ = try? bytes.withRawBytes { (piece) throws(ApkError) in try parser.consume(piece, &sink) }
        _ = try? InstalledDatabase(bytes: bytes)
        _ = try? PackageInfo(bytes: bytes)
    }
    return 0
}

private struct Sink: TarVisitor {
    mutating func began(_ entry: TarEntry) throws(ApkError) {}
    mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {}
    mutating func ended() throws(ApkError) {}
}

private struct NoDigest: StreamingDigest {
    init() {}
    mutating func update(_ bytes: UnsafeRawBufferPointer) {}
    mutating func finish() -> [UInt8] { [UInt8](repeating: 0, count: 32) }
}

private final class NoInflater: MemberInflater {
    static func open() throws(ApkError) -> NoInflater { NoInflater() }
    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(ApkError) -> InflateStep { throw ApkError(.damaged, "none") }
}

/// Tools that trust nobody and inflate nothing: the readers are reached directly.
private struct NoTools: PackageTools {
    typealias SHA1 = NoDigest
    typealias SHA256 = NoDigest
    typealias Inflater = NoInflater
    func verdict(on signature: PackageSignature, of bytes: [UInt8]) -> SignatureVerdict { .unknownKey }
    func verdict(on signature: [UInt8], of bytes: [UInt8], keyID: [UInt8]) -> KeyVerdict { .unknownKey }
    func sha512(_ bytes: [UInt8]) -> [UInt8] { [] }
    func inflateRaw(_ bytes: ArraySlice<UInt8>, limit: Int) throws(ApkError) -> [UInt8] {
        throw ApkError(.damaged, "none")
    }
}
