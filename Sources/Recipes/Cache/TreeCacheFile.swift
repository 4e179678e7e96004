import Glibc
import Signing

/// What is remembered of some recipe trees between two runs.
struct TreeMemory: Sendable, Equatable {
    /// What was read and can be read again.
    struct Input: Sendable, Hashable, BitwiseCopyable {
        /// The number of its path among `paths`, which end in a zero byte as the system calls want them. Folders
        /// whose names count have whole paths, all others are relative to the last of those before.
        var path: TextTable.Number
        /// The row in the table that depends on it, or one of the numbers below.
        var row: UInt32
        /// What the file system said.
        var stamp: FileStamp
        /// The first half of the SHA-256 of its contents; 0 for a folder.
        var first: UInt64 = 0
        var second: UInt64 = 0

        /// A folder whose names count.
        static let folder = UInt32.max
        /// A name that was looked for in vain: should it appear, there is one recipe more.
        static let nothing = UInt32.max - 1
    }

    /// What the memory is of: trees, environment, form of evaluation. Another question has another answer.
    var question: String
    /// When the stamps were taken, nanoseconds since 1970.
    var written: Int64
    var table: RecipeTable
    var paths: TextTable
    var inputs: [Input]
}

/// The file that keeps a ``TreeMemory``: a mark, the SHA-256 of the rest, the rest. Whatever is not exactly that, whole
/// and sound, is no memory.
enum TreeCacheFile {
    /// Changes whenever the form does. Read as a number, it tells machines of the other byte order apart.
    private static let mark: [UInt8] = Array("apkfarm trees\u{1}\u{2}\u{3}".utf8)
    private static let largest = 1 << 28

    static func bytes(of memory: TreeMemory) -> [UInt8] {
        var writer = ColumnWriter()
        writer.append(Array(memory.question.utf8))
        writer.append([memory.written])
        memory.table.append(to: &writer)
        writer.append(memory.paths.bytes)
        writer.append(memory.paths.ends)
        writer.append(memory.inputs)
        return mark + SHA256.digest(of: writer.bytes).bytes + writer.bytes
    }

    /// The memory in a file; nil when there is none, or none that can be believed.
    static func read(_ path: String, question: String) -> TreeMemory? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= largest
        else { return nil }
        var head = [UInt8](repeating: 0, count: mark.count + 32)
        guard Glibc.read(descriptor, &head, head.count) == head.count, head.starts(with: mark) else {
            return nil
        }
        var reader = ColumnReader(descriptor, size: Int(status.st_size) - head.count)
        guard let memory = memory(from: &reader, question: question) else { return nil }
        return reader.finalize().bytes[...] == head[mark.count...] ? memory : nil
    }

    private static func memory(from reader: inout ColumnReader, question: String) -> TreeMemory? {
        guard let found = reader.column(of: UInt8.self), found.elementsEqual(question.utf8),
            let written = reader.column(of: Int64.self), written.count == 1,
            let table = RecipeTable(from: &reader),
            let text = reader.column(of: UInt8.self), let ends = reader.column(of: UInt32.self),
            let paths = TextTable(bytes: text, ends: ends),
            let inputs = reader.column(of: TreeMemory.Input.self), reader.isAtEnd
        else { return nil }
        for input in inputs {
            let isRow = Int(input.row) < table.rows.count
            guard isRow || input.row >= TreeMemory.Input.nothing, input.path < paths.count else { return nil }
        }
        return TreeMemory(
            question: question, written: written[0], table: table, paths: paths, inputs: inputs)
    }

    /// Writes a memory, whole or not at all. It is for speed only: where it cannot be written, nothing is lost.
    static func write(_ memory: TreeMemory, to path: String) {
        let bytes = bytes(of: memory)
        let temporary = "\(path).\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return }
        var isWhole = true
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Glibc.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: buffer[done...]).baseAddress,
                    buffer.count - done)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { isWhole = false; break }
                done += count
            }
        }
        if close(descriptor) != 0 { isWhole = false }
        if !isWhole || rename(temporary, path) != 0 { unlink(temporary) }
    }
}
