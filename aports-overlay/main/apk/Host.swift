import Apk
import ApkCommands
import CApkMachine

/// apk's command line on a wasm Linux.
struct Host: ApkHost {
    let showsProgress: Bool

    func machine(root: ByteText, keysFolder: ByteText?, makesRoot: Bool) throws(ApkError) -> Machine {
        try Machine(root: root, keysFolder: keysFolder, makesRoot: makesRoot)
    }

    func scriptRunner(root: ByteText) -> ProcessRunner { ProcessRunner(root: root) }

    func installed(into machine: Machine) throws(ApkError) {}

    func writeFile(_ path: ByteText, _ bytes: [UInt8]) throws(ApkError) {
        let count = bytes.count
        let result = path.withCString { path in
            bytes.withUnsafeBytes { apk_write_file(path, $0.baseAddress, count) }
        }
        guard result >= 0 else { throw failure("cannot write", path, result) }
    }

    func readFile(_ path: ByteText, limit: Int) throws(ApkError) -> [UInt8] {
        let file = path.withCString { apk_open($0) }
        guard file >= 0 else { throw failure("cannot open", path, file) }
        defer { apk_close(file) }
        var whole = Gathering(limit: limit)
        var room = [UInt8](repeating: 0, count: 64 << 10)
        let size = room.count
        while true {
            let count = room.withUnsafeMutableBytes { apk_read(file, $0.baseAddress, size) }
            guard count >= 0 else { throw failure("cannot read", path, count) }
            if count == 0 { return whole.bytes }
            try room.withRawBytes { (buffer) throws(ApkError) in
                try whole.take(UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)]))
            }
        }
    }

    func exists(_ path: ByteText) -> Bool {
        var status = apk_status()
        return path.withCString { apk_path_status($0, &status) } == 0 && status.kind != 0
    }

    func fileStatus(_ path: ByteText) throws(ApkError) -> (size: Int64, modified: Int64)? {
        var status = apk_status()
        guard path.withCString({ apk_path_status($0, &status) }) == 0, status.kind == 1 else { return nil }
        return (status.size, status.mtime)
    }

    func say(_ line: String) { put(line, to: 1) }
    func complain(_ line: String) { put(line, to: 2) }

    func write(_ bytes: [UInt8]) throws(ApkError) {
        let count = bytes.count
        let result = bytes.withUnsafeBytes { apk_write(1, $0.baseAddress, count) }
        guard result >= 0 else { throw failure("cannot write", "standard output", result) }
    }

    func progress(_ done: Int, of total: Int) {
        guard showsProgress, total > 0 else { return }
        var bar: [UInt8] = [0x0d]
        let percent = done * 100 / total
        let digits = Array("\(percent)".utf8)
        for _ in digits.count..<3 { bar.append(0x20) }
        bar += digits + [UInt8(ascii: "%"), 0x20]
        for column in 0..<30 { bar.append(column * total < done * 30 ? UInt8(ascii: "#") : 0x20) }
        // The next line overwrites it.
        bar += Array("\r\u{1b}[K".utf8)
        let count = bar.count
        _ = bar.withUnsafeBytes { apk_write(1, $0.baseAddress, count) }
    }

    var now: Int64 { apk_now() }

    private func put(_ line: String, to file: Int32) {
        let bytes = Array(line.utf8) + [0x0a]
        let count = bytes.count
        // Nothing can be done if nobody listens.
        _ = bytes.withUnsafeBytes { apk_write(file, $0.baseAddress, count) }
    }
}

/// Runs packages' scripts as processes: in the root itself, or through `chroot` where the root is another folder.
struct ProcessRunner: ScriptRunner {
    let root: ByteText

    mutating func run(
        _ script: PackageScript, of package: IndexEntry, arguments: [ByteText]
    ) throws(ApkError) {
        let folder = root == "/" ? ByteText() : root
        let place: ByteText = "/lib/apk/exec"
        let name = place + "/" + ByteText(package.label + "." + script.kind.name.description)
        let top = apk_root_open_of(root)
        guard top >= 0 else { throw failure("Unable to open root", root, top) }
        defer { apk_close(top) }
        for path in ["lib", "lib/apk", "lib/apk/exec"] as [ByteText] {
            _ = path.withCString { apk_root_mkdir(top, $0, 0, 0, 0o755, 0) }
        }
        let inside = ByteText(name.bytes[1...])
        let file = inside.withCString { apk_root_create(top, $0, 0o755, 0) }
        guard file >= 0 else { throw failure("cannot create", name, file) }
        let count = script.bytes.count
        let written = script.bytes.withUnsafeBytes { apk_write(file, $0.baseAddress, count) }
        apk_close(file)
        defer {
            _ = inside.withCString { apk_root_unlink(top, $0, 0) }
            _ = ("lib/apk/exec" as ByteText).withCString { apk_root_unlink(top, $0, 1) }
        }
        guard written >= 0 else { throw failure("cannot write", name, written) }
        let words = (folder.isEmpty ? [] : ["chroot", folder] as [ByteText]) + [name] + arguments
        let status = spawn(
            words,
            [
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "APK_PACKAGE=" + package.name.text,
                "APK_SCRIPT=" + ByteText(script.kind.name.description),
            ], in: folder.isEmpty ? "/" : folder)
        guard status >= 0 else { throw failure("cannot run the script", name, status) }
        guard status == 0 else { throw ApkError(.machine, "script exited with error \(status)") }
    }

    private func apk_root_open_of(_ path: ByteText) -> Int32 { path.withCString { apk_root_open($0, 0) } }

    private func spawn(_ words: [ByteText], _ environment: [ByteText], in folder: ByteText) -> Int32 {
        let arguments = CStrings(words)
        let settings = CStrings(environment)
        return folder.withCString { apk_run(arguments.pointers, settings.pointers, $0) }
    }
}

/// Texts as C has them: a list of pointers with NULL at its end.
private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafePointer<CChar>?>
    private var texts: [UnsafeMutablePointer<CChar>] = []

    init(_ list: [ByteText]) {
        pointers = .allocate(capacity: list.count + 1)
        for (index, text) in list.enumerated() {
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.bytes.count + 1)
            for (offset, byte) in text.bytes.enumerated() { copy[offset] = CChar(bitPattern: byte) }
            copy[text.bytes.count] = 0
            pointers[index] = UnsafePointer(copy)
            texts.append(copy)
        }
        pointers[list.count] = nil
    }

    deinit {
        for text in texts { text.deallocate() }
        pointers.deallocate()
    }
}

/// The program: called by `main` in machine.c.
@_cdecl("apk_main")
func apkMain(_ count: Int32, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
    var list: [ByteText] = []
    for index in 1..<max(1, Int(count)) {
        guard let word = words[index] else { continue }
        var bytes: [UInt8] = []
        var offset = 0
        while word[offset] != 0 {
            bytes.append(UInt8(bitPattern: word[offset]))
            offset += 1
        }
        list.append(ByteText(bytes))
    }
    let isQuiet = list.contains("--no-progress") || list.contains("-q") || list.contains("--quiet")
    let host = Host(showsProgress: !isQuiet && apk_is_terminal(1) == 1)
    return ApkProgram(host).run(list)
}
