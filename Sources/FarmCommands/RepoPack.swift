import Apk
import ArgumentParser
import FarmServices
import Foundation
import Packages
import Signing

/// `apkfarm repo pack`: a folder's files as a signed package.
struct RepoPack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack", abstract: "Packs a folder's files as a signed package, without a recipe.",
        discussion: """
            Example: apkfarm repo pack --name site-config --version 1.0-r0 ./files site-config-1.0-r0.apk

            All files belong to root; equal folders give equal bytes. The package is written whole or not at all.
            """)

    @OptionGroup var options: FarmOptions

    @Option(help: "The package's name.")
    var name: String

    @Option(help: "Its version, for example 1.0-r0.")
    var version: String

    @Option(help: "What it is, in a line.")
    var description = ""

    @Option(help: "Its architecture.")
    var arch = "noarch"

    @Option(help: "Seconds since 1970 for every time in it. Default: SOURCE_DATE_EPOCH, else 2026-01-01.")
    var epoch: Int64?

    @Option(help: "The name of the key to sign with, when there are several.")
    var key: String?

    @Flag(name: .customLong("apk3"), help: "Write a package of apk 3, which apk 2 cannot read.")
    var isForApk3 = false

    @Argument(help: "The folder.")
    var folder: String

    @Argument(help: "The package file to write.")
    var file: String

    func run() throws {
        let farm = try Farm(options)
        let time = epoch ?? farm.environment["SOURCE_DATE_EPOCH"].flatMap { Int64($0) } ?? 1_767_225_600
        var info: PackageInfo
        do {
            info = PackageInfo(
                name: try PackageName(parsing: name), version: try PackageVersion(parsing: version),
                architecture: ByteText(arch))
        } catch { throw ValidationError("\(error)") }
        info.summary = ByteText(description)
        info.buildDate = time
        info.packager = "apkfarm"
        let builder = try PackageBuilder(info: info, root: Farm.absolute(folder), epoch: time)
        let signer = try SigningKeys(folder: farm.folders.keys).key(named: key)
        if isForApk3 {
            let (identity, size) = try builder.writeAdb(to: Farm.absolute(file), signedBy: signer)
            return Output.data("\(name)-\(version): \(size) bytes, \(identity)")
        }
        let summary = try builder.write(to: Farm.absolute(file), signedBy: signer)
        Output.data("\(name)-\(version): \(summary.fileSize) bytes, \(summary.identity)")
    }
}
