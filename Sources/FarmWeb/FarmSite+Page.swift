import FarmAPI
import FarmServices
import FlyingFox
import Foundation
import Jobs

extension FarmSite {
    /// Nothing but what comes from here may be loaded, run, sent to or put around a page.
    static let policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
        + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    private static let navigation = [
        ("/", "Queue"), ("/plan", "Plan"), ("/blocked", "Stuck"), ("/repository", "Repository"),
        ("/health", "Health"),
    ]

    /// A page of a template.
    func page(
        _ template: String, _ title: String, _ request: HTTPRequest, _ values: [String: Any]
    ) -> HTTPResponse {
        var values = values
        let path = request.target.path(percentEncoded: true)
        values["title"] = title
        values["navigation"] = Self.navigation.map { href, name in
            ["href": href, "name": name, "current": href == path] as [String: Any]
        }
        if let visitor = visitor(of: request) { values["user"] = visitor.name }
        // A page whose events cannot be followed is shown all the same.
        values["position"] = (try? daemon.store.lastPosition()) ?? 0
        return HTTPResponse(
            statusCode: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8", HTTPHeader("Content-Security-Policy"): Self.policy,
                HTTPHeader("X-Content-Type-Options"): "nosniff", HTTPHeader("Referrer-Policy"): "same-origin",
                HTTPHeader("Cache-Control"): "no-store",
                HTTPHeader("Cross-Origin-Opener-Policy"): "same-origin",
            ], body: Data(templates.render(template, values).utf8))
    }

    /// A job as templates take it.
    func row(_ job: Job) -> [String: Any] {
        var why = job.failure?.description ?? ""
        if let blocker = job.blocker { why = "job \(blocker) failed" }
        if case .waiting(let needs) = job.state {
            why = "waits for job " + needs.sorted().prefix(4).map(\.description).joined(separator: ", ")
        }
        if case .superseded(let newer) = job.state { why = "by job \(newer)" }
        var row: [String: Any] = [
            "id": job.id.number, "identity": job.identity, "version": job.version,
            "state": job.state.publicName.rawValue, "changed": job.changed.formatted(.iso8601),
            "ago": ago(job.changed), "phase": job.phase?.name ?? "begin",
        ]
        if !why.isEmpty { row["why"] = why.count > 300 ? why.prefix(300) + "…" : why }
        return row
    }

    /// `3 min ago`.
    func ago(_ time: Date) -> String {
        let seconds = max(0, Int(now().timeIntervalSince(time)))
        return switch seconds {
        case ..<60: "\(seconds) s ago"
        case ..<3600: "\(seconds / 60) min ago"
        case ..<86_400: "\(seconds / 3600) h ago"
        default: "\(seconds / 86_400) days ago"
        }
    }

    /// A size as people read it.
    static func size(_ bytes: Int64) -> String {
        switch bytes {
        case ..<1024: "\(bytes) B"
        case ..<(1 << 20): String(format: "%.1f KB", Double(bytes) / 1024)
        default: String(format: "%.1f MB", Double(bytes) / 1_048_576)
        }
    }
}
