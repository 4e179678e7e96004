import Apk
import ArgumentParser
import FarmServices
import Foundation
import Packages
import Signing
import SystemImages

/// `apkfarm boot`: the farm's Linux on this terminal.
struct Boot: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boot",
        abstract: "Boots the published kernel on this terminal, headless, without a browser.",
        discussion: """
            Examples:
              apkfarm boot
              apkfarm boot --packages browser-baselayout,lua5.4
              apkfarm boot --image root.cpio --append 'loglevel=7'
              mke2fs -q -t ext4 disk.img 1G
              apkfarm boot --disk disk.img --disk-root

            The console is this terminal; 'poweroff' ends the machine. Exit status: 0 powered off, 1 the kernel failed,
            3 the machine asked for a restart. Needs node 24 ('make setup' brings it; NODE names another).
            """)

    @OptionGroup var options: FarmOptions

    @Option(help: "An initial file system that 'apkfarm image build' made. Default: one of the packages.")
    var image: String?

    @Option(help: "The packages of the default image, separated by commas.")
    var packages = "browser-baselayout"

    @Option(help: "The repository that kernel and packages come from.")
    var repository = "main"

    @Option(help: "A file that is the machine's disk, /dev/disk0.")
    var disk: String?

    @Flag(
        help:
            "The disk is the root: at its first start it is filled with the image's files, and then keeps its own."
    )
    var diskRoot = false

    @Option(help: "What the kernel's command line has besides the console.")
    var append = "loglevel=4"

    @Option(help: "The kernel's own memory in MiB, 32 to 1024; each process has its own besides.")
    var memory = 128

    func validate() throws {
        guard (32...1024).contains(memory) else { throw ValidationError("--memory is 32 to 1024 MiB") }
        guard disk != nil || !diskRoot else {
            throw ValidationError("--disk-root wants a disk: --disk FILE")
        }
    }

    func run() throws {
        let farm = try Farm(options)
        let folders = farm.folders
        let published = folders.repository(repository) + "/wasm32"
        let keys = try KeyRing(folder: folders.publicKeys)
        let index = try IndexFile.read(published + "/APKINDEX.tar.gz", keys: keys)
        guard let kernel = index.newest(try PackageName(parsing: "linux-wasm")),
            let identity = kernel.identity
        else {
            Output.talk("the repository \(published) has no linux-wasm: run 'apkfarm build linux-wasm'")
            throw ExitCode(1)
        }
        let kept = folders.cache + "/boot"
        try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
        let files = try BootFiles(
            root: folders.root, kernelPackage: published + "/" + kernel.fileName.description,
            unpacked: kept + "/" + folderName(of: identity), environment: farm.environment)
        let initrd = try image.map(Farm.absolute) ?? defaultImage(farm, keys)
        let diskFile = disk.map(Farm.absolute)
        if let diskFile { try DiskLock.claim(diskFile) }
        try Becoming.program(
            files.arguments(
                image: initrd, disk: diskFile, append: diskRoot ? append + " apkfarm.root=disk" : append,
                memory: memory),
            remedy: "make setup")
    }

    /// A package's identity in base64 has slashes.
    private func folderName(of identity: some CustomStringConvertible) -> String {
        identity.description.replacingOccurrences(of: "/", with: "_")
    }

    private func defaultImage(_ farm: Farm, _ keys: KeyRing) throws -> String {
        try FileManager.default.createDirectory(atPath: farm.folders.state, withIntermediateDirectories: true)
        let file = farm.folders.state + "/boot.cpio"
        try farm.buildImage(
            SystemImage.Plan(
                packages: packages.split(separator: ",").map(String.init),
                repositories: [farm.folders.repository(repository)], keys: keys),
            to: file)
        return file
    }
}
