import Foundation

/// Keeps a folder of things that can be had again below a size: what was used longest ago goes first.
public struct StoreCap: Sendable {
    /// One thing of the store.
    public struct Item: Sendable, Equatable {
        /// The file or folder.
        public let path: String
        /// What it takes.
        public let bytes: Int64
        /// When it was last used, as far as the file system says.
        public let used: Date
    }

    /// The store.
    public let folder: String
    /// Whether a thing is a folder right below; else every file is one.
    public let isByFolder: Bool

    /// A cap for a folder, which need not exist.
    public init(folder: String, isByFolder: Bool) {
        self.folder = folder
        self.isByFolder = isByFolder
    }

    /// What must go so that the rest takes at most so many bytes, oldest first. What was used within the last hour
    /// stays: farms share these folders, and a running build may be about to read it.
    public func victims(keeping limit: Int64, now: Date) throws -> [Item] {
        let items = try items()
        var total = items.reduce(0) { $0 + $1.bytes }
        var victims: [Item] = []
        for item in items.sorted(by: { ($0.used, $0.path) < ($1.used, $1.path) }) {
            guard total > limit else { break }
            guard now.timeIntervalSince(item.used) > 3600 else { continue }
            victims.append(item)
            total -= item.bytes
        }
        return victims
    }

    /// Removes things. One that somebody else removed meanwhile is no error.
    public func remove(_ items: [Item]) throws {
        for item in items where FileManager.default.fileExists(atPath: item.path) {
            try FileManager.default.removeItem(atPath: item.path)
        }
    }

    private func items() throws -> [Item] {
        let manager = FileManager.default
        guard manager.fileExists(atPath: folder) else { return [] }
        if isByFolder {
            return try manager.contentsOfDirectory(atPath: folder).sorted().map { name in
                let path = folder + "/" + name
                let parts = Self.files(below: path)
                let own = Self.item(path)
                return Item(
                    path: path, bytes: parts.reduce(own?.bytes ?? 0) { $0 + $1.bytes },
                    used: (parts + [own].compactMap { $0 }).map(\.used).max() ?? .distantPast)
            }
        }
        return Self.files(below: folder)
    }

    private static func files(below folder: String) -> [Item] {
        guard let walk = FileManager.default.enumerator(atPath: folder) else { return [] }
        var items: [Item] = []
        while let name = walk.nextObject() as? String {
            if let item = item(folder + "/" + name) { items.append(item) }
        }
        return items
    }

    /// A regular file; nil for anything else and for what is gone already.
    private static func item(_ path: String) -> Item? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        // Access times are kept at most once a day (relatime), which is exact enough here.
        let used = max(status.st_atim.tv_sec, status.st_mtim.tv_sec)
        return Item(
            path: path, bytes: Int64(status.st_blocks) * 512, used: Date(timeIntervalSince1970: Double(used)))
    }
}
