import Apk
import ApkCommands
import ArgumentParser
import FarmServices
import Foundation
import Packages

extension CommandHost: ApkHost {}

/// `apkfarm apk …`: apk's own verbs. What follows goes on unparsed, with paths made absolute: apk takes them relative to
/// the root, people at a prompt mean the folder they are in.
struct ApkVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apk",
        abstract:
            "apk's own verbs on a root or on package files: add, del, upgrade, fix, info, list, verify, index and more.",
        discussion: """
            Examples:
              apkfarm apk add --root /tmp/root --keys-dir repo/keys --repository repo/edge/main zlib
              apkfarm apk verify --keys-dir repo/keys repo/edge/main/wasm32/zlib-1.3.1-r0.apk
              apkfarm apk info --root /tmp/root -L zlib
              apkfarm apk list --root /tmp/root --installed --format json
              apkfarm apk diff old/zlib-1.3.1-r0.apk new/zlib-1.3.1-r0.apk
            """)

    @Argument(parsing: .captureForPassthrough, help: "The verb with its options.")
    var words: [String] = []

    func run() throws { try Self.run(words) }

    /// The words behind `apk` when the argument parser can be left out: nothing in them is for it, and it would need a
    /// fifth of the time that verifying 2,000 packages takes only to hand on their names.
    static func words(of arguments: [String]) -> [String]? {
        arguments.first == "apk" ? Array(arguments.dropFirst()) : nil
    }

    /// Does what the words say.
    static func run(_ words: [String]) throws {
        // Statements are the farm's own; the apk on wasm32 does not have this verb.
        if words.starts(with: ["provenance", "verify"]) {
            let verify = try ProvenanceVerify.parse(Array(words.dropFirst(2)))
            return try verify.run()
        }
        let download = RepositoryDownload()
        let host = CommandHost(
            download: { try download.fetch($0, to: $1, newerThan: $2) },
            downloadAhead: { download.fetchAll($0) }
        ) { root in
            GuestScripts(root: Farm.absolute(root)) { try Farm(FarmOptions.parse([])).folders }
        }
        let status = ApkProgram(host).run(words.map { ByteText($0) })
        if status != 0 { throw ExitCode(status) }
    }
}
