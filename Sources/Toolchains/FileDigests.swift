import Foundation
import Signing

/// SHA-256 of files, remembered by what identifies an unchanged file: path, device, inode, size and times.
///
/// The compiler is 200 MB; a plan that builds nothing may not read it again. The memory is a text file that is
/// replaced whole, and may be lost at any time. It has one line a file: digest, state, path; files that are gone are
/// left out.
public struct FileDigests {
    private let store: String?
    /// By path: the digest, a space, and the state of the file that it is of.
    private var known: [String: String] = [:]
    private var changed = false

    /// - Parameter store: the file that keeps what was learned; nil keeps nothing.
    public init(store: String?) {
        self.store = store
        // A memory that cannot be read is an empty one: everything is then digested anew.
        guard let store, let text = FileManager.default.contents(atPath: store) else { return }
        let space = UInt8(ascii: " ")
        for line in [UInt8](text).split(separator: UInt8(ascii: "\n")) {
            guard let first = line.firstIndex(of: space),
                let second = line[(first + 1)...].firstIndex(of: space)
            else { continue }
            known[String(decoding: line[(second + 1)...], as: UTF8.self)] =
                String(decoding: line[..<second], as: UTF8.self)
        }
    }

    /// The digest of one file's content as hexadecimal text.
    /// - Throws: `ToolchainError.unreadable` when it cannot be read.
    public mutating func digest(of path: String) throws(ToolchainError) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw .unreadable(path, String(cString: strerror(errno)))
        }
        let state =
            "\(status.st_dev):\(status.st_ino):\(status.st_size):\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec):"
            + "\(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
        if let line = known[path], line.utf8.count > 65, line.dropFirst(65) == state {
            return String(line.prefix(64))
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw .unreadable(path, String(cString: strerror(errno)))
        }
        var hash = SHA256()
        do {
            while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
                chunk.withUnsafeBytes { hash.update($0) }
            }
        } catch {
            throw .unreadable(path, "\(error)")
        }
        let digest = hash.finalize().hex
        known[path] = "\(digest) \(state)"
        changed = true
        return digest
    }

    /// One digest over all files below a folder: their relative paths, whether they are executable, their contents;
    /// of a symbolic link its target.
    /// - Parameter leavingOut: names of files and folders that do not count, such as `README.md` and `tests`.
    public mutating func digest(
        ofTree folder: String, leavingOut: Set<String> = []
    ) throws(ToolchainError) -> String {
        var lines: [String] = []
        var pending = [""]
        while let relative = pending.popLast() {
            let names: [String]
            do { names = try FileManager.default.contentsOfDirectory(atPath: folder + "/" + relative) } catch
            {
                throw .unreadable(folder + "/" + relative, "\(error)")
            }
            for name in names where !leavingOut.contains(name) {
                let path = relative.isEmpty ? name : relative + "/" + name
                let full = folder + "/" + path
                var status = stat()
                guard lstat(full, &status) == 0 else {
                    throw .unreadable(full, String(cString: strerror(errno)))
                }
                switch status.st_mode & S_IFMT {
                case S_IFDIR: pending.append(path)
                case S_IFLNK:
                    let target: String
                    do { target = try FileManager.default.destinationOfSymbolicLink(atPath: full) } catch {
                        throw .unreadable(full, "\(error)")
                    }
                    lines.append("\(path)\0link\0\(target)")
                default:
                    let kind = status.st_mode & 0o111 != 0 ? "program" : "file"
                    lines.append("\(path)\0\(kind)\0\(try digest(of: full))")
                }
            }
        }
        lines.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var hash = SHA256()
        for line in lines { hash.update(Array(line.utf8) + [10]) }
        return hash.finalize().hex
    }

    /// Writes down what was learned. A failure is only a loss of speed and is not reported.
    public mutating func save() {
        guard changed, let store else { return }
        let text = known.filter { access($0.key, F_OK) == 0 }.map { "\($0.value) \($0.key)\n" }.sorted()
            .joined()
        // Losing this file costs a second of hashing and nothing else.
        try? text.write(toFile: store, atomically: true, encoding: .utf8)
        changed = false
    }
}
