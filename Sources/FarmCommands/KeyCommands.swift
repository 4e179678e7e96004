import ArgumentParser
import FarmServices
import Foundation
import Signing

struct KeyCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Keys that sign packages and indexes.",
        subcommands: [KeyNew.self, KeyList.self])
}

/// `apkfarm key new`: makes a key pair.
struct KeyNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Makes an RSA key pair of 4096 bits; the private key is readable by its owner only.",
        discussion: "Example: apkfarm key new --name farm@example.org")

    @OptionGroup var options: FarmOptions

    @Option(help: "The beginning of the key's file name.")
    var name = "apkfarm"

    @Flag(help: "Do nothing when there is a key already.")
    var ifMissing = false

    func run() throws {
        let folders = try Farm(options).folders
        if ifMissing, !SigningKeys(folder: folders.keys).names().isEmpty { return }
        try FileManager.default.createDirectory(
            atPath: folders.keys, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let key = try PrivateKey.generate(bits: 4096, owner: name)
        Output.data(try key.save(in: folders.keys))
    }
}

/// `apkfarm key list`: the keys that this farm could sign with.
struct KeyList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the private keys of this farm.")

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    private struct Row: Encodable {
        let name: String
        let bits: Int
        let path: String
    }

    func run() throws {
        let keys = SigningKeys(folder: try Farm(options).folders.keys)
        let rows = try keys.names().map { name in
            let key = try PrivateKey.load(path: keys.folder + "/" + name)
            return Row(name: key.name, bits: key.bits, path: keys.folder + "/" + name)
        }
        try Output.list(rows, format: output.format, header: ["KEY", "BITS", "PATH"]) {
            [$0.name, "\($0.bits)", $0.path]
        }
    }
}
