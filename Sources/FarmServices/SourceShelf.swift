import Apk
import Building
import Compressing
import Fetching
import Foundation
import Recipes
import Signing

/// The corresponding source of what is published, kept and offered with it, whatever the mirrors drop: files by their
/// SHA-512 in `repo/sources/`, and for each build a list of them with the licence, `repo/sources/REPOSITORY/ORIGIN-VERSION.tsv`.
public struct SourceShelf: Sendable {
    /// One file of a build's source.
    public struct Item: Sendable, Equatable, Codable {
        /// Its name: the source's, or `recipe.tar.gz` for the recipe's folder.
        public var name: String
        /// SHA-512, in hexadecimal digits.
        public var sha512: String
        /// Where it lies below the shelf's folder.
        public var path: String
    }

    /// The source of one build.
    public struct Record: Sendable, Equatable, Codable {
        /// The licence as the recipe says it.
        public var license: String
        /// Its files.
        public var items: [Item]
    }

    /// The shelf: `repo/sources`.
    public let folder: String
    /// Sources by SHA-512 as builds get them.
    private let distfiles: SourceStore

    /// The shelf in a folder, filled from a store.
    public init(folder: String, distfiles: SourceStore) {
        self.folder = folder
        self.distfiles = distfiles
    }

    /// Keeps what a build was made of. Files get a second name where the file system can do that.
    /// - Throws: when a file cannot be kept.
    func keep(_ recipe: Recipe, _ request: BuildRequest) throws {
        var items: [Item] = []
        for (name, digests) in request.sources.sorted(by: { $0.key < $1.key }) {
            for text in digests.split(separator: " ") {
                // Of several files that will do, the store has the one that was used.
                guard let path = distfiles.path(of: try Digest(hex: String(text))) else { continue }
                items.append(try keep(path, name: name, sha512: String(text)))
                break
            }
        }
        let archive = try Self.archive(of: recipe.folder.path)
        let sha512 = SHA512.digest(of: archive).hex
        let place = Self.place("recipe.tar.gz", sha512)
        try write(archive, to: folder + "/" + place)
        items.append(Item(name: "recipe.tar.gz", sha512: sha512, path: place))
        var lines = ["license\t\(recipe.license)"]
        lines += items.map { "\($0.sha512)\t\($0.name)" }
        let text = lines.joined(separator: "\n") + "\n"
        try write(
            Array(text.utf8),
            to: listPath(recipe.repository, request.pkgname, "\(request.pkgver)-r\(request.release)"))
    }

    /// The source of a published build; nil when nothing was kept of it.
    public func record(_ repository: String, origin: String, version: String) -> Record? {
        guard let data = FileManager.default.contents(atPath: listPath(repository, origin, version)) else {
            return nil
        }
        var record = Record(license: "", items: [])
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let cells = line.split(separator: "\t", maxSplits: 1).map(String.init)
            guard cells.count == 2 else { continue }
            if cells[0] == "license" {
                record.license = cells[1]
            } else {
                record.items.append(
                    Item(name: cells[1], sha512: cells[0], path: Self.place(cells[1], cells[0])))
            }
        }
        return record
    }

    /// Whether a kept file is what its name says.
    public func isIntact(_ item: Item) -> Bool {
        // A file that cannot be read is not intact; that is all that is asked.
        (try? SHA512.digest(ofFile: folder + "/" + item.path).hex) == item.sha512
    }

    private func listPath(_ repository: String, _ origin: String, _ version: String) -> String {
        "\(folder)/\(repository)/\(origin)-\(version).tsv"
    }

    private static func place(_ name: String, _ sha512: String) -> String {
        let file = name.split(separator: "/").last.map(String.init) ?? name
        return "\(sha512.prefix(2))/\(sha512)/\(file)"
    }

    private func keep(_ path: String, name: String, sha512: String) throws -> Item {
        let place = Self.place(name, sha512)
        let target = folder + "/" + place
        let manager = FileManager.default
        if !manager.fileExists(atPath: target) {
            try manager.createDirectory(
                atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            if link(path, target) != 0 {
                let temporary = target + ".new"
                if manager.fileExists(atPath: temporary) { try manager.removeItem(atPath: temporary) }
                try manager.copyItem(atPath: path, toPath: temporary)
                try manager.moveItem(atPath: temporary, toPath: target)
            }
        }
        return Item(name: name, sha512: sha512, path: place)
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url, options: .atomic)
    }

    /// A recipe's folder as a compressed tar: equal folders give equal bytes.
    static func archive(of folder: String) throws -> [UInt8] {
        var tar: [UInt8] = []
        for entry in try PackageTree(root: folder).entries {
            switch entry.kind {
            case .file:
                let content = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + entry.path)))
                let mode: UInt32 = entry.isProgram ? 0o755 : 0o644
                tar += try TarWriter.member(
                    TarEntry(path: ByteText(entry.path), kind: .file, mode: mode), content: content)
            case .link(let target):
                let link = TarEntry(
                    path: ByteText(entry.path), kind: .symbolicLink(ByteText(target)), mode: 0o777)
                tar += try TarWriter.member(link, content: [])
            default: break
            }
        }
        return try Gzip.compress(tar + [UInt8](repeating: 0, count: 1024))
    }
}
