/// A path inside an archive that leads nowhere but down.
struct ArchivePath: Equatable, CustomStringConvertible {
    private static let slash = UInt8(ascii: "/")
    private static let up = Array("..".utf8)[...]
    private static let here = Array(".".utf8)[...]

    /// Its names, from the outermost folder on; none for the folder that is unpacked into.
    let parts: [ArraySlice<UInt8>]

    private init(_ parts: [ArraySlice<UInt8>]) {
        self.parts = parts
    }

    /// - Throws: `unsafePath` for absolute paths, `..` and overlong names.
    init(parsing path: [UInt8], file: String, limit: Int) throws(ArchiveError) {
        func refuse(_ reason: String) -> ArchiveError {
            .unsafePath(file: file, entry: String(decoding: path.prefix(300), as: UTF8.self), reason: reason)
        }
        if path.isEmpty { throw refuse("the path is empty") }
        if path.first == Self.slash { throw refuse("the path is absolute") }
        if path.count > limit { throw refuse("the path is longer than \(limit) bytes") }
        parts = path.split(separator: Self.slash).filter { $0 != Self.here }
        if parts.contains(Self.up) { throw refuse("the path has '..' in it") }
        if parts.contains(where: { $0.count > 255 }) { throw refuse("a name in it is longer than 255 bytes") }
    }

    /// The folder that holds it.
    var folder: ArchivePath { ArchivePath(Array(parts.dropLast())) }

    /// Its last name, as the system takes it.
    var name: [CChar] { Self.systemName(parts.last ?? []) }

    /// The path for people: bytes that are no UTF-8 are replaced.
    var description: String {
        String(decoding: Array(parts.joined(separator: [Self.slash])), as: UTF8.self)
    }

    static func systemName(_ bytes: some Sequence<UInt8>) -> [CChar] {
        bytes.map { CChar(bitPattern: $0) } + [0]
    }

    /// Refuses the target of a symbolic link at this path that leads out of the folder.
    ///
    /// Only leading `..` are let through, no more than the link lies deep: what comes after a name may itself be a
    /// link, so that a later `..` could lead anywhere. With every link held to this rule none leads out.
    func checkLink(to target: [UInt8], file: String, limit: Int) throws(ArchiveError) {
        func refuse(_ reason: String) -> ArchiveError {
            .unsafeLink(
                file: file, entry: description, target: String(decoding: target.prefix(300), as: UTF8.self),
                reason: reason)
        }
        if parts.isEmpty { throw refuse("a link needs a name") }
        if target.isEmpty { throw refuse("the target is empty") }
        if target.first == Self.slash { throw refuse("the target is absolute") }
        if target.count > limit { throw refuse("the target is longer than \(limit) bytes") }
        let names = target.split(separator: Self.slash).filter { $0 != Self.here }
        let climbs = names.prefix { $0 == Self.up }.count
        if climbs > parts.count - 1 { throw refuse("the target lies outside") }
        if names.dropFirst(climbs).contains(Self.up) { throw refuse("the target has '..' after a name") }
    }
}
