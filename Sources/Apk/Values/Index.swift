/// The packages of a repository: the text `APKINDEX` inside `APKINDEX.tar.gz`.
public struct Index: Equatable, Sendable {
    /// What bounds an index that is read.
    public struct Limits: Sendable {
        /// Bytes of the whole text.
        public var bytes = 512 << 20
        /// Bytes of one line.
        public var lineBytes = 1 << 20
        /// Packages.
        public var packages = 1_000_000

        /// The limits that a repository ten times Alpine's stays below.
        public init() {}
    }

    /// The packages, in the order in which they were read or added.
    public var entries: [IndexEntry]
    /// The repository's own words about itself (`DESCRIPTION`); apk 3 ignores more than 160 bytes.
    public var description: ByteText

    /// An index of these packages.
    public init(entries: [IndexEntry] = [], description: ByteText = ByteText()) {
        self.entries = entries
        self.description = description
    }

    /// The index that an `APKINDEX` text holds.
    ///
    /// Throws `damaged` with the line's number for lines that are no fields and entries without name or version,
    /// `overLimit` beyond the limits. A dependency or field that only a newer apk understands does not throw:
    /// that package gets an `obstacle`.
    public init(bytes: [UInt8], limits: Limits = Limits()) throws(ApkError) {
        self.init()
        guard bytes.count <= limits.bytes else {
            throw ApkError(
                .overLimit, "APKINDEX has \(bytes.count) bytes, more than the \(limits.bytes) allowed")
        }
        var reader = EntryReader(limits: limits)
        var entry: IndexEntry?
        while let line = try reader.next(bytes) {
            guard !line.isEmpty else {
                if let complete = try reader.finishedEntry(entry) { entries.append(complete) }
                entry = nil
                guard entries.count <= limits.packages else {
                    throw ApkError(
                        .overLimit, "APKINDEX holds more than the \(limits.packages) packages allowed")
                }
                continue
            }
            let (field, value) = try reader.field(line)
            try reader.take(field, value, into: &entry)
        }
        if let complete = try reader.finishedEntry(entry) { entries.append(complete) }
    }

    /// The index that an `APKINDEX` text holds; see `init(bytes:limits:)`.
    public init(parsing text: String) throws(ApkError) { try self.init(bytes: Array(text.utf8)) }

    /// The `APKINDEX` text: sorted by name and version, an empty line after each package.
    public func text() throws(ApkError) -> [UInt8] {
        var sorted = self
        sorted.sort()
        var writer = LineWriter()
        for place in sorted.entries.indices {
            try sorted.entries[place].write(to: &writer)
            writer.endLine()
        }
        return writer.bytes
    }

    /// Puts the packages into the order of a written index. Places are sorted, as entries are large; nothing is moved if
    /// the order is right already.
    public mutating func sort() {
        let isSorted = entries.indices.dropFirst().allSatisfy { place in
            !IndexEntry.precedes(entries[place], entries[place - 1])
        }
        guard !isSorted else { return }
        let order = entries.indices.sorted { IndexEntry.precedes(entries[$0], entries[$1]) }
        entries = order.map { entries[$0] }
    }

    /// This index with the packages of another; of the same name and version, the other's stays.
    public func merging(_ other: Index) -> Index {
        struct Key: Hashable {
            let name: PackageName
            let version: PackageVersion
        }
        var places: [Key: Int] = [:]
        var merged = Index(description: other.description.isEmpty ? description : other.description)
        for entry in entries + other.entries {
            let key = Key(name: entry.name, version: entry.version)
            if let place = places[key] {
                merged.entries[place] = entry
            } else {
                places[key] = merged.entries.count
                merged.entries.append(entry)
            }
        }
        return merged
    }

    /// The newest package of a name.
    public func newest(_ name: PackageName) -> IndexEntry? {
        var best: IndexEntry?
        for entry in entries where entry.name == name {
            if let found = best, entry.version < found.version { continue }
            best = entry
        }
        return best
    }
}
