import ArgumentParser
import FarmServices
import Foundation
import Packages
import Signing
import SystemImages

struct ImageCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Makes root file systems of published packages.",
        subcommands: [ImageBuild.self])
}

extension Farm {
    /// Builds a system image, with the packages' scripts run in it. Returns the packages in it.
    @discardableResult
    func buildImage(_ plan: SystemImage.Plan, to file: String) throws -> [String] {
        try SystemImage.build(plan, to: file, scratch: folders.work + "/image") { root in
            GuestScripts(root: root) { folders }
        }
    }
}

/// `apkfarm image build`: an initial file system that `apkfarm boot` and the browser start from.
struct ImageBuild: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Installs packages into a new root and writes it as an archive that Linux unpacks at boot.",
        discussion: """
            Example: apkfarm image build --packages browser-baselayout,busybox,lua5.4 --output lua.cpio

            Equal packages give equal bytes.
            """)

    @OptionGroup var options: FarmOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "The packages, separated by commas; what they need comes along.")
    var packages = "browser-baselayout"

    @Option(help: "The repository that they are installed from.")
    var repository = "main"

    @Option(help: "A line for /etc/apk/repositories of the image. May be repeated.")
    var guestRepository: [String] = []

    @Option(name: .customLong("output"), help: "The file to write.")
    var file: String

    private struct Made: Encodable {
        let file: String
        let size: Int
        let packages: [String]
    }

    func run() throws {
        let farm = try Farm(options)
        let plan = SystemImage.Plan(
            packages: packages.split(separator: ",").map(String.init),
            repositories: [farm.folders.repository(repository)],
            keys: try KeyRing(folder: farm.folders.publicKeys), guestRepositories: guestRepository)
        let target = Farm.absolute(file)
        let steps = try farm.buildImage(plan, to: target)
        let size = try FileManager.default.attributesOfItem(atPath: target)[.size] as? Int ?? 0
        switch output.format {
        case .json: try Output.json(Made(file: target, size: size, packages: steps))
        case .table:
            for step in steps { Output.talk(step) }
            Output.data("\(target): \(readable(bytes: size))")
        }
    }
}
