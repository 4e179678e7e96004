import Foundation
import Signing

/// Everything that may influence the bytes of a recipe's packages.
///
/// Its digest is the key of the cache of results, and its parts are what `plan why` compares. What is not in here
/// may not reach a build: the sandbox shows it nothing else.
public struct BuildRequest: Codable, Sendable, Equatable {
    /// Whether the package's own tests run.
    public enum Checks: String, Codable, Sendable {
        /// `check()` runs and decides; suites that have a short form run that.
        case short
        /// `check()` runs in full and decides.
        case full
        /// `check()` is left out because the caller said so.
        case skipped
    }

    /// The repository that the recipe belongs to, for example `main`.
    public var repository: String
    /// The recipe's name.
    public var pkgname: String
    /// Upstream's version.
    public var pkgver: String
    /// The release as published: Alpine's pkgrel × 1000 + the farm's rebuild count.
    public var release: Int
    /// SHA-256 of every file in the recipe's folder, by path.
    public var recipeFiles: [String: String]
    /// SHA-512 of every source that is fetched, by name.
    public var sources: [String: String]
    /// The toolchain's compile digest.
    public var toolchain: String
    /// The runner's digest: the tests ran under it.
    public var runner: String
    /// Digest of the farm's own build functions.
    public var phases: String
    /// The packages in the build root: name to `version identity`.
    public var dependencies: [String: String]
    /// Build tools from the host by Debian package, with their versions.
    public var hostTools: [String: String]
    /// Whether tests run.
    public var checks: Checks

    /// SHA-256 of the request's canonical JSON form, as hexadecimal text.
    public var digest: String {
        var hash = SHA256()
        hash.update(canonical)
        return hash.finalize().hex
    }

    /// The request as JSON with sorted keys: what is digested, and what provenance keeps.
    public var canonical: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding strings and numbers to memory has no way to fail.
        return (try? encoder.encode(self)).map(Array.init) ?? []
    }

    /// Makes a request.
    public init(
        repository: String, pkgname: String, pkgver: String, release: Int, recipeFiles: [String: String],
        sources: [String: String], toolchain: String, runner: String, phases: String,
        dependencies: [String: String], hostTools: [String: String], checks: Checks
    ) {
        self.repository = repository
        self.pkgname = pkgname
        self.pkgver = pkgver
        self.release = release
        self.recipeFiles = recipeFiles
        self.sources = sources
        self.toolchain = toolchain
        self.runner = runner
        self.phases = phases
        self.dependencies = dependencies
        self.hostTools = hostTools
        self.checks = checks
    }

    /// Whether an earlier request was the same but for the runner: its bytes are right, and what its tests said is not
    /// known any more.
    public func differsInRunnerOnly(from earlier: BuildRequest) -> Bool {
        var same = self
        same.runner = earlier.runner
        return runner != earlier.runner && same == earlier
    }

    /// What is different from an earlier request, one phrase a difference, in a fixed order; empty when nothing but
    /// the rebuild count is.
    public func changes(since earlier: BuildRequest) -> [String] {
        var changes: [String] = []
        if pkgver != earlier.pkgver { changes.append("version \(earlier.pkgver) → \(pkgver)") }
        if release / 1000 != earlier.release / 1000 {
            changes.append("pkgrel \(earlier.release / 1000) → \(release / 1000)")
        }
        changes += Self.changes("recipe file", recipeFiles, earlier.recipeFiles)
        changes += Self.changes("source", sources, earlier.sources)
        if toolchain != earlier.toolchain { changes.append("toolchain changed") }
        if runner != earlier.runner { changes.append("runner changed") }
        if phases != earlier.phases { changes.append("build functions changed") }
        changes += Self.changes("dependency", dependencies, earlier.dependencies)
        changes += Self.changes("host tool", hostTools, earlier.hostTools)
        if checks != earlier.checks {
            changes.append("tests \(earlier.checks.rawValue) → \(checks.rawValue)")
        }
        return changes
    }

    private static func changes(
        _ what: String, _ now: [String: String], _ before: [String: String]
    ) -> [String] {
        Set(now.keys).union(before.keys).sorted().compactMap { name in
            switch (before[name], now[name]) {
            case (nil, _): return "\(what) \(name) added"
            case (_, nil): return "\(what) \(name) removed"
            case (let old?, let new?) where old != new:
                let shown = (old.count < 60 && new.count < 60) ? ": \(old) → \(new)" : " changed"
                return "\(what) \(name)\(shown)"
            default: return nil
            }
        }
    }
}
