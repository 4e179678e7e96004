import Apk
import ApkCommands
import Foundation
import Packages
import Signing

/// apk's command line on this machine, whose answers are kept instead of printed.
struct Session: ApkHost {
    final class Answers {
        var said: [String] = []
        var complained: [String] = []
    }

    private let base: CommandHost<NoScripts>
    let answers = Answers()
    let folder: String
    private var entries: [IndexEntry] = []

    static let key = Result { try PrivateKey.generate(bits: 2048) }

    /// A folder with keys, a repository of three packages that install and one that cannot, and no root yet.
    init() throws {
        var template = Array((NSTemporaryDirectory() + "apkfarm-commands-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = folder
        base = CommandHost(download: { address, path, _ in
            // The whole network is one server: the session's folder.
            let file = address.replacingOccurrences(of: "http://server", with: folder)
            try Data(contentsOf: URL(fileURLWithPath: file)).write(to: URL(fileURLWithPath: path))
            return true
        })
        let key = try Self.key.get()
        try FileManager.default.createDirectory(atPath: folder + "/keys", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            atPath: folder + "/repo/wasm32", withIntermediateDirectories: true)
        try key.publicKey.write(to: folder + "/keys/" + key.name)
        try entries.append(
            pack(
                "app", ["usr/bin/app": "app", "etc/app.conf": "x"], needs: "lib so:libx.so.1",
                provides: "cmd:app=1-r0"))
        try entries.append(pack("lib", ["usr/lib/lib": "lib"]))
        try entries.append(pack("x", ["usr/lib/libx.so.1": "x"], provides: "so:libx.so.1=1.0"))
        try entries.append(pack("nodep", ["usr/nodep": "x"], needs: "missing"))
        try publish("test")
    }

    /// Publishes the packages in a signed index of this description.
    func publish(_ description: String) throws {
        try IndexFile.write(
            Index(entries: entries), to: folder + "/repo/wasm32/APKINDEX.tar.gz", description: description,
            epoch: 1_770_000_000, signedBy: try Self.key.get())
    }

    func end() {
        // Left behind, a scratch folder harms nobody.
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Runs apk with these words; `%` stands for the session's folder.
    func apk(_ words: String) -> (status: Int32, said: [String], complained: [String]) {
        answers.said = []
        answers.complained = []
        let vector = words.split(separator: " ").map {
            ByteText($0.replacingOccurrences(of: "%", with: folder))
        }
        let status = ApkProgram(self).run(vector)
        return (status, answers.said, answers.complained)
    }

    private func pack(
        _ name: String, _ files: [String: String], needs: String = "", provides: String = ""
    ) throws -> IndexEntry {
        var info = PackageInfo(
            name: try PackageName(parsing: name), version: try PackageVersion(parsing: "1-r0"),
            architecture: "wasm32")
        info.dependencies = try DependencyAtom.list(Array(needs.utf8)[...])
        info.provides = try DependencyAtom.list(Array(provides.utf8)[...])
        info.summary = "test"
        let work = folder + "/work/" + name
        for (path, content) in files {
            let file = URL(fileURLWithPath: work + "/" + path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content.utf8).write(to: file)
        }
        let builder = try PackageBuilder(info: info, root: work, epoch: 1_770_000_000)
        return try builder.write(to: folder + "/repo/wasm32/\(name)-1-r0.apk", signedBy: Self.key.get()).entry
    }

    // MARK: ApkHost

    func machine(root: ByteText, keysFolder: ByteText?, makesRoot: Bool) throws(ApkError) -> LinuxMachine {
        try base.machine(root: root, keysFolder: keysFolder, makesRoot: makesRoot)
    }
    func scriptRunner(root: ByteText) -> NoScripts { NoScripts() }
    func installed(into machine: LinuxMachine) throws(ApkError) { try base.installed(into: machine) }
    func writeFile(_ path: ByteText, _ bytes: [UInt8]) throws(ApkError) { try base.writeFile(path, bytes) }
    func readFile(_ path: ByteText, limit: Int) throws(ApkError) -> [UInt8] {
        try base.readFile(path, limit: limit)
    }
    func exists(_ path: ByteText) -> Bool { base.exists(path) }
    func fileStatus(_ path: ByteText) throws(ApkError) -> (size: Int64, modified: Int64)? {
        try base.fileStatus(path)
    }
    func sign(
        _ bytes: [UInt8], _ algorithm: PackageSignature.Algorithm, key: ByteText
    ) throws(ApkError) -> PackageSignature {
        try base.sign(bytes, algorithm, key: key)
    }
    func keyID(_ key: ByteText) throws(ApkError) -> [UInt8] { try base.keyID(key) }
    func write(_ bytes: [UInt8]) throws(ApkError) {
        answers.said.append(String(decoding: bytes, as: UTF8.self))
    }
    func say(_ line: String) { answers.said.append(line) }
    func complain(_ line: String) { answers.complained.append(line) }
    var now: Int64 { 1_770_000_000 }
}
