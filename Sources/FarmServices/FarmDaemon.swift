import Apk
import Building
import Foundation
import Jobs
import Planning
import Recipes
import Signing

/// The farm at work without end: takes requests, plans, keeps its workers busy, publishes. It is the one writer; whoever
/// makes it holds the farm's lock.
///
/// What it knows beyond the job store may be lost at any time: `start` recovers everything from there.
public actor FarmDaemon {
    /// The jobs.
    public nonisolated let store: any JobStore
    /// The farm's folders.
    public nonisolated let folders: FarmFolders
    /// Recipes built side by side.
    public nonisolated let workers: Int

    /// Where workers of other processes come.
    public nonisolated let desk: WorkerDesk

    /// From when on something is an alert, and a recipe in quarantine.
    public nonisolated let limits: AlertFacts.Limits

    /// What queues jobs without being asked.
    public private(set) lazy var triggers = triggerDesk()

    /// The settings' triggers.
    let triggersWanted: [Trigger]
    let parts: DaemonParts
    let say: @Sendable (String) -> Void
    let turn = PublishingTurn()
    private var planner: Planner?
    /// The recipes that the planner plans over.
    private(set) var catalogue: FarmCatalogue?
    private var running: [JobID: Task<Void, Never>] = [:]
    /// Recipes that are being built: two jobs of one recipe would meet in its work folder.
    private var busyRecipes: Set<String> = []
    private var isPaused = false
    private var isStopping = false
    /// Jobs that are with workers of other processes, or made ready for them.
    private var atSeats: Set<JobID> = []
    private var sweeping: Task<Void, Never>?
    private var watching: Task<Void, Never>?
    /// Why no job is begun although none is in the way; nil when the disk has room.
    private(set) var lack: String?
    /// Workers that were lost with a job and did not come back.
    private var lost: [String: Date] = [:]
    /// Unfit workers that were spoken of.
    private var unfit: Set<String> = []

    /// A daemon that has not started, with a farm's settings. `say` is told what goes on, a line each.
    public init(
        folders: FarmFolders, store: any JobStore, configuration: FarmConfiguration, parts: DaemonParts,
        say: @escaping @Sendable (String) -> Void
    ) {
        desk = WorkerDesk(
            store: store, lasts: configuration.leaseSeconds, limits: WorkerDesk.Limits(configuration))
        self.folders = folders
        self.store = store
        workers = configuration.workers
        limits = AlertFacts.Limits(
            hours: configuration.alertAfterHours, quarantineAfter: configuration.quarantineAfter)
        triggersWanted = configuration.triggers
        self.parts = parts
        self.say = say
    }

    /// Recovers what a dead daemon was doing, and begins to work.
    public func start() throws {
        uploads.clear()
        clearLeftovers()
        if !triggersWanted.isEmpty { watching = watch() }
        for job in try store.recover(at: Date()) {
            clearBuild(of: job)
            let left = try store.endAfterInterruptions(job, at: Date())
            let what = left.failure.map { "and has failed: \($0.reason)" } ?? "and is tried again"
            say("job \(job.id) (\(job.identity)) was interrupted \(what)")
        }
        // A worker that was lost before stays so until it comes back.
        for standing in try store.standingAlerts() where standing.alert.kind == .workerLost {
            lost[standing.alert.subject] = standing.since
        }
        work()
        lookAtAlerts()
        let desk = desk
        sweeping = Task { [weak self] in
            var looked = ContinuousClock.now
            while !Task.isCancelled {
                // Ends early when cancelled, and so does the loop.
                try? await Task.sleep(for: .seconds(max(1, desk.lasts / 10)))
                await self?.sweepLeases()
                guard .now - looked >= .seconds(30) else { continue }
                looked = .now
                await self?.lookAtAlerts()
            }
        }
    }

    /// Takes back the leases of workers that were not heard of in time.
    func sweepLeases() {
        do {
            for (job, worker) in try desk.sweep() {
                lost[worker] = Date()
                defer { lookAtAlerts() }
                let what = job.failure.map { "it has failed: \($0.reason)" } ?? "it is ready for another one"
                say("job \(job.id) (\(job.identity)): its worker was lost; \(what)")
            }
            if lack != nil { work() }
        } catch { say("leases cannot be looked at: \(error)") }
    }

    // MARK: Workers of other processes

    /// Workers that were lost and are still worth a word.
    func lostWorkers(at time: Date) -> [String: Date] {
        lost = lost.filter { time.timeIntervalSince($0.value) < AlertFacts.rememberedFor }
        return lost
    }

    /// Gives a worker a job that it can build; waits for one at most so many seconds. `holder` is who asks: only who
    /// shows the same may speak for the lease.
    /// - Throws: `WorkerDesk.Refusal` for a worker that can build nothing here.
    public func claim(
        _ profile: WorkerProfile, holder: String, seconds: Double
    ) async throws -> ClaimAnswer {
        if let farm = try await parts.tools?(), let why = profile.hindrance(beside: farm) {
            if unfit.insert("\(profile.name): \(why)").inserted {
                say("worker \(profile.name) gets no work: \(why)")
            }
            throw WorkerDesk.Refusal(
                "\(profile.name) cannot build for this farm: \(why); bring its share folder to the farm's state"
                    + " and start it again", .unfit)
        }
        if lost.removeValue(forKey: profile.name) != nil { lookAtAlerts() }
        return await desk.wait(profile, holder: holder, seconds: seconds) { [weak self] in
            Task { await self?.work() }
        }
    }

    // MARK: Requests

    /// Plans the names over the recipes as they are now, and queues a job for every step; steps that are queued already
    /// for the same recipe and dependencies are joined. For a recipe in quarantine no job is made: its failed one stands for
    /// it and blocks what needs it.
    /// - Returns: the jobs in the plan's order, and why some are not new.
    /// - Throws: `PlanningError` for names that cannot be planned; the error of a recipe or of the store.
    public func queue(_ names: [String], priority: Int = 0, checks: BuildRequest.Checks = .short) async throws
        -> (jobs: [Job], held: [Quarantined])
    {
        let planner = try await freshPlanner()
        let outline: PlanOutline
        let times = try BuildTimes.recorded(in: store)
        do throws(PlanningError) { outline = try planner.distribution.outline(names, times: times) } catch {
            throw planner.located(error)
        }
        return try enqueue(outline, over: planner, priority: priority, checks: checks)
    }

    /// What would be queued.
    public func plan(_ names: [String]) async throws -> BuildPlan {
        try await freshPlanner().plan(names)
    }

    /// Cancels a job: one that waits at once, one that runs as soon as its sandbox is gone.
    public func cancel(_ id: JobID, by whom: String) throws -> Job {
        guard let job = try store.job(id) else { throw JobStoreError.noJob(id) }
        if let task = running[id], job.state.isHeld {
            guard job.state != .publishing else {
                throw JobStoreError.refused(job: id, state: .publishing, event: "cancelled")
            }
            task.cancel()
            return job
        }
        let cancelled = try store.record(.cancelled(by: whom), for: id, at: Date())
        work()
        return cancelled
    }

    /// Tries a failed or cancelled job again over the recipes as they are now, and with it what it blocked; of that, what is
    /// in quarantine is cancelled instead.
    /// - Throws: `Quarantined` when its own recipe is.
    public func retry(_ id: JobID) async throws -> Job {
        let troubles = Dictionary(try quarantined().map { ($0.identity, $0) }) { first, _ in first }
        var id = id
        if let job = try store.job(id) {
            if let trouble = troubles[job.identity] { throw Quarantined(trouble: trouble) }
            // Who names a recipe means whichever of its two builds failed.
            if let blocker = job.blocker, let first = try store.job(blocker), first.isFirstBuild,
                first.identity == job.identity
            {
                id = first.id
            }
        }
        _ = try await freshPlanner()
        for job in try store.blocked(by: id) where troubles[job.identity] != nil {
            try store.record(.cancelled(by: "quarantine"), for: job.id, at: Date())
        }
        let job = try store.retry(id, at: Date())
        work()
        return job
    }

    /// Stops taking jobs; those that run go on.
    public func pause() { isPaused = true }

    /// Takes jobs again.
    public func resume() {
        isPaused = false
        work()
    }

    /// Whether no jobs are taken.
    public var paused: Bool { isPaused }
    /// The jobs that are being worked on.
    public var busy: [JobID] { running.keys.sorted() }

    /// Takes no jobs any more, cancels those that run so that the next start tries them again, and waits for them.
    public func stop() async {
        isStopping = true
        sweeping?.cancel()
        watching?.cancel()
        desk.close()
        let tasks = running.values
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    // MARK: Work

    func work() {
        guard !isPaused, !isStopping, hasRoom() else { return }
        do {
            while running.count - atSeats.count < workers, let job = try next() { begin(job, at: nil) }
            for seat in desk.freeSeats {
                guard let job = try next(where: { !desk.isUnfit(seat, for: $0.id) }) else { continue }
                desk.take(seat)
                atSeats.insert(job.id)
                begin(job, at: seat)
            }
        } catch { say("the job store cannot be read: \(error)") }
    }

    /// Whether the disk has room for work; says so when that changes.
    private func hasRoom() -> Bool {
        let now = desk.limits.lack(of: 0, in: folders.root)
        if now == nil, lack != nil { say("the disk has room again: jobs are begun") }
        if let now, lack == nil { say("no job is begun: \(now)") }
        lack = now
        return now == nil
    }

    /// The ready job that is to be begun first: by priority, then age.
    private func next(where isWanted: (Job) -> Bool = { _ in true }) throws -> Job? {
        // Nearly always one of the first can be begun; only for a worker that fits few jobs many are looked at.
        var limit = 16 + running.count
        while true {
            let ready = try store.ready(limit: limit)
            let job = ready.first {
                running[$0.id] == nil && !busyRecipes.contains($0.identity) && isWanted($0)
            }
            if job != nil || ready.count < limit { return job }
            limit *= 8
        }
    }

    private func begin(_ job: Job, at seat: Int?) {
        busyRecipes.insert(job.identity)
        running[job.id] = Task { await run(job, at: seat) }
    }

    private func run(_ job: Job, at seat: Int?) async {
        do {
            try await attempt(job, at: seat)
        } catch {
            note(error, job)
        }
        // Without an order, as the result was there already, the worker waits on.
        if let seat { desk.leave(seat, job: job.id) }
        atSeats.remove(job.id)
        running[job.id] = nil
        busyRecipes.remove(job.identity)
        work()
        lookAtAlerts()
    }

    private func attempt(_ job: Job, at seat: Int?) async throws {
        let plan: BuildPlan
        let step: BuildPlan.Step
        do {
            let planner = if let planner { planner } else { try await freshPlanner() }
            plan = try planner.plan([job.identity])
            guard let found = Self.step(of: job, in: plan) else { return }
            step = found
        } catch {
            try store.record(.failed(JobFailure(phase: "plan", reason: "\(error)")), for: job.id, at: Date())
            say("job \(job.id) (\(job.identity)) cannot be planned: \(error)")
            return
        }
        var options = BuildSession.Options()
        options.checks = Self.checks(of: job)
        var session = try await parts.session(plan, options, turn)
        var worker = "daemon"
        if let seat {
            guard let profile = desk.profile(of: seat) else { return }
            if let why = try await Self.hindrance(of: profile, to: step, in: session) {
                return desk.leave(seat, job: job.id, unfit: why)
            }
            session.seat = WorkerSeat(desk: desk, number: seat, profile: profile)
            worker = profile.name
        }
        let running = try JobLedger.Running(
            leasing: job.id, of: job.recipe, worker: worker, store: store, logs: folders.logs)
        let report = await session.process(step, running, leavesInterrupted: { await self.isStopping })
        say("job \(job.id) (\(job.identity)): \(report.outcome)")
        if report.outcome.hasPublished { await refreshSysroot() }
    }

    /// Why a worker cannot build a step; nil when it can, or nothing is to be built.
    private static func hindrance(
        of profile: WorkerProfile, to step: BuildPlan.Step, in session: BuildSession
    ) async throws -> String? {
        // What is wrong with the step itself is found again, and recorded, when it is carried out.
        guard let work = try? await session.prepare(step), case .build(let candidate) = work else {
            return nil
        }
        return profile.hindrance(to: candidate.request)
    }

    /// A job whose attempt broke outside of its build is failed, so that it does not stay ready and break again.
    private func note(_ error: any Error, _ job: Job) {
        say("job \(job.id) (\(job.identity)): \(error)")
        do {
            try store.record(
                .failed(JobFailure(.transient, phase: "farm", reason: "\(error)")), for: job.id, at: Date())
        } catch { say("job \(job.id): its failure cannot be recorded: \(error)") }
    }

    /// The sysroot that the cross compiler uses outside of builds follows what is published, in a checkout's farm.
    private func refreshSysroot() async {
        await turn.take()
        do {
            let folders = folders
            let isNew = try await OwnThread.run { try DefaultSysroot.refresh(folders) }
            if isNew { say("toolchain/sysroot now has the published C library and kernel headers") }
        } catch { say("toolchain/sysroot is left as it was: \(error)") }
        await turn.give()
    }

    func freshPlanner() async throws -> Planner {
        let catalogue = try await parts.catalogue()
        self.catalogue = catalogue
        let new = try catalogue.planner(
            hostTools: try parts.hostTools(), buildBase: try parts.buildBase(), stages: try parts.stages(),
            options: Planner.Options())
        planner = new
        return new
    }

    // MARK: Inputs of jobs

    /// What a job is to do. A first build that is not declared any more is done as any other.
    private static func step(of job: Job, in plan: BuildPlan) -> BuildPlan.Step? {
        let first = job.isFirstBuild ? plan.firstStage?[job.identity] : nil
        return first ?? plan[job.identity]
    }

    private static func checks(of job: Job) -> BuildRequest.Checks {
        let word = job.input?.split(separator: " ").first.map(String.init) ?? ""
        return BuildRequest.Checks(rawValue: word) ?? .short
    }
}
