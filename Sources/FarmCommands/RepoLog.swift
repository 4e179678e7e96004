import ArgumentParser
import FarmAPI
import FarmServices
import Publishing

/// `apkfarm repo log`: the snapshots.
struct RepoLog: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Lists the states that a repository had, the newest first.")

    @OptionGroup var options: RepoOptions
    @OptionGroup var output: OutputOptions

    /// Of the daemon that is named, else from the farm's own files.
    private func rows() throws -> [SnapshotRow] {
        guard let client = RemoteOptions.remote else {
            return try options.resolved().log().map(SnapshotRow.init)
        }
        guard Channels.isName(options.channel), Channels.isName(options.repository) else {
            throw ValidationError("'\(options.channel)/\(options.repository)' cannot be a repository")
        }
        let path = "/api/v1/repositories/\(options.channel)/\(options.repository)/snapshots"
        return try WireJSON.decode([SnapshotRow].self, from: try client.send("GET", path))
    }

    func run() throws {
        let rows = try rows()
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
