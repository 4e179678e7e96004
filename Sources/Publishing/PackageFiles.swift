import Apk
import Packages

/// Which files a package owns and whose it may take over. Kept in `contents/NAME-VERSION.tsv`, so that a publication
/// need not read every published package; made anew from the package when it is missing.
struct PackageFiles: Sendable, Equatable {
    var replaces: [DependencyAtom] = []
    var replacesPriority: Int64?
    /// Without folders, which packages share.
    var paths: [ByteText] = []

    init(_ contents: PackageContents) {
        replaces = contents.info.replaces
        replacesPriority = contents.info.replacesPriority
        paths = contents.entries.filter { $0.kind != .directory }.map(\.path)
    }

    /// Reads a list; nil for one in another form, which is then made anew.
    init?(bytes: [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        guard let first = lines.popFirst(), let second = lines.popFirst(), lines.popLast()?.isEmpty == true,
            let replaces = try? DependencyAtom.list(first)
        else { return nil }
        self.replaces = replaces
        replacesPriority = Int64(String(decoding: second, as: UTF8.self))
        paths = lines.map { ByteText(Array($0)) }
    }

    var bytes: [UInt8] {
        var bytes = Array(replaces.map(\.description).joined(separator: " ").utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes += Array((replacesPriority.map { "\($0)" } ?? "").utf8)
        bytes.append(UInt8(ascii: "\n"))
        for path in paths { bytes += path.bytes + [UInt8(ascii: "\n")] }
        return bytes
    }

    /// Whether this package's files may take the place of another's.
    func mayReplace(_ other: IndexEntry) -> Bool {
        replaces.contains { $0.name == other.name && $0.accepts(version: other.version, identity: nil) }
    }
}
