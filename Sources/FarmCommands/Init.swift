import Apk
import ArgumentParser
import FarmAPI
import FarmServices
import Foundation
import Jobs
import Packages
import Signing

/// `apkfarm init`: makes a farm.
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Makes a farm: settings, keys, an empty repository, and a token for its operator.",
        discussion: """
            Example: apkfarm init /srv/farm

            What is there already stays as it is. The token is printed this once; 'apkfarm token new' makes others.
            """)

    @Argument(help: "The farm's folder; made if missing.")
    var folder: String?

    @Flag(help: "Only print the settings that would be written: every key with what it means.")
    var showSettings = false

    @Option(help: "The checkout or installed share folder to use. Default: that of this program.")
    var share: String?

    @Option(help: "A recipe tree besides our own, for example Alpine's aports. May be repeated.")
    var aports: [String] = []

    @Option(help: "The beginning of the signing key's file name.")
    var name = "apkfarm"

    func validate() throws {
        guard folder != nil || showSettings else { throw ValidationError("name the farm's folder") }
    }

    func run() async throws {
        let here = FileManager.default.currentDirectoryPath
        let program = Bundle.main.executablePath ?? ""
        let found =
            share.map(Farm.absolute) ?? FarmFolders.checkout(above: program)
            ?? FarmFolders.checkout(above: here)
        guard let share = found else {
            throw ValidationError(
                "no checkout or share folder above this program; name one with --share FOLDER")
        }
        let sample = FarmConfiguration.sample(share: share, aports: aports.map(Farm.absolute))
        guard !showSettings, let folder else { return Output.data(sample) }
        let root = Farm.absolute(folder)
        let manager = FileManager.default
        let settings = root + "/" + FarmConfiguration.fileName
        for path in [root, root + "/repo/keys", root + "/jobs/state", root + "/jobs/logs"] {
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        if !manager.fileExists(atPath: settings) {
            try Data(sample.utf8).write(to: URL(fileURLWithPath: settings), options: .atomic)
        }
        let text = try String(contentsOfFile: settings, encoding: .utf8)
        let configuration = try FarmConfiguration(parsing: text, path: settings)
        let folders = FarmFolders(
            root: root, environment: ProcessInfo.processInfo.environment, configuration: configuration)
        try keys(folders)
        try repository(folders)
        _ = try SQLiteJobStore(path: folders.database)
        let access = try AccessLedger(path: folders.access)
        Output.talk("farm: \(root)")
        Output.talk("settings: \(settings)")
        Output.talk("start it: apkfarm serve --farm \(root)")
        guard try access.tokens().isEmpty else { return }
        let secret = TokenSecret()
        _ = try access.add(
            name: "operator", digest: secret.digest, scopes: [.admin], expires: nil, at: Date())
        Output.talk("the operator's token, shown this once:")
        Output.data(secret.text)
    }

    private func keys(_ folders: FarmFolders) throws {
        guard SigningKeys(folder: folders.keys).names().isEmpty else { return }
        try FileManager.default.createDirectory(
            atPath: folders.keys, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        _ = try PrivateKey.generate(bits: 4096, owner: name).save(in: folders.keys)
    }

    /// A signed index that names nothing, and the key that clients trust.
    private func repository(_ folders: FarmFolders) throws {
        let folder = folders.repository("main") + "/wasm32"
        let index = folder + "/APKINDEX.tar.gz"
        guard !FileManager.default.fileExists(atPath: index) else { return }
        let key = try SigningKeys(folder: folders.keys).key()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let shown = folders.publicKeys + "/" + key.name
        if !FileManager.default.fileExists(atPath: shown) {
            try key.publicKey.write(to: shown)
        }
        try IndexFile.write(
            Index(), to: index, description: "edge/main", epoch: Int64(Date().timeIntervalSince1970),
            signedBy: key)
    }
}
