import Apk
import ApkCommands
import Foundation
import Packages
import Signing

/// A scratch folder with a key, packages and a root, on which commands run.
final class Workplace {
    static let key = Result { try PrivateKey.generate(bits: 2048, owner: "conformance", stamp: 1) }
    /// A real apk.
    static let real = ProcessInfo.processInfo.environment["APK_REAL"]
    /// Another build of ours, as a program.
    static let other = ProcessInfo.processInfo.environment["APK_UNDER_TEST"]
    static let records = ProcessInfo.processInfo.environment["CONFORMANCE_RECORD"] != nil

    let folder: String
    var root: String { folder + "/root" }
    private var entries: [String: IndexEntry] = [:]

    init() throws {
        var template = Array((NSTemporaryDirectory() + "apkfarm-conformance-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for name in ["keys", "repo/wasm32", "work"] {
            try FileManager.default.createDirectory(
                atPath: folder + "/" + name, withIntermediateDirectories: true)
        }
        let key = try Self.key.get()
        try key.publicKey.write(to: folder + "/keys/" + key.name)
    }

    deinit {
        // Left behind, a scratch folder harms nobody.
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Packs a package into the repository's folder.
    func pack(_ label: String, _ recipe: TransactionCase.Recipe) throws {
        let work = folder + "/work/" + label
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        for (kind, path, value) in recipe.files {
            let place = work + "/" + path
            try FileManager.default.createDirectory(
                atPath: URL(fileURLWithPath: place).deletingLastPathComponent().path,
                withIntermediateDirectories: true)
            switch kind {
            case "file": try Data(value.utf8).write(to: URL(fileURLWithPath: place))
            case "link": try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: value)
            case "hard": try FileManager.default.linkItem(atPath: work + "/" + value, toPath: place)
            default: try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            }
        }
        entries[label] = try PackageBuilder(info: recipe.info, root: work, epoch: 1_770_000_000)
            .write(to: folder + "/repo/wasm32/\(label).apk", signedBy: Self.key.get()).entry
    }

    /// Publishes an index of these packages.
    func publish(_ labels: [String]) throws {
        try IndexFile.write(
            Index(entries: labels.compactMap { entries[$0] }), to: folder + "/repo/wasm32/APKINDEX.tar.gz",
            description: "conformance", epoch: 1_770_000_000, signedBy: Self.key.get())
    }

    /// What a command answered: status, standard output, classes of standard error.
    func run(_ words: [String], program: String?) throws -> [String] {
        var words = words.map {
            $0.replacingOccurrences(of: "%R", with: root).replacingOccurrences(of: "%F", with: folder)
        }
        words += ["--root", root, "--keys-dir", folder + "/keys", "-X", folder + "/repo", "--arch", "wasm32"]
        if ["add", "del", "upgrade", "fix"].contains(words[0]) { words.append("--no-scripts") }
        let answer: (status: Int32, said: [String], complained: [String])
        if let program {
            answer = try Self.process(program, words)
        } else {
            let host = KeepingHost()
            let status = ApkProgram(host).run(words.map { ByteText($0) })
            answer = (status, host.answers.said, host.answers.complained)
        }
        // The real one lists folders in the order in which the file system keeps them.
        var said = words[0] == "audit" ? answer.said.sorted() : answer.said
        // Texts that its database keeps once: the real one's alone.
        if words[0] == "stats", let own = said.firstIndex(of: "atoms:") { said.removeSubrange(own...) }
        var lines = ["status \(answer.status == 0 ? 0 : 1)"]
        for line in said.flatMap({ $0.split(separator: "\n", omittingEmptySubsequences: false) }) {
            lines.append("| " + line.replacingOccurrences(of: folder, with: "%F"))
        }
        var classes: [String] = []
        for line in answer.complained {
            for name in ["ERROR", "WARNING"] where line.hasPrefix(name + ":") && !classes.contains(name) {
                classes.append(name)
            }
        }
        return lines + classes.map { "says " + $0 }
    }

    static func process(
        _ program: String, _ words: [String]
    ) throws -> (status: Int32, said: [String], complained: [String]) {
        let process = Process()
        let parts = program.split(separator: " ").map(String.init)
        process.executableURL = URL(fileURLWithPath: parts[0])
        process.arguments = parts.dropFirst() + words
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        let complained = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        func lines(_ data: Data) -> [String] {
            var lines = String(decoding: data, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false
            ).map(String.init)
            if lines.last == "" { lines.removeLast() }
            return lines
        }
        // The real apk writes what goes wrong between its answers to either stream.
        return (
            process.terminationStatus,
            lines(said).filter { !$0.hasPrefix("ERROR:") && !$0.hasPrefix("WARNING:") },
            lines(complained) + lines(said).filter { $0.hasPrefix("ERROR:") || $0.hasPrefix("WARNING:") }
        )
    }

    /// What the root holds: installed packages, world, files with their content.
    func state() throws -> [String] {
        var lines: [String] = []
        if let text = FileManager.default.contents(atPath: root + "/lib/apk/db/installed") {
            let database = try InstalledDatabase(bytes: Array(text))
            lines.append(
                "installed " + database.packages.map { $0.entry.label }.sorted().joined(separator: " "))
            for package in database.packages.sorted(by: { $0.entry.name < $1.entry.name }) {
                let files = package.folders.flatMap { folder in
                    folder.files.map { folder.path(of: $0).description }
                }
                if !files.isEmpty {
                    lines.append("owns \(package.entry.name) " + files.sorted().joined(separator: " "))
                }
            }
        }
        if let text = FileManager.default.contents(atPath: root + "/etc/apk/world") {
            let atoms = String(decoding: text, as: UTF8.self).split(separator: "\n")
            lines.append("world " + atoms.sorted().joined(separator: " "))
        }
        let own = ["etc/apk", "lib/apk", "var", "dev", "tmp", "proc"]
        guard let walker = FileManager.default.enumerator(atPath: root) else { return lines }
        var files: [String] = []
        while let path = walker.nextObject() as? String {
            if own.contains(where: { path == $0 || path.hasPrefix($0 + "/") }) { continue }
            var status = stat()
            guard lstat(root + "/" + path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFREG:
                let content = FileManager.default.contents(atPath: root + "/" + path) ?? Data()
                files.append("file \(path) \(String(decoding: content, as: UTF8.self))")
            case S_IFLNK:
                files.append(
                    "link \(path) \(try FileManager.default.destinationOfSymbolicLink(atPath: root + "/" + path))"
                )
            default: break
            }
        }
        return lines + files.sorted()
    }
}

/// apk's command line on this machine, whose answers are kept instead of printed.
struct KeepingHost: ApkHost {
    final class Answers {
        var said: [String] = []
        var complained: [String] = []
    }

    private let base = CommandHost()
    let answers = Answers()

    func machine(root: ByteText, keysFolder: ByteText?, makesRoot: Bool) throws(ApkError) -> LinuxMachine {
        try base.machine(root: root, keysFolder: keysFolder, makesRoot: makesRoot)
    }
    func scriptRunner(root: ByteText) -> NoScripts { NoScripts() }
    func installed(into machine: LinuxMachine) throws(ApkError) {}
    func writeFile(_ path: ByteText, _ bytes: [UInt8]) throws(ApkError) { try base.writeFile(path, bytes) }
    func readFile(_ path: ByteText, limit: Int) throws(ApkError) -> [UInt8] {
        try base.readFile(path, limit: limit)
    }
    func exists(_ path: ByteText) -> Bool { base.exists(path) }
    func fileStatus(_ path: ByteText) throws(ApkError) -> (size: Int64, modified: Int64)? {
        try base.fileStatus(path)
    }
    func write(_ bytes: [UInt8]) throws(ApkError) {
        answers.said.append(String(decoding: bytes, as: UTF8.self))
    }
    func say(_ line: String) { answers.said.append(line) }
    func complain(_ line: String) { answers.complained.append(line) }
    var now: Int64 { 1_770_000_000 }
}
