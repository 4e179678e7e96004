import ArgumentParser
import Building
import FarmServices
import Fetching
import Foundation
import Jobs
import Planning
import Recipes
import Sandboxing
import Toolchains

/// Options that say which farm, and which recipes besides its own.
struct FarmOptions: ParsableArguments {
    @Option(
        help:
            "The farm's folder. Default: $APKFARM_FARM, or the farm or checkout that the current folder or this program lies in."
    )
    var farm: String?

    @Option(help: "A further recipe tree, for example Alpine's aports. May be repeated.")
    var aports: [String] = []
}

/// A farm as the commands see it: its folders, and what is made from them once.
struct Farm {
    let folders: FarmFolders
    let configuration: FarmConfiguration
    let aports: [String]
    let environment: [String: String]

    /// Finds the farm.
    /// - Throws: `ValidationError` when no checkout lies above the current folder or the program.
    init(_ options: FarmOptions) throws {
        environment = ProcessInfo.processInfo.environment
        let here = FileManager.default.currentDirectoryPath
        let program = Bundle.main.executablePath ?? ""
        let found =
            (options.farm ?? environment["APKFARM_FARM"]).map(Self.absolute) ?? FarmFolders.checkout(
                above: here)
            ?? FarmFolders.checkout(above: program)
        guard let root = found else {
            throw ValidationError("no farm above \(here); name one with --farm FOLDER")
        }
        let path = root + "/" + FarmConfiguration.fileName
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        let own = try text.map { try FarmConfiguration(parsing: $0, path: path) }
        configuration = own ?? FarmConfiguration(share: root)
        folders = FarmFolders(root: root, environment: environment, configuration: own)
        aports = configuration.aports + options.aports.map(Self.absolute)
    }

    /// The farm of a share folder alone: what a worker has.
    init(share: FarmFolders) throws {
        environment = ProcessInfo.processInfo.environment
        folders = share
        configuration = FarmConfiguration(share: share.share)
        aports = []
    }

    private init(_ other: Farm, aports: [String]) {
        folders = other.folders
        environment = other.environment
        configuration = other.configuration
        self.aports = aports
    }

    /// The farm over other recipe trees.
    func with(aports: [String]) -> Farm { Farm(self, aports: aports.map(Self.absolute)) }

    /// A path as the caller meant it: relative to the caller's folder.
    static func absolute(_ path: String) -> String {
        let here = FileManager.default.currentDirectoryPath
        return URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: here, isDirectory: true))
            .standardizedFileURL.path
    }

    /// The digests of large files, remembered in the cache.
    func fileDigests() throws -> FileDigests {
        try FileManager.default.createDirectory(atPath: folders.cache, withIntermediateDirectories: true)
        return FileDigests(store: folders.cache + "/digests")
    }

    /// What makes sandboxes here.
    var sandboxHost: SandboxHost { SandboxHost(initProgram: folders.toolchain + "/libexec/sandbox-init") }

    /// The digest of the build functions.
    func phasesDigest(_ digests: inout FileDigests) throws -> String {
        try digests.digest(ofTree: folders.phases, leavingOut: ["README.md"])
    }

    /// The evaluator that all commands share.
    let evaluator = RecipeEvaluator()

    /// All recipes, of which only those are read that changed since the last time.
    func catalogue(architecture: String = "wasm32") -> FarmCatalogue {
        // Where no folder can be made, nothing is remembered, and the recipes are read all the same.
        try? FileManager.default.createDirectory(atPath: folders.cache, withIntermediateDirectories: true)
        return FarmCatalogue(
            trees: aports, overlays: folders.overlays, architecture: architecture, evaluator: evaluator,
            reading: program, cache: folders.cache + "/trees")
    }

    /// Names this very program: another one may read recipes in another way.
    private var program: String {
        var status = stat()
        guard stat("/proc/self/exe", &status) == 0 else { return "unknown" }
        return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ino)"
    }

    /// How long builds took here. Of a database that an older farm made nothing is known: the build that brings it up to
    /// date plans before it writes.
    func buildTimes() throws -> BuildTimes {
        guard FileManager.default.fileExists(atPath: folders.database) else { return BuildTimes() }
        do {
            return try BuildTimes.recorded(in: SQLiteJobStore(path: folders.database, access: .read))
        } catch JobStoreError.outdated {
            return BuildTimes()
        }
    }

    /// The declared ways out of circles.
    func stages() throws -> BootstrapStages {
        let path = folders.root + "/jobs/stages"
        guard FileManager.default.fileExists(atPath: path) else { return BootstrapStages() }
        return try BootstrapStages(parsing: String(contentsOfFile: path, encoding: .utf8), file: path)
    }

    /// The table of build tools.
    func hostTools() throws -> HostTools {
        let path = folders.toolchain + "/host-tools.tsv"
        return try HostTools(parsing: String(contentsOfFile: path, encoding: .utf8), file: path)
    }

    /// The table of what recipes use of Alpine's build-base without naming it.
    func buildBase() throws -> BuildBase {
        let path = folders.toolchain + "/build-base.tsv"
        return try BuildBase(parsing: String(contentsOfFile: path, encoding: .utf8), file: path)
    }

    /// Where sources come from.
    func sourceStore() throws -> SourceStore {
        let mirrors = (environment["APKFARM_MIRRORS"] ?? "").split(separator: " ").map(String.init)
        var settings = FetchSettings()
        settings.allowsPrivateUpstreams = environment["APKFARM_PRIVATE_UPSTREAMS"] == "1"
        return SourceStore(
            folder: folders.distfiles, mirrors: mirrors,
            catalogue: try DebianCatalogue(
                path: folders.debianSources, aptTool: folders.toolchain + "/apt-private"),
            settings: settings)
    }

    /// Names of a job set: one a line, `#` begins a comment.
    static func names(inSet path: String) throws -> [String] {
        try JobSet.names(in: absolute(path))
    }
}
