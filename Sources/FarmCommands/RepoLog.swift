import ArgumentParser
import Publishing

/// `apkfarm repo log`: the snapshots.
struct RepoLog: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Lists the states that a repository had, the newest first.")

    @OptionGroup var options: RepoOptions
    @OptionGroup var output: OutputOptions

    private struct Row: Encodable {
        let number: Int64
        let date: String
        let action: String
        let source: String
        let reason: String
        let added: [String]
        let removed: [String]
    }

    func run() throws {
        let rows = try options.resolved().log().map {
            Row(
                number: $0.number, date: $0.date, action: $0.action.rawValue, source: $0.source,
                reason: $0.reason,
                added: $0.added, removed: $0.removed)
        }
        try Output.list(rows, format: output.format, header: ["NUMBER", "DATE", "ACTION", "CHANGES", "WHY"]) {
            row in
            let changes = (row.added.map { "+\($0)" } + row.removed.map { "-\($0)" })
            let shown = changes.prefix(3).joined(separator: " ")
            let more = changes.count > 3 ? " and \(changes.count - 3) more" : ""
            let why = [row.source, row.reason].filter { !$0.isEmpty }.joined(separator: ": ")
            return ["\(row.number)", row.date, row.action, shown + more, why]
        }
    }
}
