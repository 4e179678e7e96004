import ArgumentParser
import FarmServices
import Foundation
import Publishing
import Signing

/// `apkfarm key list`: keys and what became of them.
struct KeyList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the keys of this farm, and what became of those that it had.")

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    private struct Row: Encodable {
        let name: String
        let state: String
        let since: String
        let place: String
        let reason: String
    }

    func run() throws {
        let farm = try Farm(options)
        let keys = SigningKeys(folder: farm.folders.keys)
        var places: [String: String] = [:]
        if let agent = keys.agent {
            for key in try PrivateKey.keys(ofAgent: agent) { places[key.name] = agent }
        } else {
            for name in keys.names() { places[name + ".pub"] = keys.folder + "/" + name }
        }
        let lines = try farm.keyRotation().ledger().lines
        var rows = lines.map {
            Row(
                name: $0.name, state: $0.state.rawValue, since: $0.since, place: places[$0.name] ?? "-",
                reason: $0.reason)
        }
        // Before the first rotation nothing is written down.
        let known = Set(lines.map(\.name))
        rows += places.filter { !known.contains($0.key) }.map {
            Row(name: $0.key, state: "-", since: "-", place: $0.value, reason: "")
        }
        rows.sort { $0.name < $1.name }
        try Output.list(
            rows, format: output.format, header: ["KEY", "STATE", "SINCE", "PRIVATE HALF", "WHY"]
        ) {
            [$0.name, $0.state, $0.since, $0.place, $0.reason]
        }
    }
}
