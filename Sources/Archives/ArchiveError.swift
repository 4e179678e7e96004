/// Why an archive was not read or unpacked. `file` is the archive, `entry` the path inside it.
public enum ArchiveError: Error, Equatable, CustomStringConvertible {
    /// The archive cannot be opened.
    case unreadable(file: String, reason: String)
    /// The archive ends too early.
    case truncated(file: String, reason: String)
    /// The archive is of no known form, or damaged.
    case damaged(file: String, reason: String)
    /// An entry's path leads out of the folder, is empty, or has no bytes that can be a name.
    case unsafePath(file: String, entry: String, reason: String)
    /// A symbolic or hard link leads out of the folder.
    case unsafeLink(file: String, entry: String, target: String, reason: String)
    /// An entry is neither file nor folder nor link.
    case specialFile(file: String, entry: String, kind: String)
    /// An entry would replace a folder, or a folder something else.
    case collision(file: String, entry: String, reason: String)
    /// The archive holds more than is allowed.
    case limit(file: String, what: String, allowed: Int)
    /// The system refuses to write.
    case unwritable(path: String, reason: String)

    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .unreadable(let file, let reason):
            "\(file): cannot open: \(reason)"
        case .truncated(let file, let reason):
            "\(file): cut off: \(reason); fetch it again"
        case .damaged(let file, let reason):
            "\(file): no archive that can be read: \(reason)"
        case .unsafePath(let file, let entry, let reason):
            "\(file): refuses '\(entry)': \(reason); look at the archive before you trust it"
        case .unsafeLink(let file, let entry, let target, let reason):
            "\(file): refuses the link '\(entry)' to '\(target)': \(reason); look at the archive before you trust it"
        case .specialFile(let file, let entry, let kind):
            "\(file): refuses '\(entry)', a \(kind): sources hold files, folders and links only"
        case .collision(let file, let entry, let reason):
            "\(file): refuses '\(entry)': \(reason)"
        case .limit(let file, let what, let allowed):
            "\(file): has more \(what) than the \(allowed) that are allowed; raise the limit if that is right"
        case .unwritable(let path, let reason):
            "\(path): cannot write: \(reason)"
        }
    }
}
