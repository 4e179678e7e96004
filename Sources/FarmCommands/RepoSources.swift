import Apk
import ArgumentParser
import FarmServices
import Foundation
import Publishing

/// `apkfarm repo sources NAME…`: licence and corresponding source of what is published.
struct RepoSources: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources",
        abstract:
            "Lists licence and kept source of published packages; ends with 1 when something is not kept.",
        discussion:
            "Without names: of every origin. Files lie below repo/sources. Example: apkfarm repo sources zlib"
    )

    @OptionGroup var options: RepoOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "Packages or their origins.")
    var names: [String] = []

    private struct Row: Encodable {
        let origin: String
        let version: String
        let license: String
        let file: String
        let sha512: String
        let path: String
        let state: String
    }

    func run() throws {
        let farm = try Farm(options.farm)
        let shelf = farm.folders.sourceShelf(try farm.sourceStore())
        let index = try options.resolved().current()
        var rows: [Row] = []
        var seen: Set<String> = []
        for entry in index.entries {
            let origin = entry.origin?.description ?? entry.name.description
            guard names.isEmpty || names.contains(origin) || names.contains(entry.name.description),
                seen.insert(origin).inserted
            else { continue }
            let version = entry.version.description
            guard let record = shelf.record(options.repository, origin: origin, version: version) else {
                rows.append(
                    Row(
                        origin: origin, version: version, license: entry.license.description, file: "-",
                        sha512: "-",
                        path: "-", state: "not kept"))
                continue
            }
            rows += record.items.map {
                Row(
                    origin: origin, version: version, license: record.license, file: $0.name,
                    sha512: $0.sha512,
                    path: $0.path, state: shelf.isIntact($0) ? "kept" : "damaged")
            }
        }
        try Output.list(
            rows, format: output.format, header: ["ORIGIN", "VERSION", "LICENCE", "FILE", "STATE", "SHA512"]
        ) {
            [$0.origin, $0.version, $0.license, $0.file, $0.state, String($0.sha512.prefix(16))]
        }
        guard rows.allSatisfy({ $0.state == "kept" }), !rows.isEmpty else { throw ExitCode(1) }
    }
}
