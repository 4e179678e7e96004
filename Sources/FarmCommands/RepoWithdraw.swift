import Apk
import ArgumentParser
import FarmServices
import Publishing
import Signing

/// `apkfarm repo withdraw PACKAGE`: takes a bad package away everywhere.
struct RepoWithdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Takes a bad package out of every channel at once, with a tombstone that says why.",
        discussion: """
            All packages of the same build go. The newest earlier version that is still there is listed instead. When
            there is none, what needs the package is named; --with-dependents takes that along.
            Example: apkfarm repo withdraw xz --reason 'back door, CVE-2024-3094'
            """)

    @OptionGroup var farm: FarmOptions

    @Argument(help: "A package or its origin.")
    var package: String

    @Option(help: "The version; the listed one unless given.")
    var version: String?

    @Option(help: "Why: what clients are told that ask for it.")
    var reason: String

    @Option(help: "Only this channel.")
    var channel: String?

    @Flag(help: "Take along what cannot be installed without it.")
    var withDependents = false

    @Option(help: "The name of the key to sign with, when there are several.")
    var key: String?

    func run() throws {
        let farm = try Farm(farm)
        let name = try PackageName(parsing: package)
        let version = try version.map { try PackageVersion(parsing: $0) }
        let channels = farm.folders.channels
        let signer = try RepoWriteOptions.signingKey(farm, key)
        var count = 0
        try farm.writing("repo withdraw") {
            for channel in try channel.map({ [$0] }) ?? channels.names() {
                for repository in try channels.repositories(of: channel) {
                    count += try withdraw(
                        name, version, from: channels.repository(channel, repository), signer)
                }
            }
        }
        guard count > 0 else {
            Output.talk(
                "no channel has \(package)\(version.map { "-\($0)" } ?? ""); 'apkfarm repo list' shows what there is"
            )
            throw ExitCode(1)
        }
    }

    private func withdraw(
        _ name: PackageName, _ version: PackageVersion?, from repository: PackageRepository, _ key: PrivateKey
    ) throws -> Int {
        let report: WithdrawReport
        do {
            report = try repository.withdraw(
                name, version: version, reason: reason, takesDependents: withDependents, key: key,
                epoch: Farm.now)
        } catch PublishingError.unknownPackage {
            return 0
        }
        for file in report.withdrawn { Output.data("\(repository.name): \(file) withdrawn") }
        for entry in report.restored { Output.data("\(repository.name): \(entry.label) listed instead") }
        for entry in report.dependents { Output.data("\(repository.name): \(entry.label) left with it") }
        return report.withdrawn.count
    }
}
