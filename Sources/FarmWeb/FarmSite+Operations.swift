import FarmAPI
import FarmServices
import FlyingFox
import Foundation
import Jobs

extension FarmSite {
    /// Does what a route is for.
    func perform(
        _ request: HTTPRequest, _ route: Route, _ values: [String: String], _ bearer: Bearer
    ) async throws -> HTTPResponse {
        switch route.operation {
        case .health: return Self.text("alive\n")
        case .readiness: return try readiness()
        case .metrics: return Self.text(try await Metrics(site: self).text())
        case .openAPI: return Self.json(try OpenAPIDocument.json(version: version))
        case .listJobs: return try listJobs(request)
        case .queueJobs: return try await queueJobs(request, bearer)
        case .showJob: return try Self.json(details(try Self.jobID(values)))
        case .readLog: return try readLog(request, try Self.jobID(values))
        case .cancelJob: return try Self.json(await daemon.cancel(try Self.jobID(values), by: bearer.name))
        case .retryJob: return try Self.json(await daemon.retry(try Self.jobID(values)))
        case .releaseRecipe: return try await releaseRecipe(values, bearer)
        case .followEvents: return try followEvents(request)
        case .showStatus: return try Self.json(await status())
        case .pauseQueue:
            await daemon.pause()
            return try Self.json(await status())
        case .resumeQueue:
            await daemon.resume()
            return try Self.json(await status())
        case .listTriggers: return try Self.json(await daemon.triggers.rows(at: now()))
        case .runTrigger:
            let isDryRun = try await Self.body(TriggerRequest.self, of: request).value.dryRun ?? false
            return try Self.json(
                await daemon.runTrigger(values["name"] ?? "", isDryRun: isDryRun, by: bearer.name))
        case .listTokens: return try Self.json(access.tokens())
        case .createToken: return try await createToken(request)
        case .revokeToken: return try revokeToken(values)
        case .listRepositories: return try Self.json(daemon.repositories.list())
        case .listSnapshots: return try listSnapshots(request, values)
        case .writeUpload: return try await writeUpload(request, values)
        case .publishPackages: return try await publishPackages(request, values)
        case .listHolds:
            let (channel, name) = try existing(values)
            return try Self.json(daemon.repositories.holds(channel, name))
        case .holdOrigin, .unholdOrigin:
            let wanted = try await Self.body(RepositoryVerbs.Hold.self, of: request).value
            let (channel, name) = try existing(values)
            return route.operation == .holdOrigin
                ? try Self.json(await daemon.hold(channel, name, wanted))
                : try Self.json(await daemon.unhold(channel, name, wanted))
        case .collectGarbage:
            let wanted = try await Self.body(RepositoryVerbs.Collection.self, of: request).value
            return try Self.json(await daemon.collect(wanted))
        case .promoteChannel: return try await promoteChannel(request)
        case .rollBackRepository: return try await rollBackRepository(request, values)
        case .withdrawPackage: return try await withdrawPackage(request)
        case .claimJob: return try await claimJob(request, bearer)
        case .beatLease: return try await beatLease(request, try Self.jobID(values), bearer)
        case .readInput: return try readInput(request, try Self.jobID(values), values, bearer)
        case .writeOutput: return try await writeOutput(request, try Self.jobID(values), values, bearer)
        case .completeLease: return try await completeLease(request, try Self.jobID(values), bearer)
        case .failLease: return try await failLease(request, try Self.jobID(values), bearer)
        case .listAudit:
            return try Self.json(access.audit(limit: try Self.number("limit", 1...1000, in: request) ?? 100))
        }
    }

    private func readiness() throws -> HTTPResponse {
        do {
            _ = try daemon.store.lastPosition()
            return Self.text("ready\n")
        } catch { return Self.text("not ready: \(error)\n", status: 503) }
    }

    func followEvents(_ request: HTTPRequest) throws -> HTTPResponse {
        var position = try daemon.store.lastPosition()
        if let after = try Self.number("after", 0...Int.max, in: request) { position = Int64(after) }
        if let text = request.headers[HTTPHeader("Last-Event-ID")] {
            guard let last = Int64(text), last >= 0 else {
                throw Problem(
                    400, "bad-parameter", "Not understood", "Last-Event-ID: \(text) is no event's number")
            }
            position = last
        }
        let follower = EventFollower(store: daemon.store, hub: hub, after: position)
        return .stream(type: "text/event-stream", headers: [("Cache-Control", "no-store")]) {
            try await follower.next()
        }
    }

    // MARK: Tokens

    private func createToken(_ request: HTTPRequest) async throws -> HTTPResponse {
        let wanted = try await Self.body(TokenRequest.self, of: request).value
        guard (1...100).contains(wanted.name.count), !wanted.scopes.isEmpty,
            wanted.days.map({ (1...3650).contains($0) }) ?? true
        else {
            throw Problem(
                400, "not-understood", "Not understood",
                "a token wants a name of 1 to 100 letters, a scope, and at most 3650 days")
        }
        let secret = TokenSecret()
        let token = try access.add(
            name: wanted.name, digest: secret.digest, scopes: wanted.scopes,
            expires: wanted.days.map { now().addingTimeInterval(Double($0) * 86_400) }, at: now())
        return try Self.json(NewToken(token: token, secret: secret.text), status: 201)
    }

    private func revokeToken(_ values: [String: String]) throws -> HTTPResponse {
        guard let id = Int64(values["id"] ?? ""), try access.revoke(id, at: now()) else {
            throw Problem(
                404, "no-token", "No such token", "there is no valid token '\(values["id"] ?? "")'",
                cure: "'apkfarm token list' shows all")
        }
        return HTTPResponse(statusCode: HTTPStatusCode(204, phrase: "No Content"))
    }

    // MARK: How the farm is

    private func releaseRecipe(_ values: [String: String], _ bearer: Bearer) async throws -> HTTPResponse {
        try Self.json(
            await daemon.release(
                values["name"] ?? "", repository: values["repository"] ?? "", by: bearer.name))
    }

    func status() async throws -> StatusReport {
        let store = daemon.store
        var counts: [String: Int] = [:]
        for (name, count) in try store.counts() {
            let word = name == .leased ? JobState.Name.running.rawValue : name.rawValue
            counts[word, default: 0] += count
        }
        let quarantined = try daemon.quarantined()
        let held = Set(quarantined.map(\.identity))
        let failed = try store.jobs(JobQuery(states: [.failed], limit: 50, latestOnly: true))
        let stuck = try failed.map { job in
            StuckJob(
                job: job, blocks: try store.blocked(by: job.id).map(\.identity),
                remedy: held.contains(job.identity)
                    ? "apkfarm job log \(job.id); then apkfarm job release \(job.identity)"
                    : "apkfarm job log \(job.id); then apkfarm job retry \(job.id)")
        }
        return StatusReport(
            version: version, paused: await daemon.paused, workers: daemon.workers, counts: counts,
            running: try store.jobs(JobQuery(states: [.leased, .running, .built, .publishing])), stuck: stuck,
            published: try store.jobs(JobQuery(states: [.published], limit: 1)).first?.changed,
            quarantined: quarantined.map { QuarantinedRecipe($0, remedy: Quarantined(trouble: $0).cure) },
            alerts: try store.standingAlerts().map { AlertRow($0) },
            triggers: try await daemon.triggers.rows(at: now()).map(\.line))
    }
}
