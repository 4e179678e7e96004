import Glibc

/// What an archive turned out to hold.
public struct ArchiveSummary: Sendable, Equatable {
    /// Entries of every kind.
    public var entries = 0
    /// Bytes in regular files.
    public var size: Int64 = 0
    /// The newest time of a regular file inside, in seconds since 1970; nil if there is none between 1970 and 9999.
    public var newestModificationTime: Int64?

    mutating func count(_ entry: ArchiveEntry) {
        entries += 1
        guard case .file = entry.kind else { return }
        size += entry.size
        let endOfYear9999: Int64 = 253_402_300_799
        if (1...endOfYear9999).contains(entry.seconds) {
            newestModificationTime = max(newestModificationTime ?? 0, entry.seconds)
        }
    }
}

/// Archives of sources: tar, plain or under gzip, bzip2, xz, lzma, lzip, zstd, lz4 or compress, and zip.
public enum SourceArchive {
    /// Whether abuild would unpack a source of that name.
    public static func isArchive(named name: String) -> Bool {
        [
            ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.lz", ".tar.lzma",
            ".tar.zst",
            ".zip",
        ].contains { name.hasSuffix($0) }
    }

    /// Unpacks an archive into an existing folder.
    ///
    /// Kept: contents, symbolic and hard links, times, permissions (without set-id bits and write access for others;
    /// folders stay writable for their owner). Not kept: owners, extended attributes. Files that exist are replaced,
    /// never written through.
    ///
    /// - Returns: counts, and the newest time inside.
    /// - Throws: at the first thing that is wrong; the folder then holds what came before it. Refused are paths and
    ///   links that lead out of the folder, paths through links, devices and the like, and more than `limits` allow.
    @discardableResult
    public static func unpack(
        _ file: String, into folder: String, limits: ArchiveLimits = ArchiveLimits()
    ) throws(ArchiveError) -> ArchiveSummary {
        let reader = try ArchiveReader(file: file, limits: limits)
        let folder = try SafeFolder(folder, archive: file)
        var summary = ArchiveSummary()
        var folders: [(path: ArchivePath, entry: ArchiveEntry)] = []
        while let entry = try reader.next() {
            summary.count(entry)
            let path = try ArchivePath(parsing: entry.path, file: file, limit: limits.pathLength)
            switch entry.kind {
            case .folder:
                try folder.makeFolder(path)
                folders.append((path, entry))
            case .file:
                try write(entry, path, reader, folder, file: file)
            case .symbolicLink(let target):
                try path.checkLink(to: target, file: file, limit: limits.pathLength)
                try folder.symbolicLink(path, to: target)
                try folder.setTime(path, time(of: entry))
            case .hardLink(let target):
                let target = try ArchivePath(parsing: target, file: file, limit: limits.pathLength)
                try folder.hardLink(path, to: target)
            case .special(let kind):
                throw .specialFile(file: file, entry: entry.shownPath, kind: kind)
            }
        }
        // The last first, so that a folder's time is set after those of the folders in it.
        for (path, entry) in folders.reversed() where !path.parts.isEmpty {
            try folder.setPermissions(path, entry.permissions & ~0o022 | 0o700)
            try folder.setTime(path, time(of: entry))
        }
        return summary
    }

    /// What an archive holds, without unpacking it. The whole file is read, so that damage is found.
    ///
    /// - Throws: `unreadable`, `truncated`, `damaged` or `limit`.
    public static func summary(
        of file: String, limits: ArchiveLimits = ArchiveLimits()
    ) throws(ArchiveError) -> ArchiveSummary {
        let reader = try ArchiveReader(file: file, limits: limits)
        var summary = ArchiveSummary()
        while let entry = try reader.next() {
            summary.count(entry)
        }
        return summary
    }

    /// The newest time of a file inside an archive, in seconds since 1970: the epoch of builds from it.
    ///
    /// - Returns: nil if no file inside has a time.
    /// - Throws: as `summary(of:limits:)`.
    public static func newestModificationTime(
        of file: String, limits: ArchiveLimits = ArchiveLimits()
    ) throws(ArchiveError) -> Int64? {
        try summary(of: file, limits: limits).newestModificationTime
    }

    private static func write(
        _ entry: ArchiveEntry, _ path: ArchivePath, _ reader: ArchiveReader, _ folder: SafeFolder,
        file: String
    ) throws(ArchiveError) {
        guard !path.parts.isEmpty else {
            throw .unsafePath(file: file, entry: entry.shownPath, reason: "a file needs a name")
        }
        let descriptor = try folder.createFile(path)
        defer { close(descriptor) }
        var end: Int64 = 0
        try reader.content { (bytes, offset) throws(ArchiveError) in
            let (last, overflow) = offset.addingReportingOverflow(Int64(bytes.count))
            guard offset >= 0, !overflow else {
                throw .damaged(file: file, reason: "'\(path)' has a hole longer than a file can be")
            }
            if last > max(end, entry.size) { try reader.count(size: last - max(end, entry.size)) }
            end = max(end, last)
            var done = 0
            while done < bytes.count {
                let count = pwrite(
                    descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, Int(offset) + done)
                if count < 0 {
                    if errno == EINTR { continue }
                    throw folder.unwritable(path, errno)
                }
                done += count
            }
        }
        // A file that ends with a hole is longer than what was written.
        if entry.size > end, ftruncate(descriptor, Int(entry.size)) != 0 {
            throw folder.unwritable(path, errno)
        }
        let times = [time(of: entry), time(of: entry)]
        guard fchmod(descriptor, entry.permissions & ~0o022) == 0, futimens(descriptor, times) == 0 else {
            throw folder.unwritable(path, errno)
        }
    }

    private static func time(of entry: ArchiveEntry) -> timespec {
        let isFraction = (0..<1_000_000_000).contains(entry.nanoseconds)
        return timespec(tv_sec: Int(entry.seconds), tv_nsec: isFraction ? entry.nanoseconds : 0)
    }
}
