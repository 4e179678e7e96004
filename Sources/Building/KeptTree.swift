import Foundation
import Recipes
import Sandboxing

/// A build's folder as it was between `build()` and `check()`, kept beside the result: when nothing but the runner has
/// changed, the suite runs again in it and nothing is built.
///
/// There is none of a build that ran wasm programs before its tests: there the runner may have decided bytes.
struct KeptTree {
    /// The archive, in a result's folder.
    static let name = "tree.tar.zst"

    /// Keeps a folder. Failing to costs a rebuild some day and is no failure of this build.
    static func keep(_ folder: BuildFolder) {
        let ran = try? LeftFolder(folder.build).size("report/wasm-processes")
        guard (ran?.bytes ?? 0) == 0 else { return }
        let archive = folder.packages + "/" + name
        let made = run([
            "--create", "--file", archive, "--directory", folder.build, "--exclude=./wasm-code",
            "--exclude=./report", "--exclude=./pkg", ".",
        ])
        // Half an archive is none.
        if !made { unlink(archive) }
    }

    /// Lays a kept folder out again.
    /// - Throws: `BuildError.unreadable` naming the archive.
    static func restore(_ archive: String, into folder: BuildFolder) throws(BuildError) {
        guard
            run([
                "--extract", "--file", archive, "--directory", folder.build, "--no-same-owner",
                "--preserve-permissions",
            ])
        else {
            throw .unreadable(
                path: archive, reason: "it cannot be unpacked; 'apkfarm build --force' builds anew")
        }
    }

    /// GNU tar: kept times to the nanosecond, sparse files and odd names are its matter, and `make` looks at them.
    private static func run(_ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/tar")
        process.arguments = ["--format=posix", "--sparse", "--use-compress-program=zstd -1"] + arguments
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"]
        process.standardError = FileHandle.nullDevice
        // A machine without tar keeps nothing.
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

extension Builder {
    /// Where a result's kept tree lies, if it has one.
    public static func keptTree(of result: String) -> String? {
        let path = result + "/" + KeptTree.name
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    /// Gives a result the kept tree of another one whose packages are the same.
    public static func adoptTree(of other: String, for result: String) {
        guard let tree = keptTree(of: other), keptTree(of: result) == nil else { return }
        // Where it cannot be had, a change of the runner rebuilds.
        try? FileManager.default.createDirectory(atPath: result, withIntermediateDirectories: true)
        link(tree, result + "/" + KeptTree.name)
    }

    /// Runs the suite of a build again, in its kept tree, under another runner. Builds and packs nothing.
    /// - Parameters:
    ///   - tree: what ``keptTree(of:)`` answered.
    ///   - dependencies: as for ``build(_:recipe:dependencies:log:)``.
    /// - Returns: the suite's report, and which failures were accepted or why there is no report.
    /// - Throws: `BuildError`, as a build does.
    public func recheck(
        _ request: BuildRequest, recipe: Recipe, tree: String, dependencies: [String], log: String
    ) async throws -> (suite: SuiteReport?, note: String) {
        let folder = try BuildFolder(emptied: work(of: request))
        let fetched = try await fetchSources(of: recipe) + farmSources(of: recipe, in: folder)
        onPhase("sysroot")
        try await OwnThread.run {
            for (source, path) in fetched { try folder.stage(source: path, as: source.name) }
            try Self.assembleSysroot(of: dependencies, in: folder.sysroot)
            try KeptTree.restore(tree, into: folder)
        }
        let phases = PhaseRun(
            equipment: equipment, folder: folder, request: request, epoch: Self.defaultEpoch, log: log,
            onPhase: onPhase)
        let answer = try await check(recipe, request, phases)
        folder.remove()
        return answer
    }
}
