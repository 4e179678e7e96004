import ArgumentParser
import FarmServices
import Foundation
import Signing

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
