import ArgumentParser
import FarmServices
import Foundation
import Sandboxing
import Toolchains

/// `apkfarm doctor`: what works on this machine.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Tries what the farm needs of this machine and says what helps where something is missing.")

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    private struct Row: Encodable {
        let name: String
        let works: Bool
        let required: Bool
        let problem: String
        let remedy: String
    }

    func run() async throws {
        let farm = try Farm(options)
        var rows: [Row] = []
        do {
            var digests = try farm.fileDigests()
            _ = try Toolchain(root: farm.folders.toolchain, digests: &digests)
            digests.save()
            rows.append(Row(name: "toolchain", works: true, required: true, problem: "", remedy: ""))
        } catch {
            rows.append(
                Row(
                    name: "toolchain", works: false, required: true, problem: "\(error)",
                    remedy: "run 'make setup'"))
        }
        for finding in await Sandbox.probe(farm.sandboxHost).findings {
            rows.append(
                Row(
                    name: finding.name, works: finding.problem == nil, required: finding.isRequired,
                    problem: finding.problem ?? "", remedy: finding.remedy))
        }
        try Output.list(rows, format: output.format, header: ["WHAT", "STATE", "PROBLEM", "REMEDY"]) {
            [$0.name, $0.works ? "good" : ($0.required ? "missing" : "absent"), $0.problem, $0.remedy]
        }
        if rows.contains(where: { $0.required && !$0.works }) { throw ExitCode(1) }
    }
}
