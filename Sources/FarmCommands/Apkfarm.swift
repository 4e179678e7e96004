public import ArgumentParser

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

            Exit status: 0 done, 1 a build or check failed, 2 bad usage.
            """,
        version: "0.1.0",
        subcommands: [
            RecipeCommands.self, PlanCommands.self, Build.self, SweepCommands.self, JobCommands.self,
            RepoCommands.self,
            ApkVerbs.self, KeyCommands.self, SourcesCommands.self, Run.self, Doctor.self,
        ])

    /// Made by the argument parser.
    public init() {}
}
