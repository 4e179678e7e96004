import Apk
import ArgumentParser
import FarmServices
import Foundation
import Publishing
import Signing

struct RepoCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repo", abstract: "Reads, checks and changes the published repositories; packs files.",
        subcommands: [
            RepoList.self, RepoLog.self, RepoCheck.self, RepoVerify.self, RepoPublish.self, RepoPromote.self,
            RepoRollback.self, RepoWithdraw.self, RepoHold.self, RepoUnhold.self, RepoSettings.self,
            RepoGC.self,
            RepoSources.self,
            RepoProvenance.self, RepoPack.self,
        ])
}

/// Which repository.
struct RepoOptions: ParsableArguments {
    @OptionGroup var farm: FarmOptions

    @Option(help: "The channel: edge, staging or a name of your own.")
    var channel = "edge"

    @Option(help: "The repository's name.")
    var repository = "main"

    /// The repository that the options name.
    func resolved() throws -> PackageRepository { try resolved(Farm(farm), repository) }

    /// Where a daemon has it: `/api/v1/repositories/edge/main`.
    var path: String {
        get throws {
            for name in [channel, repository] where !Channels.isName(name) {
                throw ValidationError("'\(name)' cannot be a channel or repository")
            }
            return "/api/v1/repositories/\(channel)/\(repository)"
        }
    }

    /// A repository of the options' channel.
    func resolved(_ farm: Farm, _ repository: String) throws -> PackageRepository {
        for name in [channel, repository] where !Channels.isName(name) || name == "keys" || name == "sources"
        {
            throw ValidationError(
                "'\(name)' cannot be a channel or repository: use letters, digits, '.', '_', '-'")
        }
        return farm.folders.channels.repository(channel, repository)
    }
}

/// Options of what writes a repository.
struct RepoWriteOptions: ParsableArguments {
    @Option(help: "The name of the key to sign with, when there are several.")
    var key: String?

    @Option(help: "Findings to accept, by kind: provider, files, older, tests, growth. Comma-separated.")
    var accept = ""

    @Flag(help: "Accept every finding.")
    var force = false

    /// The accepted kinds.
    func accepted() throws -> Set<PublicationFinding.Kind> {
        if force { return Set(PublicationFinding.Kind.allCases.filter { $0 != .held }) }
        return try Self.kinds(accept)
    }

    /// Kinds of findings by their names, with commas between.
    static func kinds(_ text: String) throws -> Set<PublicationFinding.Kind> {
        do { return try RepositoryVerbs.kinds(text.split(separator: ",").map(String.init)) } catch {
            throw ValidationError("\(error)")
        }
    }

    /// The named key, or the only one.
    static func signingKey(_ farm: Farm, _ name: String?) throws -> PrivateKey {
        try SigningKeys(folder: farm.folders.keys).key(named: name)
    }
}

extension Farm {
    /// Runs what writes a repository while this process has the farm's lock.
    func writing(_ purpose: String, _ work: () throws -> Void) throws {
        let lock = try lock(for: purpose)
        defer { withExtendedLifetime(lock) {} }
        try work()
    }

    /// Seconds since 1970, for the times in an index file.
    static var now: Int64 { Int64(Date().timeIntervalSince1970) }
}

extension Output {
    /// What a verb changed, one line a package.
    static func report(_ change: RepositoryChange) {
        for label in change.added { data("+ \(label)") }
        for label in change.removed { data("- \(label)") }
        for note in change.notes { talk(note) }
        let isChanged = !change.added.isEmpty || !change.removed.isEmpty
        talk(
            "\(change.repository) is \(isChanged ? "now" : "still") snapshot \(change.number.map(String.init) ?? "-")"
        )
    }
}
