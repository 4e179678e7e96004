/// What became of the keys that ever signed: the file `keys.tsv` beside the public keys, for people and for `key list`.
public struct KeyLedger: Sendable, Equatable {
    /// Where a key is in its life.
    public enum State: String, Sendable, CaseIterable {
        /// Trusted by clients already, signs nothing yet.
        case next
        /// Signs.
        case active
        /// Signs nothing any more, is trusted still.
        case old
        /// Not trusted any more; what it signed is vouched for by the index.
        case retired
        /// Not trusted any more because somebody else may have it.
        case revoked
    }

    /// One key.
    public struct Line: Sendable, Equatable {
        /// Its file name: `farm-1a2b3c4d.rsa.pub`.
        public var name: String
        /// Where it is in its life.
        public var state: State
        /// Since when: `2026-11-27T22:34:16Z`.
        public var since: String
        /// Why, in the words of who did it.
        public var reason: String
    }

    static let fileName = "keys.tsv"
    /// The keys, sorted by name.
    public private(set) var lines: [Line] = []

    init() {}

    init(bytes: [UInt8], path: String) throws(PublishingError) {
        let form = "NAME<tab>STATE<tab>SINCE<tab>REASON"
        for row in try TableText.rows(bytes, columns: 4, form: form, path: path) {
            guard let state = State(rawValue: row[1]) else {
                throw .damagedRepository(path: path, reason: "'\(row[1])' is no state of a key")
            }
            lines.append(Line(name: row[0], state: state, since: row[2], reason: row[3]))
        }
    }

    var bytes: [UInt8] {
        Array(lines.map { "\($0.name)\t\($0.state.rawValue)\t\($0.since)\t\($0.reason)\n" }.joined().utf8)
    }

    mutating func set(_ name: String, _ state: State, since: Int64, reason: String = "") {
        lines.removeAll { $0.name == name }
        lines.append(
            Line(name: name, state: state, since: UTCDate.text(since), reason: TableText.cell(reason)))
        lines.sort { $0.name < $1.name }
    }
}
