import CArchive
import Glibc

/// One entry's head.
struct ArchiveEntry {
    enum Kind {
        case file, folder
        case symbolicLink(target: [UInt8])
        case hardLink(target: [UInt8])
        case special(String)
    }

    let path: [UInt8]
    let kind: Kind
    let permissions: mode_t
    let seconds: Int64
    let nanoseconds: Int
    let size: Int64

    /// The path for people: bytes that are no UTF-8 are replaced.
    var shownPath: String { String(decoding: path, as: UTF8.self) }
}

/// Reads entries one after another: tar under any filter, or zip. Every answer of libarchive is compared; after an
/// error reading must end, since libarchive may give the same answer for ever.
final class ArchiveReader {
    private let handle: ArchiveHandle
    // Nil for zip, which is read from its end and so needs the file itself.
    private let stream: FilterStream?
    private let limits: ArchiveLimits
    private let names = NameLocale()
    private var entries = 0
    private var files = 0

    init(file: String, limits: ArchiveLimits) throws(ArchiveError) {
        self.limits = limits
        handle = try ArchiveHandle(file: file)
        let archive = handle.pointer
        if try Self.isZip(file) {
            stream = nil
            try handle.expectOK(archive_read_support_format_zip_seekable(archive))
            let blockSize = 128 << 10
            try handle.expectOK(archive_read_open_filename(archive, file, blockSize))
        } else {
            let stream = try FilterStream(file: file, limits: limits)
            self.stream = stream
            try handle.expectOK(archive_read_support_format_tar(archive))
            // The reader keeps the stream alive; libarchive calls back only while the reader lives.
            let result = archive_read_open(
                archive, Unmanaged.passUnretained(stream).toOpaque(), nil,
                { _, context, start in
                    guard let context else { return -1 }
                    let stream = Unmanaged<FilterStream>.fromOpaque(context).takeUnretainedValue()
                    let bytes = stream.next()
                    start?.pointee = bytes?.baseAddress
                    return stream.failure == nil ? bytes?.count ?? 0 : -1
                }, nil)
            guard result == ARCHIVE_OK else { throw failure(result) }
        }
    }

    /// The next entry; nil after the last one, when the whole file was read and found complete.
    func next() throws(ArchiveError) -> ArchiveEntry? {
        var endOfLast = 0
        if let stream {
            // Also the padding behind the last entry, so that the position is where the next head begins.
            if entries > 0 { try expectOK(archive_read_data_skip(handle.pointer)) }
            endOfLast = Int(archive_filter_bytes(handle.pointer, 0))
            if let failure = stream.failure { throw failure }
        }
        var entry: OpaquePointer?
        let result = names.during { archive_read_next_header(handle.pointer, &entry) }
        if result == ARCHIVE_EOF {
            try checkEnd(endOfLast)
            return nil
        }
        // A warning in a head is about names in other character sets or about attributes that are not kept.
        guard result == ARCHIVE_OK || result == ARCHIVE_WARN, let entry else { throw failure(result) }
        entries += 1
        if entries > limits.entries {
            throw .limit(file: handle.file, what: "entries", allowed: limits.entries)
        }
        let head = try names.during { () throws(ArchiveError) -> ArchiveEntry in try read(entry) }
        if case .file = head.kind { try count(size: head.size) }
        return head
    }

    /// Hands out the content of the entry that `next` gave, in pieces that may leave holes.
    func content(_ take: (UnsafeRawBufferPointer, Int64) throws(ArchiveError) -> Void) throws(ArchiveError) {
        while true {
            var start: UnsafeRawPointer?
            var count = 0
            var offset: Int64 = 0
            let result = archive_read_data_block(handle.pointer, &start, &count, &offset)
            if result == ARCHIVE_EOF { return }
            try expectOK(result)
            if count > 0 { try take(UnsafeRawBufferPointer(start: start, count: count), offset) }
        }
    }

    /// Counts bytes of a file against the limit: those that its head announces are counted by `next`.
    func count(size: Int64) throws(ArchiveError) {
        let (sum, overflow) = files.addingReportingOverflow(Int(clamping: max(0, size)))
        guard !overflow, sum <= limits.size else {
            throw .limit(file: handle.file, what: "bytes in files", allowed: limits.size)
        }
        files = sum
    }

    private func read(_ entry: OpaquePointer) throws(ArchiveError) -> ArchiveEntry {
        guard let path = bytes(archive_entry_pathname(entry)) else {
            throw .unsafePath(file: handle.file, entry: "", reason: "entry \(entries) has no name")
        }
        let kind: ArchiveEntry.Kind
        if let target = bytes(archive_entry_hardlink(entry)) {
            kind = .hardLink(target: target)
        } else {
            switch archive_entry_filetype(entry) {
            case S_IFREG: kind = .file
            case S_IFDIR: kind = .folder
            case S_IFLNK:
                let target = bytes(archive_entry_symlink(entry))
                kind = .symbolicLink(target: target ?? [])
            case S_IFCHR, S_IFBLK: kind = .special("device")
            case S_IFIFO: kind = .special("named pipe")
            case S_IFSOCK: kind = .special("socket")
            default: kind = .special("file of unknown kind")
            }
        }
        let hasSize = archive_entry_size_is_set(entry) != 0
        return ArchiveEntry(
            path: path, kind: kind, permissions: archive_entry_perm(entry) & 0o777,
            seconds: Int64(archive_entry_mtime(entry)), nanoseconds: Int(archive_entry_mtime_nsec(entry)),
            size: hasSize ? archive_entry_size(entry) : 0)
    }

    private func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8]? {
        guard let text else { return nil }
        return Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    /// libarchive takes the end of the stream between two entries for the end of the archive; a tar without its end
    /// mark of zeros is a cut one.
    private func checkEnd(_ endOfLast: Int) throws(ArchiveError) {
        guard let stream else { return }
        try stream.drain()
        let block = 512
        if stream.produced < endOfLast + block {
            throw .truncated(file: handle.file, reason: "the end mark of the tar is missing")
        }
    }

    private func expectOK(_ result: Int32) throws(ArchiveError) {
        guard result == ARCHIVE_OK else { throw failure(result) }
    }

    private func failure(_ result: Int32) -> ArchiveError {
        stream?.failure ?? handle.failure(result)
    }

    private static func isZip(_ file: String) throws(ArchiveError) -> Bool {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .unreadable(file: file, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var magic = [UInt8](repeating: 0, count: 4)
        let count = Glibc.read(descriptor, &magic, magic.count)
        // A local header, or the end record of an empty archive.
        return count == 4 && (magic == [0x50, 0x4b, 3, 4] || magic == [0x50, 0x4b, 5, 6])
    }
}
