import Apk
import ArgumentParser
import Attestations
import Foundation
import Packages
import Publishing
import Signing

/// `apkfarm repo provenance`: where packages come from.
struct RepoProvenance: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provenance", abstract: "Statements about where packages come from.",
        subcommands: [ProvenanceVerify.self])
}

/// `apkfarm repo provenance verify NAME|FILE…`, also `apkfarm apk provenance verify`.
struct ProvenanceVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Checks that a trusted key signed the statement beside a package, and that it is about its bytes.",
        discussion: """
            Names are of published packages, files are packages with their statement beside them.
            Example: apkfarm repo provenance verify zlib
            """)

    @OptionGroup var options: RepoOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "A folder of public keys instead of the farm's.")
    var keysDir: String?

    @Argument(help: "Packages by name, or package files.")
    var names: [String]

    func run() throws {
        var verdicts: [ProvenanceVerdict] = []
        var failed = false
        for name in names {
            do {
                let (path, keys) = try subject(name)
                let info = try PackageReader.read(file: path).info
                let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
                let statement = "\(folder)\(info.origin ?? info.name.text)-\(info.version).provenance.json"
                verdicts.append(try ProvenanceCheck.verify(package: path, statement: statement, keys: keys))
            } catch {
                Output.talk("\(error)")
                failed = true
            }
        }
        try Output.list(
            verdicts, format: output.format,
            header: ["PACKAGE", "RECIPE", "VERSION", "INPUTS", "SIGNER", "REQUEST"]
        ) {
            [$0.package, $0.recipe, $0.version, "\($0.inputs)", $0.signer, String($0.request.prefix(16))]
        }
        if failed { throw ExitCode(1) }
    }

    /// The package file that a word means, and the keys to go by.
    private func subject(_ word: String) throws -> (path: String, keys: KeyRing) {
        let given = try keysDir.map { try KeyRing(folder: Farm.absolute($0)) }
        if word.hasSuffix(".apk") {
            return (Farm.absolute(word), try given ?? options.resolved().keys())
        }
        let repository = try options.resolved()
        let name = try PackageName(parsing: word)
        guard let entry = try repository.current().newest(name) else {
            throw PublishingError.unknownPackage(word, repository: repository.name)
        }
        return (repository.path(of: entry), try given ?? repository.keys())
    }
}
