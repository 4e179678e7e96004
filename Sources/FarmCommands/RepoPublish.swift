import ArgumentParser
import FarmAPI
import FarmServices
import Foundation
import Publishing
import Signing

/// `apkfarm repo publish`: package files into a channel, or a channel onto a server.
struct RepoPublish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publishes package files into a channel, or with --to a channel into an object store.",
        discussion: """
            Unsigned packages are signed. With --to, packages go up first and the index last, everything is verified
            after it was sent, and what is there already is not sent again: an interrupted call is simply repeated.
            Credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
            Examples:
              apkfarm repo publish --channel staging zlib-1.3.2-r0.apk zlib-dev-1.3.2-r0.apk
              apkfarm repo publish --to s3://bucket/repo --endpoint https://s3.example.org
            """)

    @OptionGroup var options: RepoOptions
    @OptionGroup var writing: RepoWriteOptions

    @Argument(help: "Package files.")
    var files: [String] = []

    @Option(help: "An object store: s3://BUCKET/PREFIX, or a folder.")
    var to: String?

    @Option(help: "The store's address, when it is not the provider's own.")
    var endpoint: String?

    func run() async throws {
        let farm = try Farm(options.farm)
        if let to {
            guard files.isEmpty else {
                throw ValidationError("files are published into a channel, not with --to")
            }
            try send(farm, to)
            return
        }
        guard !files.isEmpty else { throw ValidationError("name package files, or a store with --to") }
        let paths = files.map(Farm.absolute)
        var wanted = RepositoryVerbs.ByHand(
            packages: paths, accept: try writing.accepted().map(\.rawValue).sorted(), key: writing.key)
        guard let client = try RemoteOptions.daemon(options.farm) else {
            _ = try options.path
            try farm.writing("repo publish") {
                let verbs = RepositoryVerbs(folders: farm.folders)
                Output.report(try verbs.publish(options.channel, options.repository, wanted))
            }
            return
        }
        wanted.packages = try paths.map { path in
            let digest = try SHA256.digest(ofFile: path).hex
            try client.upload(path, to: "/api/v1/uploads/\(digest)")
            return digest
        }
        let body = try WireJSON.encode(wanted)
        let answer = try client.send("POST", try options.path + "/publish", body: body)
        Output.report(try WireJSON.decode(RepositoryChange.self, from: answer))
    }

    private func send(_ farm: Farm, _ target: String) throws {
        let remote = try ObjectStore(target, endpoint: endpoint, environment: farm.environment)
        let channels = farm.folders.channels
        let names = try channels.repositories(of: options.channel)
        guard !names.isEmpty else { throw ValidationError("channel '\(options.channel)' has no repository") }
        for name in names {
            let mirror = RepositoryMirror(
                repository: channels.repository(options.channel, name), root: farm.folders.published,
                store: remote)
            let report = try mirror.publish { Output.talk($0) }
            Output.data(
                "\(options.channel)/\(name): snapshot \(report.number), \(report.files) files verified, index last"
            )
        }
    }
}
