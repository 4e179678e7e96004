public import ArgumentParser
import FarmAPI
import Foundation

/// The command line: one file a verb.
public struct Apkfarm: AsyncParsableCommand {
    /// The name, the verbs and the examples.
    public static let configuration = CommandConfiguration(
        commandName: "apkfarm",
        abstract: "Rebuilds Alpine Linux for WebAssembly.",
        discussion: """
            Examples:
              apkfarm recipe show aports-overlay/main/zlib
              apkfarm plan show --set jobs/demo
              apkfarm build zlib
              apkfarm job log --follow 3
              apkfarm apk add --root /tmp/root --keys-dir repo/keys --repository repo/edge/main busybox
              apkfarm run --root /tmp/root -- /bin/sh -c 'uname -a'
              apkfarm boot
              apkfarm init /srv/farm
              apkfarm serve --farm /srv/farm
              apkfarm --farm /srv/farm queue zlib

            --farm, --url and --token may stand before the verb; $APKFARM_FARM, $APKFARM_URL and $APKFARM_TOKEN say the
            same.

            Exit status: 0 done, 1 a build or check failed, 2 bad usage, 3 no daemon answers.
            """,
        version: "0.1.0",
        subcommands: [
            RecipeCommands.self, PlanCommands.self, Build.self, SweepCommands.self, JobCommands.self,
            RepoCommands.self,
            ApkVerbs.self, KeyCommands.self, SourcesCommands.self, Run.self, Doctor.self,
            Init.self, Serve.self, Queue.self, Status.self, TriggerCommands.self, TokenCommands.self,
            WorkerCommands.self,
            Backup.self, ImageCommands.self, Boot.self,
        ])

    /// Runs the program. Options before the verb say what the environment may say too.
    public static func start() async {
        var arguments = Array(CommandLine.arguments.dropFirst())
        let leading = ["--farm": "APKFARM_FARM", "--url": "APKFARM_URL", "--token": "APKFARM_TOKEN"]
        while let first = arguments.first {
            let parts = first.split(separator: "=", maxSplits: 1).map(String.init)
            guard let name = leading[parts[0]] else { break }
            let isJoined = parts.count == 2
            guard isJoined || arguments.count > 1 else { break }
            setenv(name, isJoined ? parts[1] : arguments[1], 1)
            arguments.removeFirst(isJoined ? 1 : 2)
        }
        do {
            if let words = ApkVerbs.words(of: arguments) { return try ApkVerbs.run(words) }
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as FarmClient.Failure {
            Output.talk("\(failure)")
            if case .unreachable = failure { exit(withError: ExitCode(3)) }
            exit(withError: ExitCode(1))
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            // Bad usage is 2 here as in a shell's own commands; the argument parser would say 64.
            Output.talk(fullMessage(for: error))
            exit(withError: ExitCode(2))
        }
    }

    /// Made by the argument parser.
    public init() {}
}
