import Glibc
import Signing

/// Which sources Debian's archive has: a file with a line for each, SHA-512, file name, source package, version and
/// suite with tabs between. Where the files lie is asked of apt, through a script that knows a private configuration.
public struct DebianCatalogue: Sendable {
    /// One line.
    public struct Entry: Sendable, Equatable, CustomStringConvertible {
        /// The checksum of the file.
        public let sha512: Digest
        /// Its name in Debian's archive.
        public let file: String
        /// The Debian source package that it belongs to.
        public let package: String
        /// The exact version, with its epoch.
        public let version: String
        /// The suite in which that version was found.
        public let suite: String

        /// The line.
        public var description: String { "\(sha512)\t\(file)\t\(package)\t\(version)\t\(suite)" }
    }

    /// The path of the catalogue.
    public let origin: String
    /// The script that answers `uris SOURCE=VERSION`.
    public let aptTool: String
    /// All lines, in their order.
    public let entries: [Entry]

    /// A catalogue from a file.
    ///
    /// - Throws: `FetchError.catalogue` with the line that cannot be read; line 0 if the file cannot.
    public init(path: String, aptTool: String) throws(FetchError) {
        try self.init(parsing: try Self.read(path), origin: path, aptTool: aptTool)
    }

    /// A catalogue from its text. Empty lines and those that begin with `#` are comments.
    ///
    /// - Throws: `FetchError.catalogue` with the line that cannot be read.
    public init(parsing text: String, origin: String, aptTool: String) throws(FetchError) {
        var entries: [Entry] = []
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            if line.isEmpty || line.hasPrefix("#") { continue }
            func refuse(_ reason: String) -> FetchError {
                .catalogue(path: origin, line: number, reason: reason)
            }
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 5, fields.allSatisfy({ !$0.isEmpty }) else {
                throw refuse("\(fields.count) fields instead of 5")
            }
            let digest: Digest
            do throws(SigningError) {
                digest = try Digest(hex: fields[0])
            } catch {
                throw refuse(error.description)
            }
            guard digest.bytes.count == 64 else { throw refuse("'\(fields[0])' is no SHA-512") }
            for field in fields[1...] where field.hasPrefix("-") || field.contains("/") || field.contains(" ")
            {
                throw refuse("'\(field)' is no name")
            }
            entries.append(
                Entry(
                    sha512: digest, file: fields[1], package: fields[2], version: fields[3], suite: fields[4])
            )
        }
        self.entries = entries
        self.origin = origin
        self.aptTool = aptTool
    }

    /// The lines with this checksum.
    public func entries(for sha512: Digest) -> [Entry] {
        entries.filter { $0.sha512 == sha512 }
    }

    /// Appends lines to the catalogue's file, those whose checksum it has not yet. The file is replaced as a whole.
    ///
    /// - Returns: the lines that were new.
    /// - Throws: `FetchError.catalogue` if the file is damaged, `store` if it cannot be written.
    public static func append(_ new: [Entry], to path: String) throws(FetchError) -> [Entry] {
        var text =
            StoreFolder.isFile(path) ? try read(path) : "# sha512\tfile\tsource package\tversion\tsuite\n"
        let known = try DebianCatalogue(parsing: text, origin: path, aptTool: "").entries
        let added = new.filter { entry in !known.contains { $0.sha512 == entry.sha512 } }
        if added.isEmpty { return [] }
        if !text.hasSuffix("\n") { text += "\n" }
        text += added.map { "\($0)\n" }.joined()
        let next = path + ".new"
        let file = fopen(next, "we")
        guard let file else { throw .store(path: next, reason: StoreFolder.reason(errno)) }
        let isWritten = fputs(text, file) >= 0 && fflush(file) == 0 && fsync(fileno(file)) == 0
        let number = errno
        fclose(file)
        guard isWritten else {
            unlink(next)
            throw .store(path: next, reason: StoreFolder.reason(number))
        }
        try StoreFolder.move(next, to: path)
        return added
    }

    static func read(_ path: String) throws(FetchError) -> String {
        guard let file = fopen(path, "re") else {
            throw .catalogue(path: path, line: 0, reason: StoreFolder.reason(errno))
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        guard ferror(file) == 0 else { throw .catalogue(path: path, line: 0, reason: "cannot be read") }
        return String(decoding: bytes, as: UTF8.self)
    }
}
