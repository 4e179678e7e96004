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
        for entry in index.entries {
            let path = repository.path(of: entry)
            do {
                try PackageReader.verify(file: path, keys: keys)
                guard try PackageReader.read(file: path).identity == entry.identity else {
                    throw PackageError(path: path, reason: "is not the package that the index names")
                }
            } catch {
                bad += 1
                Output.data("\(error)")
            }
        }
        Output.data("\(index.entries.count - bad) of \(index.entries.count) packages are good")
        if bad > 0 { throw ExitCode(1) }
    }
}
