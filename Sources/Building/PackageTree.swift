import Foundation
import Packages
import Sandboxing

/// The files of one package's folder as a list: what packing, scanning and lint look at.
public struct PackageTree: Sendable {
    /// One file, folder or link.
    public struct Entry: Sendable, Equatable {
        /// What it is.
        public enum Kind: Sendable, Equatable {
            /// A folder.
            case folder
            /// A regular file of so many bytes.
            case file(size: Int)
            /// A symbolic link with its target as written.
            case link(target: String)
            /// A device, socket or pipe.
            case special

            /// Whether it is a symbolic link.
            var isLink: Bool { if case .link = self { true } else { false } }
        }

        /// The path below the package's folder, without a leading slash.
        public let path: String
        /// What it is.
        public let kind: Kind
        /// Permission bits, with setuid, setgid and sticky.
        public let mode: UInt32

        /// The last component.
        public var name: Substring {
            path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
        }
        /// The folder part, empty at the top.
        public var folder: Substring { path.lastIndex(of: "/").map { path[..<$0] } ?? "" }
        /// True for a regular file with an execute bit.
        public var isProgram: Bool { if case .file = kind { mode & 0o111 != 0 } else { false } }
    }

    /// The folder.
    public let root: String
    /// Everything below it, sorted by bytes.
    public let entries: [Entry]

    /// Walks a package's folder, `pkg/NAME` of a build's. Links are not followed, those on the way to it included.
    /// - Throws: `BuildError.unreadable` naming the path.
    public init(of package: String, in build: String) throws(BuildError) {
        let root = build + "/pkg/" + package
        guard LeftFolder(build).hasFolder("pkg/" + package) else {
            throw .unreadable(
                path: root, reason: "it is no folder; package() must make it one")
        }
        try self.init(root: root)
        let size = entries.reduce(0) { sum, entry in
            if case .file(let size) = entry.kind { sum &+ size } else { sum }
        }
        guard (0...Self.largest).contains(size) else {
            throw .lint(
                package: package, problems: ["it holds \(size) bytes, and \(Self.largest) are allowed"])
        }
    }

    /// What one package may hold: its files are read as a whole, and a file of holes costs a build nothing.
    static let largest = 4 << 30

    /// Walks a folder. Links are not followed.
    /// - Throws: `BuildError.unreadable` naming the path.
    public init(root: String) throws(BuildError) {
        self.root = root
        var entries: [Entry] = []
        var pending = [""]
        while let folder = pending.popLast() {
            let names: [String]
            do { names = try FileManager.default.contentsOfDirectory(atPath: root + "/" + folder) } catch {
                throw .unreadable(path: root + "/" + folder, reason: "\(error)")
            }
            for name in names {
                let path = folder.isEmpty ? name : folder + "/" + name
                var status = stat()
                guard lstat(root + "/" + path, &status) == 0 else {
                    throw .unreadable(path: root + "/" + path, reason: String(cString: strerror(errno)))
                }
                let kind: Entry.Kind
                switch status.st_mode & S_IFMT {
                case S_IFDIR:
                    kind = .folder
                    pending.append(path)
                case S_IFREG: kind = .file(size: Int(status.st_size))
                case S_IFLNK:
                    do {
                        kind = .link(
                            target: try FileManager.default.destinationOfSymbolicLink(
                                atPath: root + "/" + path))
                    } catch { throw .unreadable(path: root + "/" + path, reason: "\(error)") }
                default: kind = .special
                }
                entries.append(Entry(path: path, kind: kind, mode: status.st_mode & 0o7777))
            }
        }
        self.entries = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// What is wrong with owners that the phases wrote down: each is of an entry, and its mode allows nothing that the
    /// file's own does not, which lint has seen.
    func problems(withOwners owners: [String: FileOwner]) -> [String] {
        guard !owners.isEmpty else { return [] }
        let modes = Dictionary(entries.map { ($0.path, $0.kind.isLink ? 0o7777 : $0.mode) }) { first, _ in
            first
        }
        return owners.sorted { $0.key < $1.key }.compactMap { path, owner in
            guard let mode = modes[path] else { return "\(path) has an owner, and there is no such file" }
            guard owner.mode & ~mode != 0 else { return nil }
            let wanted = String(owner.mode, radix: 8)
            return "\(path) was given mode \(wanted) and has \(String(mode, radix: 8)); what changed it?"
        }
    }

    /// The bytes of one file, at most `limit` of them.
    public func bytes(of path: String, limit: Int = .max) throws(BuildError) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: root + "/" + path) else {
            throw .unreadable(path: root + "/" + path, reason: String(cString: strerror(errno)))
        }
        do { return Array(try handle.read(upToCount: limit) ?? Data()) } catch {
            throw .unreadable(path: root + "/" + path, reason: "\(error)")
        }
    }
}
