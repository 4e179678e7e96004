import Apk
import ArgumentParser
import Building
import FarmAPI
import FarmServices
import Foundation
import Jobs
import Planning
import Recipes
import Sandboxing

/// `apkfarm build`: plans, builds, tests, signs and publishes.
struct Build: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract:
            "Builds recipes and what they need, runs their tests as wasm, signs and publishes the packages.",
        discussion: """
            Examples:
              apkfarm build zlib
              apkfarm build --set jobs/demo --jobs 2
              apkfarm build --aports ~/aports community/jq
              apkfarm build --verify zlib
              apkfarm build --shell-on-failure zlib

            Ends with 1 when a build or a test failed. What was built before from the same recipe, sources, toolchain
            and dependency packages is not built again.
            """)

    @OptionGroup var options: PlanOptions

    @Option(help: "Recipes built side by side.")
    var jobs = 2

    @Flag(
        help:
            "Go on with what does not need a recipe that fails or cannot be planned; the end is 1 all the same."
    )
    var keepGoing = false

    @Flag(help: "Build without running the packages' tests.")
    var noCheck = false

    @Option(
        help: "Publish in spite of: provider, files, tests, growth (what a refusal names). Comma-separated.")
    var accept = ""

    @Flag(help: "Build what is named again, past the cache of results; not what it needs.")
    var force = false

    @Flag(
        help:
            "Build again past every cache, in other circumstances, and compare the bytes; publishes nothing.")
    var verify = false

    @Flag(
        help:
            """
            Build with this machine's own compiler and libraries (their -dev packages must be there) and run the suites \
            natively, to compare; publishes nothing.
            """
    )
    var natively = false

    @Option(help: "With --natively: another compiler than gcc, for instance musl-gcc.")
    var compiler: String?

    @Flag(help: "Open a shell in the sandbox of the first build that fails.")
    var shellOnFailure = false

    @Option(help: "A limit of each build: NAME=VALUE, for example memory=2G, time=30m. May be repeated.")
    var limit: [String] = []

    @Option(help: "The name of the key to sign with, when there are several.")
    var key: String?

    @Flag(help: "Print the plan and what would be done, and do nothing.")
    var dryRun = false

    func run() async throws {
        let farm = try Farm(options.farm)
        let limits = try limits()
        let catalogue = farm.catalogue()
        report(catalogue)
        let plan: BuildPlan
        var refused: [JobReport] = []
        do {
            let note: ((JobReport) -> Void)? = keepGoing ? { refused.append($0) } : nil
            plan = try options.plan(catalogue, farm, runsChecks: !noCheck || verify, refused: note)
        } catch let error as PlanningError {
            Output.talk("\(error)")
            throw ExitCode(1)
        }
        tell(refused)
        var sessionOptions = BuildSession.Options()
        sessionOptions.workers = max(1, jobs)
        sessionOptions.keepsGoing = keepGoing
        sessionOptions.rebuildsRequested = force
        // What is verified was published with its checks; `--no-check` leaves them out of the second build.
        sessionOptions.checks = verify && noCheck ? .short : checks(farm)
        sessionOptions.accepted = try RepoWriteOptions.kinds(accept)
        if dryRun {
            try await printPreview(of: plan, farm, sessionOptions)
            if !refused.isEmpty { throw ExitCode(1) }
            return
        }
        let lock = try farm.lock(for: "build")
        defer { withExtendedLifetime(lock) {} }

        let progress = Progress(total: plan.steps.count + (plan.firstStage?.steps.count ?? 0))
        let store = try farm.recoveredStore(holding: lock)
        let session = try await farm.session(
            plan, options: sessionOptions, key: key, limits: limits, store: store
        ) { progress.show($0) }
        if verify {
            try await runVerification(session, plan, farm)
            return
        }
        if natively {
            try await NativeSuites(
                session: session, plan: plan, wanted: Set(options.names), compiler: compiler
            ).run()
            return
        }
        PlanPrinter.print(plan)
        let start = ContinuousClock.now
        if let first = plan.firstStage {
            try await runFirst(first, farm, sessionOptions, limits, store, progress)
        }
        let reports = try await session.run()
        progress.finish()
        SessionTable.print(reports.map(JobReport.init) + refused, took: ContinuousClock.now - start)
        tell(refused)
        if try DefaultSysroot.refresh(farm.folders) {
            Output.talk("toolchain/sysroot now has the published C library and kernel headers")
        }
        guard let failed = reports.first(where: { if case .failed = $0.outcome { true } else { false } })
        else {
            if refused.isEmpty, reports.allSatisfy({ $0.outcome.isGood }) { return }
            throw ExitCode(1)
        }
        FailureNote.print(failed, classes: try farm.failureClasses())
        if shellOnFailure { try await session.shell(after: failed) }
        throw ExitCode(1)
    }

    /// Asks no lock and writes nothing: a build may run meanwhile.
    private func printPreview(
        of plan: BuildPlan, _ farm: Farm, _ options: BuildSession.Options
    ) async throws {
        let store: any JobStore = try farm.readableJobStore() ?? InMemoryJobStore()
        let session = try await farm.session(plan, options: options, key: nil, store: store) { _ in }
        for identity in plan.bootstrap { Output.data("\(identity): built first, see jobs/stages") }
        for step in try await session.preview() { Output.data("\(step.identity): \(step.line)") }
    }

    /// Says what was left out of the plan, and why.
    private func tell(_ refused: [JobReport]) {
        for report in refused { Output.talk("\(report.identity) cannot be planned: \(report.reason ?? "")") }
    }

    /// The builds that are declared to come first as the way out of a circle; ends the command when one fails.
    private func runFirst(
        _ plan: BuildPlan, _ farm: Farm, _ options: BuildSession.Options, _ limits: Limits,
        _ store: SQLiteJobStore, _ progress: Progress
    ) async throws {
        for step in plan.steps {
            Output.talk("first\(step.isFirstBuild ? ", without tests" : ""): \(step.identity)")
        }
        let session = try await farm.session(
            plan, options: options, key: key, limits: limits, store: store
        ) { progress.show($0) }
        let start = ContinuousClock.now
        let reports = try await session.run()
        guard reports.contains(where: { !$0.outcome.isGood }) else { return }
        progress.finish()
        SessionTable.print(reports.map(JobReport.init), took: ContinuousClock.now - start)
        if let failed = reports.first(where: { if case .failed = $0.outcome { true } else { false } }) {
            FailureNote.print(failed, classes: try farm.failureClasses())
        }
        throw ExitCode(1)
    }

    private func limits() throws -> Limits {
        var limits = Limits()
        for text in limit {
            do { try limits.set(text) } catch { throw ValidationError("\(error)") }
        }
        return limits
    }

    private func checks(_ farm: Farm) -> BuildRequest.Checks {
        if noCheck { return .skipped }
        return farm.environment["APKFARM_CHECK"] == "full" ? .full : .short
    }

    private func runVerification(_ session: BuildSession, _ plan: BuildPlan, _ farm: Farm) async throws {
        var bad = 0
        let wanted = Set(options.names)
        for step in plan.steps {
            let isNamed = wanted.contains(step.identity) || wanted.contains(step.recipe.pkgname.description)
            guard wanted.isEmpty || isNamed else { continue }
            do {
                let count = try await session.verify(step, runsChecks: !noCheck)
                Output.data("\(step.identity): the same bytes again (\(count) packages)")
            } catch {
                bad += 1
                Output.data("\(step.identity): \(error)")
            }
        }
        if bad > 0 { throw ExitCode(1) }
    }
}
