/// A repository: where it is, how its index is called, and its tag.
public struct Repository: Sendable, Equatable {
    /// Where the index of a repository lies (apk-repositories(5)).
    public enum Kind: Sendable, Equatable {
        /// `<location>/<architecture>/APKINDEX.tar.gz`.
        case v2
        /// `<location>/<architecture>/Packages.adb`.
        case v3
        /// The location is the index itself; packages lie beside it.
        case indexFile
    }

    /// Folder or address.
    public let location: ByteText
    /// The tag (without `@`) by which world entries ask for it; nil for one that is always used.
    public let tag: ByteText?
    /// How its index is called.
    public let kind: Kind

    /// A repository at a place.
    public init(_ location: ByteText, tag: ByteText? = nil, kind: Kind = .v2) {
        var bytes = location.bytes
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        self.location = ByteText(bytes)
        self.tag = tag
        self.kind = kind
    }

    /// Whether it is an address, not a folder of this machine.
    public var isRemote: Bool { Repository.isRemote(location) }

    static func isRemote(_ location: ByteText) -> Bool {
        let bytes = location.bytes[...]
        guard !bytes.starts(withText: "file:"), let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
            return false
        }
        return bytes[colon...].starts(withText: "://")
            && bytes[..<colon].allSatisfy { $0.isLetter || $0.isDigit }
    }

    /// Its line in `etc/apk/repositories`.
    var line: ByteText {
        let kind: ByteText =
            switch self.kind {
            case .v2: ""
            case .v3: "v3 "
            case .indexFile: "ndx "
            }
        return (tag.map { "@" + $0 + " " } ?? "") + kind + location
    }

    /// Where its index is.
    func indexLocation(_ architecture: ByteText) -> ByteText {
        switch kind {
        case .v2: location + "/" + architecture + "/APKINDEX.tar.gz"
        case .v3: location + "/" + architecture + "/Packages.adb"
        case .indexFile: location
        }
    }

    /// Where a package of it is.
    func location(of entry: IndexEntry, _ architecture: ByteText) -> ByteText {
        switch kind {
        case .v2, .v3: location + "/" + (entry.architecture ?? architecture) + "/" + entry.fileName
        case .indexFile: (SafePath.parent(of: location) ?? ".") + "/" + entry.fileName
        }
    }

    /// The repositories of an `etc/apk/repositories` text: one a line, `@tag` before it, `#` comments.
    public static func list(_ bytes: [UInt8]) -> [Repository] {
        var found: [Repository] = []
        for line in bytes[...].words(separatedBy: { $0 == 0x0a }) where line.first != UInt8(ascii: "#") {
            var words = line.words { $0 == 0x20 || $0 == 0x09 }[...]
            var tag: ByteText?
            if let first = words.first, first.first == UInt8(ascii: "@"), words.count > 1 {
                tag = ByteText(first.dropFirst())
                words = words.dropFirst()
            }
            guard let first = words.first else { continue }
            var kind = Kind.v2
            var location = first
            if words.count > 1 {
                if first.equals(text: "v3") { kind = .v3 }
                if first.equals(text: "ndx") { kind = .indexFile }
                location = words[words.startIndex + 1]
            } else if first.hasSuffix(text: ".adb") || first.hasSuffix(text: "APKINDEX.tar.gz") {
                kind = .indexFile
            }
            found.append(Repository(ByteText(location), tag: tag, kind: kind))
        }
        return found
    }
}

/// How a package manager works.
public struct ManagerSettings: Sendable {
    /// The architecture of a root that has none yet.
    public var architecture: ByteText = "wasm32"
    /// Repositories besides those of the root.
    public var repositories: [Repository] = []
    /// The file of the root that names its repositories; nil: `etc/apk/repositories`.
    public var repositoriesFile: ByteText?
    /// Whether unsigned indexes and packages are accepted.
    public var allowsUntrusted = false
    /// Whether an index may be older than one that the root has seen of that repository.
    public var allowsOlderIndexes = false
    /// Whether only files are brought: no database, no world, no scripts. For build sysroots.
    public var bringsOnlyFiles = false
    /// Whether addresses may be asked.
    public var usesNetwork = true
    /// Whether indexes are kept in the root, and packages if `etc/apk/cache` is there.
    public var usesCache = true
    /// Where they are kept; nil: `etc/apk/cache` if it is there, else `var/cache/apk`.
    public var cacheFolder: ByteText?
    /// Seconds for which a kept index is believed without asking again. apk's is four hours.
    public var cacheAge: Int64 = 4 * 60 * 60
    /// The time, in seconds since 1970.
    public var now: Int64 = 0
    /// What bounds packages.
    public var limits = PackageLimits()

    /// A root for wasm32, trusted packages only.
    public init() {}
}
