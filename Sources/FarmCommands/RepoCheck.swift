import Apk
import ArgumentParser
import Publishing

/// `apkfarm repo check`: what is wrong with a repository as a whole.
struct RepoCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Finds what is wrong with a repository; ends with 1 and names it.",
        discussion: """
            Unresolvable dependencies (a library that changed its soname among them), files that two packages own
            without replaces, packages that are missing, differ from the index or are unsigned, files that no index
            names, a snapshot that is not what is published.
            """)

    @OptionGroup var options: RepoOptions
    @OptionGroup var output: OutputOptions

    private struct Row: Encodable {
        let kind: String
        let subject: String
        let text: String
    }

    func run() throws {
        let repository = try options.resolved()
        let rows = try repository.check().map {
            Row(kind: $0.kind.rawValue, subject: $0.subject, text: $0.text)
        }
        if output.format == .json || !rows.isEmpty {
            try Output.list(rows, format: output.format, header: ["FAULT", "WHERE", "WHAT"]) {
                [$0.kind, $0.subject, $0.text]
            }
        }
        guard rows.isEmpty else { throw ExitCode(1) }
        Output.talk(
            "\(repository.name): \(try repository.current().entries.count) packages, nothing is wrong")
    }
}
