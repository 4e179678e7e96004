import Apk
import Archives
import Fetching
import Foundation
import Packages
import Recipes
import Sandboxing
import Signing
import Toolchains

/// Turns one `BuildRequest` into unsigned packages: fetch, stage, phases in the sandbox, split, scan, check, pack.
///
/// It knows neither jobs nor the repository: what comes in is the request, the recipe, and the files of the
/// dependency packages; what comes out is a folder of packages and a report.
public struct Builder: Sendable {
    /// What a build has at hand, the same for every recipe.
    public struct Equipment: Sendable {
        /// What makes sandboxes here.
        public var host: SandboxHost
        /// The cross toolchain.
        public var toolchain: Toolchain
        /// The folder of the build functions.
        public var phases: String
        /// Where sources come from.
        public var sources: SourceStore
        /// The shared cache of compiled wasm modules, read-only to builds.
        public var wasmCode: String
        /// Folders of running builds.
        public var work: String
        /// What one build may use.
        public var limits: Limits
        /// Processes that one build may run side by side.
        public var jobs: Int
        /// The farm's own tree, of which recipes may take folders as sources.
        public var farm = ""
        /// Archives of the farm's own tree that were packed elsewhere, by the source's name.
        public var archives: [String: String] = [:]
        /// The folder of the host's Swift compiler; nil where there is none.
        public var swift: String?
        /// Host tools see a clock a year later and folders in reverse, to show what depends on them.
        public var isSkewed = false
        /// The compiler of ``Builder/suite(_:recipe:log:)``; nil: the machine's gcc.
        public var nativeCompiler: String?

        /// Gathers the equipment.
        public init(
            host: SandboxHost, toolchain: Toolchain, phases: String, sources: SourceStore, wasmCode: String,
            work: String,
            limits: Limits, jobs: Int
        ) {
            self.host = host
            self.toolchain = toolchain
            self.phases = phases
            self.sources = sources
            self.wasmCode = wasmCode
            self.work = work
            self.limits = limits
            self.jobs = jobs
        }
    }

    /// A finished build: a folder with the packages, and what is to be remembered.
    public struct Product: Sendable {
        /// The build's folder; the caller moves the packages out and removes it.
        public let folder: BuildFolder
        /// What goes into the cache.
        public let result: BuildCache.Result
        /// Programs among the built files, for the runner's cache: host paths.
        public let programs: [String]
    }

    let equipment: Equipment
    /// Told about each phase as it begins.
    let onPhase: @Sendable (String) -> Void

    /// A builder that tells `onPhase` what it is doing.
    public init(equipment: Equipment, onPhase: @escaping @Sendable (String) -> Void) {
        self.equipment = equipment
        self.onPhase = onPhase
    }

    /// Builds.
    /// - Parameters:
    ///   - dependencies: package files that make up the build root, in an order in which each can be installed.
    ///   - log: the file that receives everything the build prints.
    /// - Throws: `BuildError`; the work folder then stays for inspection.
    public func build(
        _ request: BuildRequest, recipe: Recipe, dependencies: [String], log: String
    ) async throws -> Product {
        let start = ContinuousClock.now
        let folder = try BuildFolder(emptied: work(of: request))
        let epoch = try await stage(recipe, in: folder)
        onPhase("sysroot")
        try await OwnThread.run { try Self.assembleSysroot(of: dependencies, in: folder.sysroot) }

        let phases = PhaseRun(
            equipment: equipment, folder: folder, request: request, epoch: epoch, log: log, onPhase: onPhase)
        try await phases.run(["unpack", "prepare", "build"])
        if recipe.runsChecks, request.checks != .skipped {
            try await OwnThread.run { KeptTree.keep(folder) }
        }
        let (suite, note) = try await check(recipe, request, phases)
        try await phases.run(["package"], with: Accounts(of: recipe))

        onPhase("pack")
        let (names, programs) = try await OwnThread.run {
            try Packing(recipe: recipe, request: request, folder: folder, epoch: epoch).pack()
        }
        let seconds = Double((ContinuousClock.now - start).components.seconds)
        let result = BuildCache.Result(
            packages: names, suite: suite, suiteNote: note, seconds: seconds, epoch: epoch)
        return Product(folder: folder, result: result, programs: programs)
    }

    /// Builds with this machine's own compiler and libraries, and runs the recipe's suite natively: what it says on the
    /// real kernel, to compare with. Packs nothing; the build's folder stays. With checks skipped it builds, and runs no suite.
    /// - Returns: nil where no suite was run, or the recipe has none (then nothing is built either).
    /// - Throws: `BuildError`.
    public func suite(_ request: BuildRequest, recipe: Recipe, log: String) async throws -> SuiteReport? {
        guard recipe.runsChecks || request.checks == .skipped else { return nil }
        let folder = try BuildFolder(emptied: work(of: request))
        let epoch = try await stage(recipe, in: folder)
        var phases = PhaseRun(
            equipment: equipment, folder: folder, request: request, epoch: epoch, log: log, onPhase: onPhase)
        phases.isNative = true
        try await phases.run(["unpack", "prepare", "build"])
        return request.checks == .skipped ? nil : try await phases.runCheck()
    }

    /// Fetches the sources and lays them out with the recipe.
    /// - Returns: as ``stageSources(_:of:in:unpacking:)``.
    private func stage(_ recipe: Recipe, in folder: BuildFolder) async throws -> Int64 {
        let fetched = try await fetchSources(of: recipe) + farmSources(of: recipe, in: folder)
        let ownUnpack = recipe.evaluated.functions.contains("unpack")
        onPhase("unpack")
        return try await OwnThread.run {
            try folder.stage(recipe: recipe.folder)
            return try Self.stageSources(fetched, of: recipe, in: folder, unpacking: !ownUnpack)
        }
    }

    /// Opens a shell in the sandbox of a build that failed, on the caller's terminal.
    public func shell(_ request: BuildRequest) async throws {
        let folder = BuildFolder(leftIn: work(of: request))
        let phases = PhaseRun(
            equipment: equipment, folder: folder, request: request, epoch: Self.defaultEpoch, log: "",
            onPhase: onPhase)
        _ = try await phases.sandbox().interact(["busybox", "ash", "-l"])
    }

    func work(of request: BuildRequest) -> String {
        equipment.work + "/" + Self.folderName(repository: request.repository, recipe: request.pkgname)
    }

    /// The name of a recipe's folder in the work folder: `main-zlib`.
    public static func folderName(repository: String, recipe: String) -> String { "\(repository)-\(recipe)" }

    // MARK: sources

    func fetchSources(of recipe: Recipe) async throws -> [(source: Source, path: String)] {
        var fetched: [(Source, String)] = []
        for source in recipe.sources {
            do {
                guard let request = try source.request else { continue }
                onPhase("fetch")
                fetched.append((source, try await equipment.sources.fetch(request)))
            } catch { throw BuildError.source("\(recipe.identity): \(error)") }
        }
        return fetched
    }

    func farmSources(
        of recipe: Recipe, in folder: BuildFolder
    ) throws(BuildError) -> [(source: Source, path: String)] {
        var packed: [(source: Source, path: String)] = []
        for source in recipe.sources {
            guard let folders = source.farmFolders else { continue }
            if let ready = equipment.archives[source.name] {
                packed.append((source, ready))
                continue
            }
            let path = folder.root + "/" + source.name
            let archive = try FarmTree.archive(of: folders, in: equipment.farm)
            guard FileManager.default.createFile(atPath: path, contents: Data(archive)) else {
                throw .unreadable(path: path, reason: "it cannot be written")
            }
            packed.append((source, path))
        }
        return packed
    }

    /// Puts the sources in place and unpacks archives.
    /// - Returns: the newest file time inside them, else 2026-01-01T00:00:00Z.
    private static func stageSources(
        _ fetched: [(source: Source, path: String)], of recipe: Recipe, in folder: BuildFolder,
        unpacking: Bool
    ) throws -> Int64 {
        var newest: Int64?
        for (source, path) in fetched {
            try folder.stage(source: path, as: source.name)
            guard SourceArchive.isArchive(named: source.name) else { continue }
            do {
                let time =
                    unpacking
                    ? try SourceArchive.unpack(path, into: folder.build + "/src").newestModificationTime
                    : try SourceArchive.newestModificationTime(of: path)
                newest = max(newest ?? .min, time ?? .min)
            } catch { throw BuildError.unpack(name: source.name, reason: "\(error)") }
        }
        guard let newest, newest > 0 else { return defaultEpoch }
        return newest
    }

    /// 2026-01-01T00:00:00Z, for recipes whose sources have no times.
    static let defaultEpoch: Int64 = 1_767_225_600

    static func assembleSysroot(of packages: [String], in folder: String) throws {
        do { try Sysroot.assemble(packages, in: folder) } catch { throw BuildError.sysroot("\(error)") }
    }

    // MARK: tests

    func check(
        _ recipe: Recipe, _ request: BuildRequest, _ phases: PhaseRun
    ) async throws -> (SuiteReport?, String) {
        if request.checks == .skipped { return (nil, "left out by the caller") }
        guard recipe.runsChecks else {
            return (
                nil, recipe.options.contains("!check") ? "options=\"!check\"" : "the recipe has no check()"
            )
        }
        let report = try await phases.runCheck()
        let knownPath = recipe.folder.location(of: "check.known-failures")
        var known: Set<String> = []
        if let text = FileManager.default.contents(atPath: knownPath) {
            known = try KnownFailures(parsing: String(decoding: text, as: UTF8.self), path: knownPath).names
        }
        switch report.verdict(known: known) {
        case .passed(let accepted):
            return (report, accepted.isEmpty ? "" : "accepted: " + accepted.joined(separator: ", "))
        case .notRun(let why): return (report, why)
        case .failed(let names): throw BuildError.suiteFailed(names)
        }
    }
}

extension Source {
    /// What is to be fetched for this source; nil for a file of the recipe's own folder.
    /// - Throws: `FetchError.badRequest` when it has no checksum, or one that is none.
    public var request: SourceRequest? {
        get throws {
            guard let url, farmFolders == nil else { return nil }
            return try SourceRequest(name: name, urls: [url], sha512s: try sha512.map { try Digest(hex: $0) })
        }
    }
}
