import Glibc

/// Reads recipes' files into one buffer that is used again.
struct RecipeBytes: ~Copyable {
    /// What came of reading a file.
    enum Outcome {
        /// The bytes, until the next file is read.
        case bytes(UnsafeBufferPointer<UInt8>)
        /// There is no such file.
        case missing
        /// It is a symbolic link, which was not followed.
        case link
        /// It is larger than a recipe may be.
        case huge
        /// It is no plain file, or cannot be read.
        case unreadable
    }

    private static let limit = RecipeFolder.largestRecipe
    private let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.limit + 1)

    deinit { buffer.deallocate() }

    /// Reads a file.
    /// - Parameters:
    ///   - path: its path.
    ///   - folder: the descriptor of the folder that the path is relative to.
    ///   - followsLink: whether a symbolic link at its end is followed.
    mutating func read(_ path: UnsafePointer<CChar>, at folder: CInt, followsLink: Bool = false) -> Outcome {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followsLink ? 0 : O_NOFOLLOW)
        let descriptor = openat(folder, path, flags)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return .missing
            case ELOOP: return .link
            default: return .unreadable
            }
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return .unreadable }
        guard status.st_size <= Self.limit else { return .huge }
        var count = 0
        while count <= Self.limit {
            let got = Glibc.read(descriptor, buffer + count, Self.limit + 1 - count)
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { return .unreadable }
            count += got
            // A plain file that gave as much as it has needs no second question.
            if got == 0 || count == Int(status.st_size) { break }
        }
        guard count <= Self.limit else { return .huge }
        return .bytes(UnsafeBufferPointer(start: buffer, count: count))
    }
}
