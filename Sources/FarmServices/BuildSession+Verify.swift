import Apk
import Building
import Foundation
import Planning
import Recipes
import Sandboxing

extension BuildSession {
    /// Builds a step again past every store and cache, in other circumstances (one job instead of two, a clock a year
    /// later, folders listed in reverse, another host folder), and compares every byte behind the signatures with what is
    /// published. Nothing is published.
    ///
    /// - Parameter runsChecks: whether the suite runs again too: it may change what is packed after it, and takes most of
    ///   the time.
    /// - Returns: how many packages were compared.
    /// - Throws: `BuildError.notReproducible` naming what differs, with the second build's packages kept beside its log;
    ///   `BuildError` when there is nothing to compare with.
    public func verify(_ step: BuildPlan.Step, runsChecks: Bool = true) async throws -> Int {
        guard case .nothing(let published) = try await prepare(step) else {
            throw BuildError.unreadable(
                path: step.identity,
                reason: "is not published as its recipe is now; run 'apkfarm build' first")
        }
        var again = equipment
        again.work = folders.work + "/verify"
        again.jobs = 1
        again.isSkewed = true
        let dependencies = try BuildRoot.resolve(step, folders: folders).files
        let log = "\(folders.logs)/verify-\(step.recipe.pkgname).log"
        // The log is appended to: an earlier verification's is of no use.
        try? FileManager.default.removeItem(atPath: log)
        let identity = step.identity
        tell(.began(identity: identity))
        let tell = tell
        var request = published.request
        if !runsChecks { request.checks = .skipped }
        let product = try await Builder(equipment: again) { tell(.phase(identity: identity, phase: $0)) }
            .build(request, recipe: step.recipe, dependencies: dependencies, log: log)
        defer { product.folder.remove() }
        let first = folders.repository(step.recipe.repository) + "/wasm32"
        let names = Set(published.files).union(product.result.packages).sorted()
        let differences = names.filter {
            !Self.isSigned("\(first)/\($0)", from: "\(product.folder.packages)/\($0)")
        }
        let kept = "\(folders.logs)/verify-\(step.recipe.pkgname)"
        // An earlier verification's packages say nothing about this one.
        try? FileManager.default.removeItem(atPath: kept)
        guard differences.isEmpty else {
            try FileManager.default.copyItem(atPath: product.folder.packages, toPath: kept)
            throw BuildError.notReproducible(
                package: step.identity, differences: differences, first: first, second: kept)
        }
        return names.count
    }

    /// Whether a signed package is an unsigned one with a signature before it.
    private static func isSigned(_ signed: String, from unsigned: String) -> Bool {
        guard let signed = FileManager.default.contents(atPath: signed),
            let unsigned = FileManager.default.contents(atPath: unsigned)
        else { return false }
        return !unsigned.isEmpty && signed.count > unsigned.count && signed.suffix(unsigned.count) == unsigned
    }

    /// Builds a published step with this machine's own compiler, past every cache, and runs its suite natively.
    ///
    /// - Parameter compiler: another than the machine's gcc.
    /// - Returns: what the suite said natively and what it said as wasm; nil where there is none.
    /// - Throws: `BuildError`.
    public func compareSuite(
        of step: BuildPlan.Step, compiler: String?
    ) async throws -> (native: SuiteReport?, wasm: SuiteReport?) {
        var request: BuildRequest
        let wasm: SuiteReport?
        switch try await prepare(step) {
        case .nothing(let published): (request, wasm) = (published.request, published.suite)
        case .build(let candidate): (request, wasm) = (candidate.request, nil)
        }
        if options.checks == .skipped { request.checks = .skipped }
        var own = equipment
        own.work = folders.work + "/native"
        own.nativeCompiler = compiler
        let log = "\(folders.logs)/native-\(step.recipe.pkgname).log"
        // The log is appended to: an earlier run's is of no use.
        try? FileManager.default.removeItem(atPath: log)
        let identity = step.identity
        tell(.began(identity: identity))
        let tell = tell
        let native = try await Builder(equipment: own) { tell(.phase(identity: identity, phase: $0)) }
            .suite(request, recipe: step.recipe, log: log)
        return (native, wasm)
    }

    /// Opens a shell in the sandbox of the step that failed.
    public func shell(after report: StepReport) async throws {
        guard let step = plan[report.identity], case .build(let candidate) = try await prepare(step) else {
            return
        }
        try await Builder(equipment: equipment) { _ in }.shell(candidate.request)
    }
}
