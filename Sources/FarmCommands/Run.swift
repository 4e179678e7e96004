import ArgumentParser
import FarmServices
import Foundation
import Sandboxing

/// `apkfarm run`: a wasm program as a process of this machine.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a program of an installed root, or a single wasm file, under the native runner.",
        discussion: """
            Examples:
              apkfarm run --root /tmp/root -- /bin/sh -c 'echo hello | tr a-z A-Z'
              apkfarm run --network --root /tmp/root -- /sbin/apk add lua5.4
              apkfarm run hello.wasm one two

            With --root, the program sees the root as its whole file system, with /dev, /proc and a /tmp of its own,
            and no network unless --network is given. Standard streams and the exit status are passed through.
            """)

    @OptionGroup var options: FarmOptions

    @Option(help: "An installed root; the program is then a path inside it.")
    var root: String?

    @Flag(
        help:
            "With --root: let the program use this machine's network, as apk in it needs for http:// repositories."
    )
    var network = false

    @Argument(parsing: .captureForPassthrough, help: "The program and its arguments.")
    var command: [String] = []

    func run() throws {
        var words = command
        if words.first == "--" { words.removeFirst() }
        guard !words.isEmpty else { throw ValidationError("name a program to run") }
        let folders = try Farm(options).folders
        setenv("APKFARM_RUNNER_CACHE", folders.wasmCode, 0)
        let arguments: [String]
        if let root {
            arguments = GuestCommand(
                root: Farm.absolute(root), guest: folders.toolchain + "/libexec/guest",
                wasmCode: folders.wasmCode
            ).arguments(words, sharesNetwork: network)
        } else {
            arguments = [folders.toolchain + "/libexec/runner"] + words
        }
        try Becoming.program(arguments, remedy: "make setup")
    }
}
