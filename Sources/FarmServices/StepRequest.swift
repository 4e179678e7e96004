import Apk
import Building
import Foundation
import Planning
import Publishing
import Recipes
import Signing
import Toolchains

/// What there is to do for one step.
enum StepWork: Sendable {
    /// The published packages satisfy the request.
    case nothing(Provenance)
    /// Something must be built, or found in the cache.
    case build(StepCandidate)
}

/// A step that is to be built.
struct StepCandidate: Sendable {
    /// The request, with the release that the result would be published under.
    let request: BuildRequest
    /// Package files of the build root, in an order in which each can be installed.
    let dependencies: [String]
    /// What is published now for the same version and pkgrel.
    let published: Provenance?
    /// Why, in words.
    let why: [String]
    /// The kept tree of the published build, when nothing but the runner has changed since.
    var keptTree: String?
}

extension BuildSession {
    /// Finds out what a step needs: resolves its build root against the repository, digests everything, and compares
    /// with what is published.
    func prepare(_ step: BuildPlan.Step) async throws -> StepWork {
        let recipe = step.recipe
        let repository = folders.repository(recipe.repository)
        let root = try BuildRoot.resolve(step, folders: folders)
        let published = Provenance.read(repository: repository, pkgname: recipe.pkgname.description)

        func request(release: Int) throws -> BuildRequest {
            BuildRequest(
                repository: recipe.repository, pkgname: recipe.pkgname.description, pkgver: recipe.pkgver,
                release: release, recipeFiles: try Self.digests(of: recipe.folder),
                sources: Dictionary(
                    try recipe.sources.filter { !$0.isLocal }.map { source in
                        let farm = try source.farmFolders.map {
                            try FarmTree.digest(of: $0, in: folders.root)
                        }
                        return (source.name, farm ?? source.sha512.joined(separator: " "))
                    },
                    uniquingKeysWith: { first, _ in first }),
                toolchain: equipment.toolchain.compileDigest, runner: equipment.toolchain.runnerDigest,
                phases: toolDigests.phases, dependencies: root.identities,
                hostTools: hostTools(of: step), checks: step.isFirstBuild ? .skipped : options.checks)
        }

        let first = ReleaseNumber(pkgrel: recipe.pkgrel, rebuild: 0).published
        guard let published else {
            return .build(
                StepCandidate(
                    request: try request(release: first), dependencies: root.files, published: nil, why: []))
        }
        let sameVersion =
            published.request.pkgver == recipe.pkgver
            && ReleaseNumber(published: published.request.release).pkgrel == recipe.pkgrel
        // Whatever is published of this version serves what the first of two builds is for.
        if step.isFirstBuild, sameVersion { return .nothing(published) }
        let current = try request(release: sameVersion ? published.request.release : first)
        if sameVersion, !isForced(step), published.satisfies.contains(current.digest),
            published.files.allSatisfy({
                FileManager.default.fileExists(atPath: repository + "/wasm32/" + $0)
            })
        {
            return .nothing(published)
        }
        var why = current.changes(since: published.request)
        if why.isEmpty { why = isForced(step) ? ["asked for"] : ["its published files are gone"] }
        let release = sameVersion ? published.request.release + 1 : first
        var candidate = StepCandidate(
            request: try request(release: release), dependencies: root.files,
            published: sameVersion ? published : nil, why: why)
        if sameVersion, !isForced(step), current.differsInRunnerOnly(from: published.request) {
            let cache = BuildCache(folder: folders.builds)
            candidate.keptTree =
                published.satisfies.lazy.compactMap { Builder.keptTree(of: cache.path(of: $0)) }
                .first
        }
        return .build(candidate)
    }

    /// SHA-256 of each file of a recipe's folder, by path, as its overlay makes it.
    public static func digests(of folder: RecipeFolder) throws -> [String: String] {
        var digests: [String: String] = [:]
        if folder.overlay == nil {
            digests = try Self.digests(ofFilesIn: folder.path)
        } else {
            for file in folder.files {
                digests[file] = try SHA256.digest(ofFile: folder.location(of: file)).hex
            }
            digests["APKBUILD"] = SHA256.digest(of: Array(folder.text.utf8)).hex
        }
        // Prose beside a recipe decides nothing.
        digests["why.md"] = nil
        digests["README.md"] = nil
        return digests
    }

    private static func digests(ofFilesIn folder: String) throws -> [String: String] {
        var digests: [String: String] = [:]
        for entry in try PackageTree(root: folder).entries
        where !entry.path.hasPrefix(RecipeFolder.ofTree + "/") {
            switch entry.kind {
            case .file: digests[entry.path] = try SHA256.digest(ofFile: folder + "/" + entry.path).hex
            case .link(let target): digests[entry.path] = "link to \(target)"
            default: break
            }
        }
        return digests
    }

    private func hostTools(of step: BuildPlan.Step) -> [String: String] {
        var versions: [String: String] = [:]
        for package in toolDigests.hostTools.debianPackages(for: step.hostTools) {
            versions[package] = toolDigests.hostPackages[package] ?? HostPackages.absent
        }
        return versions
    }
}
