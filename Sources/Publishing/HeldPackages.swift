/// Origins that stay at one version: the file `held.tsv` of a repository.
struct HeldPackages: Sendable, Equatable {
    struct Hold: Sendable, Equatable {
        let version: String
        let reason: String
    }

    static let fileName = "held.tsv"
    /// By origin.
    var holds: [String: Hold] = [:]

    init() {}

    init(bytes: [UInt8], path: String) throws(PublishingError) {
        for row in try TableText.rows(bytes, columns: 3, form: "ORIGIN<tab>VERSION<tab>REASON", path: path) {
            holds[row[0]] = Hold(version: row[1], reason: row[2])
        }
    }

    var bytes: [UInt8] {
        let lines = holds.sorted { $0.key < $1.key }.map {
            "\($0.key)\t\($0.value.version)\t\(TableText.cell($0.value.reason))\n"
        }
        return Array(lines.joined().utf8)
    }
}

/// Packages that were taken away for cause: the file `withdrawn.tsv` of a repository. Their names never come back.
struct WithdrawnPackages: Sendable, Equatable {
    struct Tombstone: Sendable, Equatable {
        let time: Int64
        let reason: String
    }

    static let fileName = "withdrawn.tsv"
    /// By name of the package file.
    var tombstones: [String: Tombstone] = [:]

    init() {}

    init(bytes: [UInt8], path: String) throws(PublishingError) {
        for row in try TableText.rows(bytes, columns: 3, form: "FILE<tab>SECONDS<tab>REASON", path: path) {
            tombstones[row[0]] = Tombstone(time: Int64(row[1]) ?? 0, reason: row[2])
        }
    }

    var bytes: [UInt8] {
        let lines = tombstones.sorted { $0.key < $1.key }.map {
            "\($0.key)\t\($0.value.time)\t\(TableText.cell($0.value.reason))\n"
        }
        return Array(lines.joined().utf8)
    }
}
