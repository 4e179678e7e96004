import Apk
import ArgumentParser
import Packages
import Publishing
import Signing

/// `apkfarm repo verify`: every file of a repository.
struct RepoVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Checks the index and every package that it names: signatures, identities, data hashes, file checksums."
    )

    @OptionGroup var options: RepoOptions

    func run() throws {
        let repository = try options.resolved()
        let keys = try repository.keys()
        let index = try repository.current()
        var bad = 0
        var vouched = 0
        for entry in index.entries {
            let path = repository.path(of: entry)
            do {
                let contents = try PackageReader.read(file: path)
                guard contents.identity == entry.identity else {
                    throw PackageError(path: path, reason: "is not the package that the index names")
                }
                // What a key signed that was retired since is vouched for by the signed index.
                if contents.signers.contains(where: { keys[$0] != nil }) {
                    try PackageReader.verify(file: path, keys: keys)
                } else {
                    vouched += 1
                }
            } catch {
                bad += 1
                Output.data("\(error)")
            }
        }
        Output.data("\(index.entries.count - bad) of \(index.entries.count) packages are good")
        if vouched > 0 {
            Output.talk("\(vouched) of them are signed by no present key; the index vouches for their bytes")
        }
        if bad > 0 { throw ExitCode(1) }
    }
}
