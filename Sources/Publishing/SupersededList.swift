import Apk

/// What was published once and is no longer listed: the file `superseded.tsv` beside the index, with the package
/// file's name, its identity, and the second at which it left the index. It makes two promises possible: a name and
/// version never stands for other bytes, even after its file is gone, and clients with an old index find their files
/// for a while.
struct SupersededList: Sendable, Equatable {
    struct Line: Sendable, Equatable {
        let identity: String
        let left: Int64
    }

    static let fileName = "superseded.tsv"
    /// By name of the package file.
    private(set) var lines: [String: Line] = [:]

    init() {}

    /// Reads the file; `path` is for messages.
    init(bytes: [UInt8], path: String) throws(PublishingError) {
        for (index, line) in String(decoding: bytes, as: UTF8.self).split(separator: "\n").enumerated() {
            let columns = line.split(separator: "\t").map(String.init)
            guard columns.count == 3, let left = Int64(columns[2]) else {
                throw .damagedRepository(
                    path: path, reason: "line \(index + 1) is not NAME<tab>IDENTITY<tab>SECONDS")
            }
            lines[columns[0]] = Line(identity: columns[1], left: left)
        }
    }

    var bytes: [UInt8] {
        let text = lines.sorted { $0.key < $1.key }.map {
            "\($0.key)\t\($0.value.identity)\t\($0.value.left)\n"
        }
        return Array(text.joined().utf8)
    }

    /// Adds an entry that leaves the index, for the first time or again after a roll-back.
    mutating func add(_ entry: IndexEntry, at time: Int64) {
        let name = entry.fileName.description
        lines[name] = Line(identity: entry.identity.map(\.description) ?? "-", left: time)
    }

    /// Names of files that left the index before `time`, sorted.
    func expired(before time: Int64) -> [String] {
        lines.filter { $0.value.left < time }.map(\.key).sorted()
    }
}
