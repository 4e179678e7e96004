import Apk

/// libFuzzer's entry: the first byte says what the rest is read as (255: a package, else its remainder by 7). Reading may
/// refuse; it may not trap, and what it takes must be written as it was read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
    switch start[0] == 255 ? 7 : start[0] % 7 {
    case 7: readPackage(bytes)
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

/// A package, whole and in two pieces: both must be read alike, and no member may lead out of the root.
private func readPackage(_ bytes: [UInt8]) {
    var results: [Int?] = []
    for cut in [bytes.count, bytes.count / 2] {
        guard
            var parser = try? PackageParser(
                tools: NoTools(), visitor: Members(), trust: .anyone, limits: PackageLimits())
        else { continue }
        do throws(ApkError) {
            try Array(bytes[..<cut]).withRawBytes { (piece) throws(ApkError) in try parser.consume(piece) }
            try Array(bytes[cut...]).withRawBytes { (piece) throws(ApkError) in try parser.consume(piece) }
            results.append(try parser.finish().entryCount)
        } catch {
            results.append(nil)
        }
        for path in parser.visitor.paths {
            let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            precondition(!parts.contains { $0.isEmpty || $0.elementsEqual("..".utf8) || $0.contains(0) })
        }
    }
    precondition(results.count == 2 && results[0] == results[1])
}

private struct Members: PackageVisitor {
    var paths: [[UInt8]] = []
    mutating func opened(_ header: PackageHeader) throws(ApkError) {}
    mutating func began(_ entry: TarEntry) throws(ApkError) { paths.append(entry.path.bytes) }
    mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {}
    mutating func ended() throws(ApkError) {}
}

/// Digests that are always the same, so that the fuzzer's packages can be right.
private struct ZeroSHA1: StreamingDigest {
    init() {}
    mutating func update(_ bytes: UnsafeRawBufferPointer) {}
    mutating func finish() -> [UInt8] { [UInt8](repeating: 0, count: 20) }
}

private struct ZeroSHA256: StreamingDigest {
    init() {}
    mutating func update(_ bytes: UnsafeRawBufferPointer) {}
    mutating func finish() -> [UInt8] { [UInt8](repeating: 0, count: 32) }
}

/// Members that are stored: `M`, two bytes of length, the least first, then the content.
private final class StoredMembers: MemberInflater {
    private var head: [UInt8] = []
    private var left = 0

    static func open() throws(ApkError) -> StoredMembers { StoredMembers() }
    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(ApkError) -> InflateStep {
        var consumed = 0
        while head.count < 3, consumed < input.count {
            head.append(input[consumed])
            consumed += 1
            guard head[0] == UInt8(ascii: "M") else { throw ApkError(.damaged, "no member") }
            if head.count == 3 { left = Int(head[1]) | Int(head[2]) << 8 }
        }
        let count = min(left, input.count - consumed, output.count)
        for index in 0..<count { output[index] = input[consumed + index] }
        consumed += count
        left -= count
        let ends = head.count == 3 && left == 0
        if ends { head = [] }
        return InflateStep(consumed: consumed, produced: count, endsMember: ends)
    }
}

/// Tools that trust nobody and whose members are stored: the readers are reached directly.
private struct NoTools: PackageTools {
    typealias SHA1 = ZeroSHA1
    typealias SHA256 = ZeroSHA256
    typealias Inflater = StoredMembers
    func verdict(on signature: PackageSignature, of bytes: [UInt8]) -> SignatureVerdict { .unknownKey }
    func verdict(on signature: [UInt8], of bytes: [UInt8], keyID: [UInt8]) -> KeyVerdict { .unknownKey }
    func sha512(_ bytes: [UInt8]) -> [UInt8] { [] }
    func inflateRaw(_ bytes: ArraySlice<UInt8>, limit: Int) throws(ApkError) -> [UInt8] {
        throw ApkError(.damaged, "none")
    }
}
