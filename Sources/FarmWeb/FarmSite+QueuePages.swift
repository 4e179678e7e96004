import FarmAPI
import FarmServices
import FlyingFox
import Foundation
import Jobs

extension FarmSite {
    func queuePage(_ request: HTTPRequest) async throws -> HTTPResponse {
        let status = try await status()
        let state = request.query.first { $0.name == "state" }?.value
        let before = try Self.number("before", 1...Int.max, in: request)
        var query = JobQuery(limit: 101)
        query.before = before.map { JobID(Int64($0)) }
        if let state, Schema.states.contains(state), let name = JobState.Name(rawValue: state) {
            query.states = name == .running ? [.leased, .running] : [name]
        }
        let jobs = try daemon.store.jobs(query)
        var values: [String: Any] = [
            "workers": status.workers, "isIdle": status.running.isEmpty, "running": status.running.map(row),
            "jobs": jobs.prefix(100).map(row), "heading": state.map { "Jobs: \($0)" } ?? "Jobs",
            "figures": ["ready", "waiting", "running", "published", "failed", "blocked"].map { name in
                [
                    "name": name, "class": (status.counts[name] ?? 0) > 0 ? "some \(name)" : name,
                    "count": status.counts[name] ?? 0, "href": "/?state=\(name)",
                ]
                    as [String: Any]
            },
        ]
        if status.paused { values["paused"] = true }
        if jobs.count > 100, let last = jobs.prefix(100).last {
            values["more"] = "/?" + (state.map { "state=\($0)&" } ?? "") + "before=\(last.id)"
        }
        return page("queue", "Queue", request, values)
    }

    func blockedPage(_ request: HTTPRequest) async throws -> HTTPResponse {
        let status = try await status()
        let roots = status.stuck.map { stuck in
            var row = row(stuck.job)
            row["reason"] = stuck.job.failure?.reason ?? ""
            row["remedy"] = stuck.remedy
            if !stuck.blocks.isEmpty {
                row["blocks"] =
                    ["count": stuck.blocks.count, "names": stuck.blocks.joined(separator: ", ")]
                    as [String: Any]
            }
            return row
        }
        let quarantined = status.quarantined.map { recipe in
            [
                "identity": "\(recipe.repository)/\(recipe.recipe)", "failures": recipe.failures,
                "since": recipe.since.formatted(.iso8601), "ago": ago(recipe.since),
                "reason": recipe.reason, "remedy": recipe.remedy, "job": recipe.job.number,
            ] as [String: Any]
        }
        let alerts = status.alerts.map { alert in
            [
                "text": alert.text, "remedy": alert.remedy, "since": alert.since.formatted(.iso8601),
                "ago": ago(alert.since),
            ] as [String: Any]
        }
        return page(
            "blocked", "Stuck", request,
            [
                "roots": roots, "quarantined": quarantined, "isQuarantined": !quarantined.isEmpty,
                "alerts": alerts, "isAlert": !alerts.isEmpty,
            ])
    }

    func healthPage(_ request: HTTPRequest) async throws -> HTTPResponse {
        let status = try await status()
        let last = status.published.map { "\($0.formatted(.iso8601)), \(ago($0))" } ?? "never"
        func facts(_ list: [(String, String)]) -> [[String: Any]] { list.map { ["name": $0, "value": $1] } }
        let mayQueue = visitor(of: request)?.allows(.queue, at: now()) ?? false
        let triggers = try await daemon.triggers.rows(at: now()).map { trigger in
            var values: [String: Any] = [
                "name": trigger.name, "when": trigger.when, "state": trigger.state.rawValue,
                "next": trigger.next.map { $0.formatted(.iso8601) } ?? "",
                "last": trigger.last.map { "\(ago($0.at)): \($0.reason)" } ?? "never",
            ]
            if let problem = trigger.problem { values["problem"] = problem }
            if mayQueue { values["mayRun"] = true }
            return values
        }
        return page(
            "health", "Health", request,
            [
                "triggers": triggers, "hasTriggers": !triggers.isEmpty,
                "facts": facts([
                    ("Version", version), ("Queue", status.paused ? "paused" : "taking jobs"),
                    ("Workers", "\(await daemon.busy.count) of \(status.workers) busy"),
                    ("Last published", last),
                    ("Stuck", "\(status.stuck.count)"), ("Free disk", free()),
                ]),
                "settings": facts([
                    ("share", configuration.share), ("aports", configuration.aports.joined(separator: ", ")),
                    ("listen", configuration.listen), ("workers", "\(configuration.workers)"),
                    ("requests-per-minute", "\(configuration.requestsPerMinute)"),
                    ("public-dashboard", configuration.hasPublicDashboard ? "yes" : "no"),
                ]),
            ])
    }

    private func free() -> String {
        // A file system that does not say is shown as such.
        let facts = try? FileManager.default.attributesOfFileSystem(forPath: daemon.folders.root)
        guard let bytes = facts?[.systemFreeSize] as? Int64 else { return "unknown" }
        return Self.size(bytes)
    }

    /// The newest job of each recipe as a graph in columns.
    func planPage(_ request: HTTPRequest) throws -> HTTPResponse {
        let jobs = try daemon.store.jobs(JobQuery(limit: 2000))
        var seen: Set<String> = []
        let newest = jobs.filter { seen.insert($0.identity).inserted }.prefix(300)
        let picture = PlanPicture(Array(newest))
        var values = picture.values
        values["note"] = newest.count == 300 ? "Only 300 are shown." : ""
        return page("plan", "Plan", request, values)
    }

    /// The newest publications as an Atom feed (RFC 4287).
    func feed(_ request: HTTPRequest) throws -> HTTPResponse {
        func escaped(_ text: String) -> String {
            text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        }
        let jobs = try daemon.store.jobs(JobQuery(states: [.published], limit: 50))
        let base =
            "http://" + escaped(request.headers[.host] ?? configuration.listen).replacing("\"", with: "")
        let updated = (jobs.first?.changed ?? Date(timeIntervalSince1970: 0)).formatted(.iso8601)
        let entries = jobs.prefix(50).map { job in
            """
            <entry><id>urn:apkfarm:job:\(job.id)</id><title>\(escaped(job.identity)) \(escaped(job.version))</title>
            <updated>\(job.changed.formatted(.iso8601))</updated><link href="\(base)/jobs/\(job.id)"/></entry>
            """
        }
        let text = """
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom"><id>urn:apkfarm:publications</id><title>apkfarm publications</title>
            <author><name>apkfarm</name></author><updated>\(updated)</updated>
            \(entries.joined(separator: "\n"))
            </feed>

            """
        return HTTPResponse(
            statusCode: .ok, headers: [.contentType: "application/atom+xml; charset=utf-8"],
            body: Data(text.utf8))
    }
}
