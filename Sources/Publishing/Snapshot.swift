/// One numbered state of a repository: the folder `snapshots/N/ARCH` with its signed index (`APKINDEX.tar.gz`), this
/// record (`snapshot.tsv`) and what the suites of its packages said (`tests.tsv`). It never changes.
public struct Snapshot: Sendable, Equatable {
    /// What led to it.
    public enum Action: String, Sendable, CaseIterable {
        /// Packages were published.
        case publish
        /// Packages were taken over from another channel.
        case promote
        /// An earlier snapshot's packages were listed again.
        case rollback
        /// A bad package was taken away.
        case withdraw
        /// The same packages were listed under another key.
        case resign
    }

    /// 1, 2, …; the number in the index's stamp.
    public var number: Int64
    /// When it was made: `2026-11-27T22:34:16Z`.
    public var date: String
    /// What led to it.
    public var action: Action
    /// Where the packages came from: `staging/main 7`, `snapshot 3`; else empty.
    public var source = ""
    /// Why, in the words of who did it.
    public var reason = ""
    /// Labels of packages that the snapshot before did not list.
    public var added: [String] = []
    /// Labels of packages that the snapshot before listed.
    public var removed: [String] = []

    static let fileName = "snapshot.tsv"

    init(number: Int64, date: String, action: Action) {
        self.number = number
        self.date = date
        self.action = action
    }

    /// Reads a record; `path` is for messages. Lines with unknown keys are of a newer farm and are left out.
    init(bytes: [UInt8], path: String) throws(PublishingError) {
        var values: [String: [String]] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let columns = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
            guard columns.count == 2 else {
                throw .damagedRepository(path: path, reason: "'\(line)' is not KEY<tab>VALUE")
            }
            values[String(columns[0]), default: []].append(String(columns[1]))
        }
        guard let number = values["number"]?.first.flatMap(Int64.init), let date = values["date"]?.first,
            let action = values["action"]?.first.flatMap(Action.init(rawValue:))
        else { throw .damagedRepository(path: path, reason: "number, date or action is missing") }
        self.init(number: number, date: date, action: action)
        source = values["source"]?.first ?? ""
        reason = values["reason"]?.first ?? ""
        added = values["added"] ?? []
        removed = values["removed"] ?? []
    }

    var bytes: [UInt8] {
        var lines = [("number", "\(number)"), ("date", date), ("action", action.rawValue)]
        if !source.isEmpty { lines.append(("source", source)) }
        if !reason.isEmpty { lines.append(("reason", TableText.cell(reason))) }
        lines += added.map { ("added", $0) } + removed.map { ("removed", $0) }
        return Array(lines.map { "\($0.0)\t\($0.1)\n" }.joined().utf8)
    }
}

/// Cells of tab-separated files.
enum TableText {
    /// Words of people, on one line and without tabs or other control characters.
    static func cell(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
    }

    /// The rows of a file; `columns` says how many each must have.
    static func rows(_ bytes: [UInt8], columns: Int, form: String, path: String) throws(PublishingError)
        -> [[String]]
    {
        var rows: [[String]] = []
        for (index, line) in String(decoding: bytes, as: UTF8.self).split(separator: "\n").enumerated() {
            let cells = line.split(
                separator: "\t", maxSplits: columns - 1, omittingEmptySubsequences: false)
            guard cells.count == columns else {
                throw .damagedRepository(path: path, reason: "line \(index + 1) is not \(form)")
            }
            rows.append(cells.map(String.init))
        }
        return rows
    }
}
