import CArchive

/// Owner of one of libarchive's writers, of cpio in the "newc" form.
///
/// A file of its own: one that imports libarchive sees a second set of the C library's types.
final class InitialFileSystemWriter {
    private let pointer: OpaquePointer
    private let file: String

    init(_ file: String) throws(ArchiveError) {
        self.file = file
        guard let pointer = archive_write_new() else {
            throw .unwritable(path: file, reason: "no memory")
        }
        self.pointer = pointer
        try expectOK(archive_write_set_format_cpio_newc(pointer))
        try expectOK(archive_write_open_filename(pointer, file))
    }

    deinit { archive_write_free(pointer) }

    func finish() throws(ArchiveError) { try expectOK(archive_write_close(pointer)) }

    /// Begins an entry; a file's bytes follow by `write`.
    func add(
        _ path: String, mode: UInt32, content: InitialFileSystem.Content, seconds: Int
    ) throws(ArchiveError) {
        guard let entry = archive_entry_new() else {
            throw .unwritable(path: file, reason: "no memory")
        }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname(entry, path)
        archive_entry_set_perm(entry, mode)
        archive_entry_set_uid(entry, 0)
        archive_entry_set_gid(entry, 0)
        archive_entry_set_mtime(entry, seconds, 0)
        archive_entry_set_size(entry, 0)  // the form has no "unknown"
        switch content {
        case .folder:
            archive_entry_set_filetype(entry, FileType.folder)
            archive_entry_set_nlink(entry, 2)
        case .link(let target):
            archive_entry_set_filetype(entry, FileType.link)
            archive_entry_set_symlink(entry, target)
            archive_entry_set_size(entry, Int64(target.utf8.count))
        case .device(let device):
            archive_entry_set_filetype(entry, FileType.characterDevice)
            archive_entry_set_rdevmajor(entry, UInt(device.major))
            archive_entry_set_rdevminor(entry, UInt(device.minor))
        case .file(_, let size):
            archive_entry_set_filetype(entry, FileType.file)
            archive_entry_set_size(entry, size)
        }
        try expectOK(archive_write_header(pointer, entry))
    }

    func write(_ bytes: ArraySlice<UInt8>) throws(ArchiveError) {
        let written = bytes.withUnsafeBytes { archive_write_data(pointer, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw failure }
    }

    /// AE_IFDIR and its like of archive_entry.h, which are casts that Swift does not import.
    private enum FileType {
        static let characterDevice: UInt32 = 0o020000
        static let folder: UInt32 = 0o040000
        static let file: UInt32 = 0o100000
        static let link: UInt32 = 0o120000
    }

    private func expectOK(_ result: Int32) throws(ArchiveError) {
        guard result == ARCHIVE_OK else { throw failure }
    }

    private var failure: ArchiveError {
        let reason =
            archive_error_string(pointer).map { String(cString: $0) } ?? "libarchive gives no reason"
        return .unwritable(path: file, reason: reason)
    }
}
