/// Takes the bytes of something that is read piece by piece.
public protocol ByteConsumer {
    /// The next bytes; valid during the call only.
    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(ApkError)
}

/// What lies at a path of the root.
public enum FileStatus: Equatable, Sendable {
    /// A regular file of this many bytes.
    case file(size: Int64)
    /// A symbolic link to this text.
    case symbolicLink(ByteText)
    /// A folder.
    case folder
    /// Something else.
    case other
}

/// The machine that a package manager works on: repositories to read from and one root to write to.
///
/// Paths are relative to the root and may pass symbolic links, which mean what they mean inside the root: an
/// absolute one begins at the root, `..` at the root stays there. No operation may reach outside the root.
/// On Linux `Packages.LinuxMachine` is it; the apk of the browser brings its own.
public protocol ApkMachine: AnyObject, PackageTools {
    /// Reads a package or index of a repository. Throws `notFound` or `machine`, naming the place.
    func read<Consumer: ByteConsumer>(_ location: ByteText, into consumer: inout Consumer) throws(ApkError)

    /// Brings what lies at an address into a file of the root, whole or not at all.
    ///
    /// - Parameter newerThan: seconds since 1970; nil brings it in any case.
    /// Returns false if there is nothing newer: the file stays, and counts as written now.
    /// Throws `notFound` or `machine`, naming the address.
    func download(_ address: ByteText, to path: ByteText, newerThan: Int64?) throws(ApkError) -> Bool

    /// Hands out a regular file of the root. Throws `notFound` if there is none.
    func read<Consumer: ByteConsumer>(file path: ByteText, into consumer: inout Consumer) throws(ApkError)

    /// Compresses as `gzip -n -9`.
    func compress(_ bytes: [UInt8]) throws(ApkError) -> [UInt8]

    /// Is told what will be read or downloaded soon, so that it can be fetched at once. A hint: what does not come that
    /// way is asked for when it is read.
    func fetchAhead(_ addresses: [ByteText])

    /// Compresses as a raw deflate stream (RFC 1951), as in files of apk 3.
    func deflateRaw(_ bytes: [UInt8]) throws(ApkError) -> [UInt8]

    /// What lies at a path; its last part is not followed if it is a link. nil if there is nothing.
    func status(_ path: ByteText) throws(ApkError) -> FileStatus?
    /// The content of a regular file; nil if there is none. Throws `overLimit` beyond `limit` bytes.
    func readFile(_ path: ByteText, limit: Int) throws(ApkError) -> [UInt8]?
    /// Writes a file that appears whole or not at all and outlives a power cut. Makes the folders above it.
    func writeFile(_ path: ByteText, _ bytes: [UInt8], mode: UInt32) throws(ApkError)
    /// Adds to the end of a file, making it and the folders above it.
    func appendFile(_ path: ByteText, _ bytes: [UInt8]) throws(ApkError)
    /// The names in a folder, sorted; nil if there is no folder.
    func names(in folder: ByteText) throws(ApkError) -> [ByteText]?
    /// Owner and mode of what lies at a path, not following a link there; nil if there is nothing.
    func ownership(_ path: ByteText) throws(ApkError) -> FileOwnership?
    /// Gives a file or folder, not following a link, the owner and mode of an entry.
    func setOwnership(_ path: ByteText, _ entry: TarEntry) throws(ApkError)
    /// When a file was written, in seconds since 1970; nil if there is none.
    func modificationTime(_ path: ByteText) throws(ApkError) -> Int64?
    /// Makes a folder. False if there was one, also behind a link; it is left as it is then.
    func makeFolder(_ path: ByteText, _ entry: TarEntry) throws(ApkError) -> Bool
    /// Begins a new regular file, the only open one, in place of one that may lie there.
    func beginFile(_ path: ByteText) throws(ApkError)
    /// Adds bytes to the file that was begun.
    func append(_ bytes: UnsafeRawBufferPointer) throws(ApkError)
    /// Ends the file that was begun; owner, mode and time are the entry's.
    func endFile(_ entry: TarEntry) throws(ApkError)
    /// Makes a symbolic link in place of a file or link that may lie there.
    func makeSymbolicLink(_ path: ByteText, to target: ByteText, _ entry: TarEntry) throws(ApkError)
    /// Makes another name for a file, in place of a file or link that may lie there.
    func makeHardLink(_ path: ByteText, to existing: ByteText) throws(ApkError)
    /// Gives a file or link another name in the same folder, in place of a file or link that may lie there.
    func rename(_ path: ByteText, to newPath: ByteText) throws(ApkError)
    /// Removes a file or link; nothing there is no error.
    func removeFile(_ path: ByteText) throws(ApkError)
    /// Removes a folder if it is empty. Something in it, or nothing there, is no error.
    func removeFolder(_ path: ByteText) throws(ApkError)

    /// A script may have changed anything in the root: what is remembered of it counts no more.
    func scriptRan()

    /// Keeps other package managers away from the root until `unlock`. Throws if one is at work.
    func lock() throws(ApkError)
    /// Lets others at the root again.
    func unlock()
}

extension ApkMachine {
    /// Fetches nothing ahead.
    public func fetchAhead(_ addresses: [ByteText]) {}
}

/// Runs a package's scripts, or notes that they did not run.
public protocol ScriptRunner {
    /// Runs a script; `arguments` are apk's: versions for installation, folders for triggers.
    /// Throws what shall be reported; the installation goes on.
    mutating func run(_ script: PackageScript, of package: IndexEntry, arguments: [ByteText]) throws(ApkError)
}

/// Runs nothing. Scripts are recorded in the root, for an apk in it.
public struct NoScripts: ScriptRunner {
    /// A runner that does nothing.
    public init() {}
    /// Does nothing.
    public mutating func run(
        _ script: PackageScript, of package: IndexEntry, arguments: [ByteText]
    ) throws(ApkError) {}
}
