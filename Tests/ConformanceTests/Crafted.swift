import Apk
import Foundation
import Signing

/// A package put together piece by piece, so that each piece can be wrong.
struct Crafted: Sendable {
    enum Record { case right, wrong, none }

    struct File: Sendable {
        var path: String
        var content: [UInt8]
        var record = Record.right
        var isFolder = false

        init(_ path: String, _ content: String) {
            self.path = path
            self.content = Array(content.utf8)
        }
    }

    var info = ["pkgname = p", "pkgver = 1-r0", "pkgdesc = crafted", "arch = wasm32", "license = MIT"]
    var size = 1
    var files: [File]
    var statesHash = true
    private let key: PrivateKey

    init() throws {
        key = try Workplace.key.get()
        var folder = File("usr", "")
        folder.isFolder = true
        files = [folder, File("usr/a", "a")]
    }

    func gzip(_ bytes: [UInt8], level: Int = 9) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-n", "-\(level)"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(bytes))
        try input.fileHandleForWriting.close()
        let packed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(packed)
    }

    func data(end: [UInt8] = TarWriter.end) throws -> [UInt8] {
        var tar: [UInt8] = []
        for file in files {
            var entry = TarEntry(
                path: ByteText(file.path), kind: file.isFolder ? .directory : .file,
                mode: file.isFolder ? 0o755 : 0o644)
            var sum = SHA1.digest(of: file.content).hex
            if file.record == .wrong { sum = String(sum.reversed()) }
            if file.record != .none, !file.isFolder {
                entry.records = [.init(key: TarEntry.checksumKey, value: ByteText(sum))]
            }
            tar += try TarWriter.member(entry, content: file.content)
        }
        return try gzip(tar + end)
    }

    func whole(
        _ algorithm: SignatureAlgorithm? = .rsaSHA256, extra: (name: String, bytes: [UInt8])? = nil,
        controlEnd: [UInt8] = [], dataEnd: [UInt8] = TarWriter.end, withData: Bool = true,
        data replaced: [UInt8]? = nil, statesItsHash: Bool = false
    ) throws -> [UInt8] {
        let data = try data(end: dataEnd)
        let stated = statesItsHash ? replaced ?? data : data
        var lines = info + ["size = \(size)"]
        if statesHash { lines.append("datahash = " + SHA256.digest(of: stated).hex) }
        let text = Array((lines.joined(separator: "\n") + "\n").utf8)
        let control = try gzip(
            try TarWriter.member(TarEntry(path: ".PKGINFO", kind: .file, mode: 0o644), content: text)
                + controlEnd)
        var signatures: [UInt8] = []
        if let extra {
            signatures += try TarWriter.member(
                TarEntry(path: ByteText(".SIGN.RSA256." + extra.name), kind: .file, mode: 0o644),
                content: extra.bytes)
        }
        if let algorithm {
            let name =
                switch algorithm {
                case .rsaSHA1: "RSA"
                case .rsaSHA256: "RSA256"
                case .rsaSHA512: "RSA512"
                }
            signatures += try TarWriter.member(
                TarEntry(path: ByteText(".SIGN.\(name).\(key.name)"), kind: .file, mode: 0o644),
                content: try key.sign(control, algorithm))
        }
        let body = control + (withData ? replaced ?? data : [])
        return signatures.isEmpty ? body : try gzip(signatures) + body
    }
}
