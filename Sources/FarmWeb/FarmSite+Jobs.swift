import Building
import FarmAPI
import FarmServices
import FlyingFox
import Foundation
import Jobs
import Planning
import Signing

extension FarmSite {
    func details(_ id: JobID) throws -> JobDetails {
        guard let job = try daemon.store.job(id) else { throw JobStoreError.noJob(id) }
        let events = try daemon.store.events(of: id)
        let attempts = try daemon.store.attempts(of: id)
        return JobDetails(
            job: job, events: events, attempts: attempts, report: try report(job, events, attempts))
    }

    func listJobs(_ request: HTTPRequest) throws -> HTTPResponse {
        let limit = try Self.number("limit", 1...1000, in: request) ?? 100
        let before = try Self.number("before", 1...Int.max, in: request).map { JobID(Int64($0)) }
        func value(_ name: String) -> String? { request.query.first { $0.name == name }?.value }
        var query = JobQuery(recipe: value("recipe"), limit: limit + 1)
        query.before = before
        if let state = value("state") {
            guard Schema.states.contains(state), let name = JobState.Name(rawValue: state) else {
                throw Problem(
                    400, "bad-parameter", "Not understood", "no state '\(state)'",
                    cure: "there are " + Schema.states.joined(separator: ", "))
            }
            query.states = name == .running ? [.leased, .running] : [name]
        }
        let jobs = try daemon.store.jobs(query)
        var answer = try Self.json(Array(jobs.prefix(limit)))
        if jobs.count > limit, let last = jobs.prefix(limit).last {
            var parts = URLComponents()
            parts.path = "/api/v1/jobs"
            parts.queryItems =
                request.query.filter { $0.name != "before" }.map {
                    URLQueryItem(name: $0.name, value: $0.value)
                }
                + [URLQueryItem(name: "before", value: "\(last.id)")]
            answer.headers[HTTPHeader("Link")] = "<\(parts.string ?? "")>; rel=\"next\""
        }
        return answer
    }

    func queueJobs(_ request: HTTPRequest, _ bearer: Bearer) async throws -> HTTPResponse {
        let (wanted, bytes) = try await Self.body(QueueRequest.self, of: request)
        let key = request.headers[HTTPHeader("Idempotency-Key")]
        let digest = SHA256.digest(of: Array(bytes)).hex
        if let key, let answer = try access.answer(who: bearer.name, key: key, at: now()) {
            guard answer.request == digest else {
                throw Problem(
                    409, "key-used", "Key used", "the idempotency key '\(key)' was used for another request",
                    cure: "send another key")
            }
            return Self.json(Data(answer.body), status: answer.status)
        }
        let answer = try await queue(wanted)
        let status = wanted.dryRun == true ? 200 : 201
        let body = try WireJSON.encode(answer)
        if let key {
            try access.keep(
                AccessLedger.Answer(request: digest, status: status, body: Array(body)), who: bearer.name,
                key: key,
                at: now())
        }
        return Self.json(body, status: status)
    }

    /// Queues what is wanted, or says what would be.
    func queue(_ wanted: QueueRequest) async throws -> QueueAnswer {
        guard (1...20_000).contains(wanted.packages.count), !wanted.packages.contains("") else {
            throw Problem(400, "not-understood", "Not understood", "'packages' names 1 to 20000 packages")
        }
        let priority = wanted.priority ?? 0
        guard (-1000...1000).contains(priority) else {
            throw Problem(400, "not-understood", "Not understood", "'priority' is from -1000 to 1000")
        }
        guard let checks = BuildRequest.Checks(rawValue: wanted.checks ?? "short") else {
            throw Problem(400, "not-understood", "Not understood", "'checks' is short, full or skipped")
        }
        if wanted.dryRun == true {
            let plan = try await daemon.plan(wanted.packages)
            return QueueAnswer(
                jobs: [],
                plan: (plan.firstStage?.steps ?? []).filter(\.isFirstBuild).map {
                    "\($0.identity): first build, without tests, as jobs/stages declares"
                }
                    + plan.steps.map { step in
                        "\(step.identity): "
                            + step.reasons.prefix(3).map(\.description).joined(separator: "; ")
                    })
        }
        let position = try daemon.store.lastPosition()
        let (jobs, held) = try await daemon.queue(wanted.packages, priority: priority, checks: checks)
        return QueueAnswer(
            jobs: jobs,
            plan: jobs.map { $0.identity + ($0.isFirstBuild ? " (first build, without tests)" : "") },
            notes: held.map { "\($0); not queued: \($0.cure)" }, position: position)
    }
}
