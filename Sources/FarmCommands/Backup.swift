import ArgumentParser
import FarmServices
import Foundation
import Jobs

/// `apkfarm backup`: a copy of what cannot be built again.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies databases, keys and settings into a new folder, also while the daemon runs.",
        discussion: """
            Example: apkfarm backup --farm /srv/farm /backup/2026-11-27

            The copy holds the signing key: keep it as safe as the farm. To restore: copy the files back into the farm's
            folder while no daemon runs. The repository (repo/) is files that are only added; copy it with rsync.
            """)

    @OptionGroup var options: FarmOptions

    @Argument(help: "The folder to make; it must not exist.")
    var target: String

    func run() async throws {
        let farm = try Farm(options)
        let target = Farm.absolute(target)
        let manager = FileManager.default
        guard !manager.fileExists(atPath: target) else {
            throw ValidationError("\(target) exists; a backup goes into a new folder")
        }
        // Made under another name and renamed when whole.
        let unfinished = target + ".unfinished"
        if manager.fileExists(atPath: unfinished) { try manager.removeItem(atPath: unfinished) }
        let state = unfinished + "/jobs/state"
        try manager.createDirectory(
            atPath: state, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if let store = try farm.readableJobStore() { try store.copy(to: state + "/jobs.sqlite") }
        if manager.fileExists(atPath: farm.folders.access) {
            try AccessLedger(path: farm.folders.access).copy(to: state + "/access.sqlite")
        }
        for (from, name) in [
            (farm.folders.keys, "keys"),
            (farm.folders.root + "/" + FarmConfiguration.fileName, FarmConfiguration.fileName),
        ] where manager.fileExists(atPath: from) {
            try manager.copyItem(atPath: from, toPath: unfinished + "/" + name)
        }
        try manager.moveItem(atPath: unfinished, toPath: target)
        Output.data(target)
    }
}
