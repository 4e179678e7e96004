import CArchive

/// Owner of one of libarchive's readers.
final class ArchiveHandle {
    let pointer: OpaquePointer
    /// What error messages call the archive.
    let file: String

    init(file: String) throws(ArchiveError) {
        self.file = file
        guard let pointer = archive_read_new() else { throw .unreadable(file: file, reason: "no memory") }
        self.pointer = pointer
    }

    deinit { archive_read_free(pointer) }

    /// The message of the last error or warning.
    var message: String {
        archive_error_string(pointer).map { String(cString: $0) } ?? "libarchive gives no reason"
    }

    /// Refuses every answer but ARCHIVE_OK. Settings answer ARCHIVE_WARN when they would start another program.
    func expectOK(_ result: Int32) throws(ArchiveError) {
        guard result == ARCHIVE_OK else { throw failure(result) }
    }

    /// The error that an answer means. libarchive has no code of its own for cut input, only words.
    func failure(_ result: Int32) -> ArchiveError {
        let text = message
        let isCut = ["runcated", "unexpected end", "premature", "Premature"].contains { text.contains($0) }
        return isCut ? .truncated(file: file, reason: text) : .damaged(file: file, reason: text)
    }
}

extension String {
    /// Whether `text` is part of it, byte by byte.
    fileprivate func contains(_ text: String) -> Bool {
        let whole = Array(utf8)
        let part = Array(text.utf8)
        guard whole.count >= part.count else { return false }
        return (0...(whole.count - part.count)).contains { whole[$0..<($0 + part.count)].elementsEqual(part) }
    }
}
