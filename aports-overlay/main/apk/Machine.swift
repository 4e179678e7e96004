import Apk
import CApkMachine

/// A machine of wasm Linux for Apk's package manager: everything below is libc's, through `machine.h`.
final class Machine: ApkMachine {
    typealias SHA1 = Digest1
    typealias SHA256 = Digest256
    typealias Inflater = ZlibInflater

    let root: Int32
    let path: ByteText
    let keys: TrustedKeys
    private let owns: Int32
    private var openFile: Int32 = -1
    private var openPath = ByteText()
    private var lockFile: Int32 = -1

    init(root path: ByteText, keysFolder: ByteText?, makesRoot: Bool) throws(ApkError) {
        root = path.withCString { apk_root_open($0, makesRoot ? 1 : 0) }
        guard root >= 0 else { throw failure("Unable to open root", path, root) }
        self.path = path
        owns = apk_is_root_user()
        keys = TrustedKeys(root: root, folder: keysFolder)
    }

    // MARK: reading

    func read<Consumer: ByteConsumer>(_ location: ByteText, into consumer: inout Consumer) throws(ApkError) {
        if location.hasPrefix("file://") {
            try drain(ByteText(location.bytes[7...]), &consumer)
        } else if location.hasPrefix("http://") {
            let (file, _, _) = try ask(location, offset: 0, since: -1)
            defer { apk_close(file) }
            try drain(file, location, &consumer)
        } else if Repository(location).isRemote {
            throw ApkError(.machine, "only http:// addresses can be read here; set http_proxy for others")
        } else {
            try drain(location, &consumer)
        }
    }

    func download(_ address: ByteText, to path: ByteText, newerThan: Int64?) throws(ApkError) -> Bool {
        guard address.hasPrefix("http://") else {
            throw ApkError(.machine, "only http:// addresses can be read here; set http_proxy for others")
        }
        if let parent = SafePath.parent(of: path) { try makeFolders(parent) }
        let partial = path + ".part"
        var offset: Int64 = 0
        if newerThan == nil, case .file(let size)? = try status(partial) { offset = size }
        var (file, status, length) = try ask(address, offset: offset, since: newerThan ?? -1)
        if status == 416 {
            // What is there already is no beginning of it.
            apk_close(file)
            offset = 0
            (file, status, length) = try ask(address, offset: 0, since: -1)
        }
        defer { apk_close(file) }
        if status == 304 {
            _ = path.withCString { apk_root_touch(root, $0) }
            return false
        }
        let goesOn = status == 206 && offset > 0
        var writer = FileWriter(
            file: try require(
                partial.withCString { apk_root_create(root, $0, 0o644, goesOn ? 1 : 0) }, "create", partial))
        do throws(ApkError) {
            try drain(file, address, &writer)
            guard length < 0 || writer.count == length else {
                throw ApkError(.machine, "the connection broke off after \(writer.count) of \(length) bytes")
            }
        } catch {
            apk_close(writer.file)
            throw error
        }
        _ = try require(apk_sync(writer.file), "write", partial)
        apk_close(writer.file)
        try rename(partial, to: path)
        return true
    }

    func read<Consumer: ByteConsumer>(file path: ByteText, into consumer: inout Consumer) throws(ApkError) {
        let file = try require(path.withCString { apk_root_open_file(root, $0) }, "open", path)
        defer { apk_close(file) }
        try drain(file, path, &consumer)
    }

    private func ask(
        _ address: ByteText, offset: Int64, since: Int64
    ) throws(ApkError) -> (file: Int32, status: Int32, length: Int64) {
        var file: Int32 = -1
        var length: Int64 = -1
        let status = address.withCString { apk_http_open($0, offset, since, &file, &length) }
        guard status >= 0 else { throw failure("cannot be reached", ByteText(), status) }
        if status == 200 || status == 206 || status == 304 || status == 416 { return (file, status, length) }
        apk_close(file)
        throw ApkError(.notFound, "HTTP status \(status)")
    }

    private func drain<Consumer: ByteConsumer>(_ path: ByteText, _ consumer: inout Consumer) throws(ApkError)
    {
        let file = path.withCString { apk_open($0) }
        guard file >= 0 else { throw failure("cannot open", ByteText(), file) }
        defer { apk_close(file) }
        try drain(file, path, &consumer)
    }

    private func drain<Consumer: ByteConsumer>(
        _ file: Int32, _ name: ByteText, _ consumer: inout Consumer
    ) throws(ApkError) {
        let room = UnsafeMutableRawPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { room.deallocate() }
        while true {
            let count = apk_read(file, room, 64 << 10)
            guard count >= 0 else { throw failure("cannot read", name, count) }
            if count == 0 { return }
            try consumer.take(UnsafeRawBufferPointer(start: room, count: Int(count)))
        }
    }

    // MARK: the root

    func status(_ path: ByteText) throws(ApkError) -> FileStatus? {
        let status = try look(path)
        switch status.kind {
        case 0: return nil
        case 1: return .file(size: status.size)
        case 3: return .folder
        case 2:
            var room = [UInt8](repeating: 0, count: 4096)
            let count = room.count
            let length = path.withCString { text in
                room.withUnsafeMutableBytes { apk_root_readlink(root, text, $0.baseAddress, count) }
            }
            _ = try require(length, "read the link", path)
            return .symbolicLink(ByteText(room[..<Int(length)]))
        default: return .other
        }
    }

    func readFile(_ path: ByteText, limit: Int) throws(ApkError) -> [UInt8]? {
        let file = path.withCString { apk_root_open_file(root, $0) }
        if file == -2 || file == -20 { return nil }
        guard file >= 0 else { throw failure("cannot open", path, file) }
        defer { apk_close(file) }
        var whole = Gathering(limit: limit)
        do throws(ApkError) {
            try drain(file, path, &whole)
        } catch {
            throw error.within(path.description)
        }
        return whole.bytes
    }

    func writeFile(_ path: ByteText, _ bytes: [UInt8], mode: UInt32) throws(ApkError) {
        if let parent = SafePath.parent(of: path) { try makeFolders(parent) }
        var place = path
        if case .symbolicLink? = try status(path) {
            var room = [UInt8](repeating: 0, count: 4096)
            let count = room.count
            let result = path.withCString { text in
                room.withUnsafeMutableBytes { apk_root_resolve(root, text, 1, $0.baseAddress, count) }
            }
            if result == 0 { place = ByteText(room[..<(room.firstIndex(of: 0) ?? 0)]) }
        }
        let temporary =
            (SafePath.parent(of: place).map { $0 + "/" } ?? "") + ".new." + SafePath.name(of: place)
        let file = try require(
            temporary.withCString { apk_root_create(root, $0, mode, 0) }, "create", temporary)
        let count = bytes.count
        var result = bytes.withUnsafeBytes { apk_write(file, $0.baseAddress, count) }
        if result >= 0 { result = apk_sync(file) }
        apk_close(file)
        _ = try require(result, "write", path)
        try rename(temporary, to: place)
        _ = place.withCString { apk_root_chown(root, $0, 0, 0, mode, owns) }
    }

    func appendFile(_ path: ByteText, _ bytes: [UInt8]) throws(ApkError) {
        if let parent = SafePath.parent(of: path) { try makeFolders(parent) }
        let file = try require(path.withCString { apk_root_create(root, $0, 0o644, 1) }, "open", path)
        defer { apk_close(file) }
        let count = bytes.count
        _ = try require(bytes.withUnsafeBytes { apk_write(file, $0.baseAddress, count) }, "add to", path)
    }

    func names(in folder: ByteText) throws(ApkError) -> [ByteText]? {
        var memory: UnsafeMutablePointer<CChar>?
        let length = folder.withCString { apk_root_names(root, $0, &memory) }
        if length == -2 || length == -20 { return nil }
        _ = try require(length, "list", folder)
        defer { apk_free(memory) }
        var names: [ByteText] = []
        var name: [UInt8] = []
        for index in 0..<Int(length) {
            let byte = UInt8(bitPattern: memory?[index] ?? 0)
            if byte == 0 {
                names.append(ByteText(name))
                name = []
            } else {
                name.append(byte)
            }
        }
        return names.sorted()
    }

    func ownership(_ path: ByteText) throws(ApkError) -> FileOwnership? {
        let status = try look(path)
        if status.kind == 0 { return nil }
        return FileOwnership(userID: status.uid, groupID: status.gid, mode: status.mode)
    }

    func modificationTime(_ path: ByteText) throws(ApkError) -> Int64? {
        let status = try look(path)
        return status.kind == 1 ? status.mtime : nil
    }

    func setOwnership(_ path: ByteText, _ entry: TarEntry) throws(ApkError) {
        _ = try require(
            path.withCString { apk_root_chown(root, $0, entry.userID, entry.groupID, entry.mode, owns) },
            "set owner and mode of", path)
    }

    private func makeFolders(_ path: ByteText) throws(ApkError) {
        if let parent = SafePath.parent(of: path) { try makeFolders(parent) }
        _ = try makeFolder(path, TarEntry(path: path, kind: .directory, mode: 0o755))
    }

    func makeFolder(_ path: ByteText, _ entry: TarEntry) throws(ApkError) -> Bool {
        let result = path.withCString {
            apk_root_mkdir(root, $0, entry.userID, entry.groupID, entry.mode, owns)
        }
        if result == -20 { throw ApkError(.fileConflict, "\(path): is no folder, but one belongs there") }
        return try require(result, "make the folder", path) == 0
    }

    func beginFile(_ path: ByteText) throws(ApkError) {
        if openFile >= 0 { apk_close(openFile) }
        openFile = try require(path.withCString { apk_root_create(root, $0, 0o600, 0) }, "create", path)
        openPath = path
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {
        _ = try require(apk_write(openFile, bytes.baseAddress, bytes.count), "write", openPath)
    }

    func endFile(_ entry: TarEntry) throws(ApkError) {
        let file = openFile
        openFile = -1
        _ = try require(
            apk_root_finish(file, entry.userID, entry.groupID, entry.mode, entry.modified, owns), "finish",
            openPath)
    }

    func makeSymbolicLink(_ path: ByteText, to target: ByteText, _ entry: TarEntry) throws(ApkError) {
        let result = path.withCString { path in
            target.withCString {
                apk_root_symlink(root, path, $0, entry.userID, entry.groupID, entry.modified, owns)
            }
        }
        _ = try require(result, "make the link", path)
    }

    func makeHardLink(_ path: ByteText, to existing: ByteText) throws(ApkError) {
        let result = path.withCString { path in existing.withCString { apk_root_link(root, path, $0) } }
        _ = try require(result, "make the hard link", path)
    }

    func rename(_ path: ByteText, to newPath: ByteText) throws(ApkError) {
        let result = path.withCString { path in newPath.withCString { apk_root_rename(root, path, $0) } }
        _ = try require(result, "rename the new file to", newPath)
    }

    func removeFile(_ path: ByteText) throws(ApkError) {
        _ = try require(path.withCString { apk_root_unlink(root, $0, 0) }, "remove", path)
    }

    func removeFolder(_ path: ByteText) throws(ApkError) {
        _ = try require(path.withCString { apk_root_unlink(root, $0, 1) }, "remove the folder", path)
    }

    func lock() throws(ApkError) {
        let path: ByteText = "lib/apk/db/lock"
        try makeFolders("lib/apk/db")
        let file = path.withCString { apk_root_lock(root, $0) }
        if file == -11 { throw ApkError(.machine, "another apk is at work here; wait for it to end") }
        lockFile = try require(file, "open", path)
    }

    /// Nothing of the root is remembered.
    func scriptRan() {}

    func unlock() {
        if lockFile >= 0 { apk_close(lockFile) }
        lockFile = -1
    }

    private func look(_ path: ByteText) throws(ApkError) -> apk_status {
        var status = apk_status()
        _ = try require(path.withCString { apk_root_status(root, $0, &status) }, "look at", path)
        return status
    }

    private func require(_ result: Int32, _ action: StaticString, _ path: ByteText) throws(ApkError) -> Int32
    {
        guard result >= 0 else { throw failure(action, path, result) }
        return result
    }
}

/// An error with the text of an errno.
func failure(_ action: StaticString, _ path: ByteText, _ number: Int32) -> ApkError {
    var text: [UInt8] = []
    if let reason = apk_reason(number) {
        var index = 0
        while reason[index] != 0 {
            text.append(UInt8(bitPattern: reason[index]))
            index += 1
        }
    }
    let place = path.isEmpty ? "" : "\(path): "
    return ApkError(number == -2 ? .notFound : .machine, "\(place)\(action): \(ByteText(text))")
}

extension ByteText {
    /// Lends the text with a NUL behind it.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (bytes + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { body($0.baseAddress.unsafelyUnwrapped) }
        }
    }
}

/// Writes what it is given to a file and counts.
private struct FileWriter: ByteConsumer {
    let file: Int32
    var count: Int64 = 0

    init(file: Int32) { self.file = file }

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(ApkError) {
        let result = apk_write(file, bytes.baseAddress, bytes.count)
        guard result >= 0 else { throw failure("cannot write", ByteText(), result) }
        count += Int64(bytes.count)
    }
}

/// Gathers what it is given.
struct Gathering: ByteConsumer {
    let limit: Int
    var bytes: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    mutating func take(_ piece: UnsafeRawBufferPointer) throws(ApkError) {
        guard bytes.count + piece.count <= limit else {
            throw ApkError(.overLimit, "it has more than the \(limit) bytes allowed")
        }
        bytes.append(contentsOf: piece)
    }
}
