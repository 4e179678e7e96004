import Apk
import ArgumentParser
import Building
import FarmServices
import Foundation
import Planning
import Recipes

/// `apkfarm build --natively`: each suite's counts, wasm beside native.
struct NativeSuites {
    let session: BuildSession
    let plan: BuildPlan
    /// Names or identities; empty: all of the plan.
    let wanted: Set<String>
    let compiler: String?

    /// One package's line, as tab-separated columns: what `docs/test-results.md` is made of.
    func run() async throws {
        var bad = 0
        Output.data("recipe\twasm pass/fail/skip\tnative pass/fail/skip\tfails natively")
        for step in plan.steps {
            let isNamed = wanted.contains(step.identity) || wanted.contains(step.recipe.pkgname.description)
            guard wanted.isEmpty || isNamed else { continue }
            do {
                let (native, wasm) = try await session.compareSuite(of: step, compiler: compiler)
                let failed = native?.failed.joined(separator: ", ") ?? ""
                Output.data("\(step.identity)\t\(Self.counts(wasm))\t\(Self.counts(native))\t\(failed)")
            } catch {
                bad += 1
                Output.data("\(step.identity)\t-\t-\t\(error)")
            }
            // A suite takes minutes: what is known stays when this is ended.
            fflush(nil)
        }
        if bad > 0 { throw ExitCode(1) }
    }

    private static func counts(_ report: SuiteReport?) -> String {
        report.map { "\($0.passed)/\($0.failed.count)/\($0.skipped)" } ?? "-"
    }
}
