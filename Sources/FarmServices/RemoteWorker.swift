public import Building
import Fetching
import Foundation
public import Jobs
public import Recipes
import Signing

/// How a worker reaches its farm. Every call may throw ``WorkerLinkError``.
public protocol WorkerLink: Sendable {
    /// Asks for work and waits for some so many seconds.
    func claim(_ request: ClaimRequest) async throws -> ClaimAnswer
    /// Gives a sign of life.
    func beat(_ job: JobID, _ beat: WorkerBeat) async throws -> BeatAnswer
    /// Brings an input to a path.
    func input(_ job: JobID, token: Int64, digest: String, to path: String) async throws
    /// Sends an output.
    func output(_ job: JobID, token: Int64, digest: String, from path: String) async throws
    /// Says that the build is done; its packages were sent before.
    func complete(_ job: JobID, _ result: WorkerResult) async throws
    /// Says that the build failed, or gives it back.
    func fail(_ job: JobID, _ failure: WorkerFailure) async throws
}

/// What a farm says to a worker when it does not say yes.
public enum WorkerLinkError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The job is not the worker's any more.
    case leaseLost(String)
    /// Nothing answers, now: it may come back.
    case unreachable(String)
    /// The farm does not want what was sent.
    case refused(String)

    /// What, where, and what to do.
    public var description: String {
        switch self {
        case .leaseLost(let text), .unreachable(let text), .refused(let text): text
        }
    }
}

/// Builds for a farm in a process of its own: takes an order, fetches what goes in by digest, builds in the sandbox as the
/// daemon does, brings back the packages. It publishes nothing and has no key.
public struct RemoteWorker: Sendable {
    let link: any WorkerLink
    let profile: WorkerProfile
    let equipment: Builder.Equipment
    let folder: String
    let evaluator: any RecipeEvaluating
    let say: @Sendable (String) -> Void

    /// A worker.
    /// - Parameters:
    ///   - equipment: what builds have here; its work folder is below `folder`.
    ///   - folder: a folder of this process alone; what an earlier one left there is removed.
    ///   - say: is told what goes on, a line each.
    public init(
        link: any WorkerLink, profile: WorkerProfile, equipment: Builder.Equipment, folder: String,
        evaluator: any RecipeEvaluating, say: @escaping @Sendable (String) -> Void
    ) {
        self.link = link
        self.profile = profile
        self.equipment = equipment
        self.folder = folder
        self.evaluator = evaluator
        self.say = say
    }

    /// Works until the task is cancelled; what is being built then is given back.
    /// - Throws: `WorkerLinkError.refused` when the farm does not want this worker.
    public func run() async throws {
        var delay = 1
        var told: Set<String> = []
        while !Task.isCancelled {
            do {
                let answer = try await link.claim(ClaimRequest(worker: profile, wait: 20))
                if delay > 1 { say("the farm answers again") }
                delay = 1
                for text in answer.unfit where told.insert(text).inserted {
                    say("left to others: \(text)")
                }
                if let order = answer.order { await carryOut(order) }
            } catch WorkerLinkError.unreachable(let text) {
                if delay == 1 { say("\(text); tries again") }
                // Ends early when cancelled, and so does the loop.
                try? await Task.sleep(for: .seconds(delay))
                delay = min(delay * 2, 30)
            }
        }
    }

    /// Builds one order and says how it went. Nothing is thrown: what goes wrong is told to the farm, or to nobody when
    /// the lease is lost.
    func carryOut(_ order: WorkOrder) async {
        let name = "job \(order.job) (\(order.request.repository)/\(order.request.pkgname))"
        say("\(name): taken under lease \(order.token)")
        let pulse = WorkerPulse(order: order, link: link, log: folder + "/log")
        do {
            try WorkerInputs.clear(folder)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await build(order, pulse)
                    return true
                }
                group.addTask {
                    try await pulse.run()
                    return false
                }
                defer { group.cancelAll() }
                // The pulse ends only by an error: the lease is lost.
                _ = try await group.next()
            }
            say("\(name): done")
        } catch WorkerLinkError.leaseLost(let text) {
            say("\(name): dropped: \(text)")
        } catch {
            say("\(name): \(error)")
            await tell(failure(error, order), order, pulse)
        }
    }

    private func failure(_ error: any Error, _ order: WorkOrder) -> WorkerFailure {
        if Task.isCancelled {
            return WorkerFailure(
                token: order.token, phase: "worker", reason: "\(profile.name) was stopped", returned: true)
        }
        let phase = (error as? BuildError)?.phase ?? "worker"
        return WorkerFailure(token: order.token, phase: phase, reason: "\(error)")
    }

    private func tell(_ failure: WorkerFailure, _ order: WorkOrder, _ pulse: WorkerPulse) async {
        // In a task of its own: this one may be cancelled, and the farm is to hear of it all the same.
        let task = Task.detached {
            try await pulse.flush()
            try await link.fail(order.job, failure)
        }
        do { try await task.value } catch { say("job \(order.job): the farm does not hear it: \(error)") }
    }

    private func build(_ order: WorkOrder, _ pulse: WorkerPulse) async throws {
        let link = PatientLink(link: link)
        let inputs = WorkerInputs(order: order, link: link, folder: folder)
        await pulse.entered("inputs")
        let (path, archives, dependencies) = try await inputs.bring(into: equipment.sources)
        let evaluator = evaluator
        let recipe = try await OwnThread.run {
            try FarmCatalogue.read(
                try RecipeFolder.open(path, repository: order.request.repository), evaluator)
        }
        var equipment = equipment
        equipment.archives = archives
        equipment.sources = inputs.sources(before: equipment.sources)
        let builder = Builder(equipment: equipment) { phase in Task { await pulse.entered(phase) } }
        let product = try await builder.build(
            order.request, recipe: recipe, dependencies: dependencies, log: pulse.log)
        await pulse.entered("upload")
        var digests: [String: String] = [:]
        for package in product.result.packages {
            let file = product.folder.packages + "/" + package
            let digest = try await OwnThread.run { try SHA256.digest(ofFile: file).hex }
            try await link.output(order.job, token: order.token, digest: digest, from: file)
            digests[package] = digest
        }
        try await pulse.flush()
        try await link.complete(
            order.job, WorkerResult(token: order.token, result: product.result, digests: digests))
        product.folder.remove()
    }
}
