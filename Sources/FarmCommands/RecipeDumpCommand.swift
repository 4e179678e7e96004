import ArgumentParser
import Foundation
import Recipes

/// `apkfarm recipe dump --aports DIR --arch ARCH`: what every recipe of a tree sets, for comparison with a shell.
struct RecipeDumpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump",
        abstract: "Prints what every recipe of an aports tree sets at top level, one line of JSON a recipe.",
        discussion: """
            Lines have the form {"dir":"main/zlib","vars":{"pkgver":"1.3.2"}} and are sorted by path. Values are raw, \
            before abuild's defaults. Bytes that are not UTF-8 appear as \\udc80 to \\udcff.
            Example: apkfarm recipe dump --aports ~/aports --arch x86_64 | jq -r .dir
            """)

    @Option(help: "A checkout of Alpine's aports.")
    var aports: String

    @Option(help: "Alpine's name of the architecture: wasm32, x86_64, aarch64 …")
    var arch: String

    func run() throws {
        var findings = 0
        var count = 0
        do {
            var dump = try RecipeDump(root: Farm.absolute(aports), architecture: arch)
            count = try dump.run(
                write: { try Self.write($0) },
                found: { finding in
                    findings += 1
                    Output.talk("\(finding)")
                })
        } catch let error as RecipeError {
            Output.talk("\(error)")
            throw ExitCode(1)
        }
        if count == 0 && findings == 0 {
            Output.talk("\(aports): no main, community or testing with recipes; name a checkout of aports")
        }
        if count == 0 || findings > 0 { throw ExitCode(1) }
    }

    private static func write(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        guard !bytes.isEmpty else { return }
        try FileHandle.standardOutput.write(contentsOf: Data(bytes))
    }
}
