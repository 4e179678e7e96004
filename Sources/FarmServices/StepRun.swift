import Apk
import Building
import Compressing
import Foundation
import Jobs
import Packages
import Planning
import Publishing
import Recipes
import Toolchains

/// Builds one candidate (or takes it from the cache), compares it with what is published, signs and publishes.
struct StepRun: Sendable {
    let session: BuildSession
    let step: BuildPlan.Step
    let candidate: StepCandidate
    let job: JobLedger.Running

    private var identity: String { step.identity }
    private var cache: BuildCache { BuildCache(folder: session.folders.builds) }

    /// Fills in the report.
    /// - Throws: `BuildError`, or what stands in the way of publishing.
    func run(_ report: inout StepReport) async throws {
        let request = candidate.request
        report.version = "\(request.pkgver)-r\(request.release)"
        let digest = request.digest
        try job.requested(digest)
        if let tree = candidate.keptTree, let published = candidate.published {
            try await recheck(published, in: tree, &report)
            return
        }
        let cache = cache
        let isForced = session.isForced(step)
        let reused = try await OwnThread.run { !isForced && cache.soundResult(of: digest) != nil }
        if !reused {
            try HostPackages.require(request.hostTools, of: session.toolDigests.hostPackages)
            try await build(digest: digest)
        }
        guard let result = cache.result(of: digest) else {
            throw BuildError.unreadable(path: cache.path(of: digest), reason: "the result is gone")
        }
        report.suite = result.suite
        report.suiteNote = result.suiteNote
        report.seconds = result.seconds
        try job.built(reused: reused)
        session.tell(.phase(identity: identity, phase: "publish"))
        report.outcome = try await publish(result, digest: digest, reused: reused)
        report.size = try session.sizes(of: files(of: report.outcome, result), in: step)
        if report.outcome == .kept { report.version = "\(request.pkgver)-r\(request.release - 1)" }
        try job.published(report)
    }

    /// The published packages stay; only what their tests say under this runner is found out.
    private func recheck(_ published: Provenance, in tree: String, _ report: inout StepReport) async throws {
        var satisfied = candidate.request
        satisfied.release = published.request.release
        let (suite, note) = try await builder.recheck(
            satisfied, recipe: step.recipe, tree: tree, dependencies: candidate.dependencies, log: job.log)
        try job.built(reused: true)
        var record = published
        record.satisfies.append(satisfied.digest)
        (record.suite, record.suiteNote) = (suite, note)
        await session.publisher.take()
        do {
            try job.publishing()
            try record.write(repository: session.repository(of: step).folder)
            await session.publisher.give()
        } catch {
            await session.publisher.give()
            throw error
        }
        report.describe(record)
        report.outcome = .kept
        report.size = try session.sizes(of: record.files, in: step)
        try job.published(report)
    }

    private func files(of outcome: StepOutcome, _ result: BuildCache.Result) -> [String] {
        switch outcome {
        case .built(let files), .reused(let files): files
        default: candidate.published?.files ?? result.packages
        }
    }

    private var builder: Builder {
        let session = session
        let identity = identity
        let job = job
        return Builder(equipment: session.equipment) { phase in
            session.tell(.phase(identity: identity, phase: phase))
            // A phase that cannot be noted is no reason to end a build: the end of the job will tell.
            try? job.entered(phase)
        }
    }

    private func build(digest: String) async throws {
        if let seat = session.seat {
            return try await seat.build(step, candidate, job, in: session)
        }
        let session = session
        let product = try await builder.build(
            candidate.request, recipe: step.recipe, dependencies: candidate.dependencies, log: job.log)
        try await OwnThread.run {
            try WasmCode.compile(
                product.programs, runner: session.equipment.toolchain.runner, cache: session.folders.wasmCode)
            try BuildCache(folder: session.folders.builds)
                .store(product.result, staged: product.folder.packages, as: digest)
            product.folder.remove()
        }
    }

    // MARK: publishing

    private func publish(_ result: BuildCache.Result, digest: String, reused: Bool) async throws
        -> StepOutcome
    {
        await session.publisher.take()
        do {
            let outcome = try await OwnThread.run { try publishNow(result, digest: digest, reused: reused) }
            await session.publisher.give()
            return outcome
        } catch {
            await session.publisher.give()
            throw error
        }
    }

    private func publishNow(_ result: BuildCache.Result, digest: String, reused: Bool) throws -> StepOutcome {
        // A worker that lost its lease is refused here, before a byte of the repository changes.
        try job.publishing()
        let (folder, packages) = session.repository(of: step)
        let stored = cache.path(of: digest)
        if var published = candidate.published {
            let old = published.files.map { packages + "/" + $0 }
            let new = result.packages.map { stored + "/" + $0 }
            if try PackageComparison.areEqualButForRelease(
                old, published.request.release, new, candidate.request.release)
            {
                var satisfied = candidate.request
                satisfied.release = published.request.release
                published.satisfies.append(satisfied.digest)
                try published.write(repository: folder)
                Builder.adoptTree(of: stored, for: cache.path(of: published.request.digest))
                return .kept
            }
        }
        let staged = session.folders.work + "/publish-" + String(digest.prefix(16))
        try FileManager.default.createDirectory(atPath: staged, withIntermediateDirectories: true)
        defer {
            // What is left behind is a copy of cached packages; the next publication replaces it.
            try? FileManager.default.removeItem(atPath: staged)
        }
        var signed: [String] = []
        for name in result.packages {
            let target = staged + "/" + name
            try PackageSigner.sign(stored + "/" + name, to: target, with: session.key, epoch: result.epoch)
            signed.append(target)
        }
        var publication = Publication(signed, epoch: result.epoch)
        publication.companions = try Evidence(candidate.request, epoch: result.epoch)
            .write(for: signed, in: staged, key: session.key)
        publication.suites = suites(result)
        publication.policy = policy
        let repository = try Self.repository(folder)
        try repository.publish(publication, key: session.key)
        try Provenance(
            request: candidate.request, satisfies: [digest], files: result.packages, suite: result.suite,
            suiteNote: result.suiteNote, seconds: result.seconds
        ).write(repository: folder)
        try SecurityRecord.update(step.recipe, repository: repository)
        try session.folders.sourceShelf(session.equipment.sources).keep(step.recipe, candidate.request)
        return reused ? .reused(files: result.packages) : .built(files: result.packages)
    }

    private var policy: PublicationPolicy {
        var policy = PublicationPolicy(accepting: session.options.accepted)
        // What the rest of the plan publishes need not find what it was built with before.
        policy.rebuilding = Set(session.plan.steps.map { $0.recipe.pkgname.description })
        return policy
    }

    private func suites(_ result: BuildCache.Result) -> [PublishedSuite] {
        guard let suite = result.suite else { return [] }
        let request = candidate.request
        return [
            PublishedSuite(
                origin: request.pkgname, version: "\(request.pkgver)-r\(request.release)",
                form: request.checks.rawValue, passed: suite.passed, failed: suite.failed.count,
                skipped: suite.skipped)
        ]
    }

    static func repository(_ folder: String) throws -> PackageRepository {
        PackageRepository(folder: folder, arch: "wasm32")
    }
}

/// Compiled modules for the runner, made when a package is made, so that its first start is as quick as any.
enum WasmCode {
    /// Compiles programs into the cache. A program that the engine refuses is the suite's or the linter's matter, not
    /// this one's: its message goes to standard error.
    static func compile(_ programs: [String], runner: String, cache: String) throws {
        guard !programs.isEmpty else { return }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: runner)
        process.arguments = ["--compile"] + programs
        process.environment = ["APKFARM_RUNNER_CACHE": cache, "PATH": "/usr/bin:/bin"]
        try process.run()
        process.waitUntilExit()
    }
}
