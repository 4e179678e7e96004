import CArchive

/// A file's decompressed bytes, in order, to the very end of every compressed stream in it.
///
/// Formats stop reading at their own end mark, so that a cut in what follows it would pass unnoticed; this reads on.
final class FilterStream {
    private let handle: ArchiveHandle
    private let limits: ArchiveLimits
    /// Decompressed bytes handed out.
    private(set) var produced = 0
    /// Why reading failed; set by `next` when a callback cannot throw.
    private(set) var failure: ArchiveError?
    private var isAtEnd = false

    init(file: String, limits: ArchiveLimits) throws(ArchiveError) {
        self.limits = limits
        handle = try ArchiveHandle(file: file)
        let archive = handle.pointer
        // Those that libarchive does by itself; the rest would start programs.
        for support in [
            archive_read_support_filter_gzip, archive_read_support_filter_bzip2,
            archive_read_support_filter_xz,
            archive_read_support_filter_lzma, archive_read_support_filter_lzip,
            archive_read_support_filter_zstd,
            archive_read_support_filter_lz4, archive_read_support_filter_compress,
        ] {
            try handle.expectOK(support(archive))
        }
        try handle.expectOK(archive_read_support_format_raw(archive))
        let blockSize = 128 << 10
        // Filters read ahead here, so damage may show already.
        try handle.expectOK(archive_read_open_filename(archive, file, blockSize))
        var entry: OpaquePointer?
        let result = archive_read_next_header(archive, &entry)
        guard result == ARCHIVE_OK else {
            throw result == ARCHIVE_EOF
                ? .truncated(file: file, reason: "it is empty") : handle.failure(result)
        }
    }

    /// The next bytes, valid until the next call; nil at the end or after a failure.
    func next() -> UnsafeRawBufferPointer? {
        do throws(ArchiveError) {
            return failure == nil ? try read() : nil
        } catch {
            failure = error
            return nil
        }
    }

    /// Reads what is left, so that a cut or damaged end is found.
    func drain() throws(ArchiveError) {
        while next() != nil {}
        if let failure { throw failure }
    }

    private func read() throws(ArchiveError) -> UnsafeRawBufferPointer? {
        while !isAtEnd {
            var start: UnsafeRawPointer?
            var count = 0
            var offset: Int64 = 0
            let result = archive_read_data_block(handle.pointer, &start, &count, &offset)
            if result == ARCHIVE_EOF {
                isAtEnd = true
                return nil
            }
            try handle.expectOK(result)
            guard offset == Int64(produced) else {
                throw .damaged(file: handle.file, reason: "bytes are missing at \(produced)")
            }
            produced += count
            if produced > limits.size {
                throw .limit(file: handle.file, what: "decompressed bytes", allowed: limits.size)
            }
            let consumed = max(1, Int(archive_filter_bytes(handle.pointer, -1)))
            if produced > limits.ratioFloor, produced / consumed >= limits.ratio {
                throw .limit(file: handle.file, what: "bytes per compressed byte", allowed: limits.ratio)
            }
            if count > 0 { return UnsafeRawBufferPointer(start: start, count: count) }
        }
        return nil
    }
}
