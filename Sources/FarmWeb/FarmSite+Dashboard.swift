import FarmAPI
import FarmServices
import FlyingFox
import Foundation
import Jobs

/// Pages for people.
extension FarmSite {
    /// The page of a path; nil when there is none.
    func dashboard(_ request: HTTPRequest, _ path: String) async throws -> HTTPResponse? {
        let parts = path.split(separator: "/").map { String($0).removingPercentEncoding ?? String($0) }
        if parts.count == 2, parts[0] == "assets", let asset = templates.assets[parts[1]] {
            return HTTPResponse(
                statusCode: .ok,
                headers: [
                    .contentType: asset.type, HTTPHeader("Cache-Control"): "max-age=300",
                    HTTPHeader("X-Content-Type-Options"): "nosniff",
                ], body: asset.content)
        }
        do {
            if request.method.rawValue == "POST" { return try await act(request, parts) }
            guard ["GET", "HEAD"].contains(request.method.rawValue) else { return nil }
            if parts == ["login"] { return page("login", "Sign in", request, [:]) }
            let visitor = visitor(of: request)
            guard configuration.hasPublicDashboard || visitor != nil else {
                return HTTPResponse(
                    statusCode: HTTPStatusCode(303, phrase: "See Other"), headers: [.location: "/login"])
            }
            return try await show(request, parts)
        } catch {
            let problem = Self.problem(error)
            var answer = page(
                "message", problem.title, request, ["message": problem.detail, "cure": problem.cure as Any])
            answer.statusCode = HTTPStatusCode(problem.status, phrase: problem.title)
            return answer
        }
    }

    private func show(_ request: HTTPRequest, _ parts: [String]) async throws -> HTTPResponse? {
        switch (parts.first, parts.count) {
        case (nil, _): return try await queuePage(request)
        case ("live", 1): return try followEvents(request)
        case ("feed.atom", 1): return try feed(request)
        case ("blocked", 1): return try await blockedPage(request)
        case ("plan", 1): return try planPage(request)
        case ("repository", 1), ("repository", 3): return try repositoryPage(request, parts)
        case ("health", 1): return try await healthPage(request)
        case ("packages", 3): return try packagePage(request, parts[1] + "/" + parts[2])
        case ("jobs", 2): return try jobPage(request, try Self.jobID(["id": parts[1]]))
        case ("jobs", 3) where parts[2] == "log.txt":
            return try readLog(request, try Self.jobID(["id": parts[1]]))
        default: return nil
        }
    }

    // MARK: Actions

    /// What a form asks for. Only pages of this site may send it, and only for who is signed in.
    private func act(_ request: HTTPRequest, _ parts: [String]) async throws -> HTTPResponse? {
        try requireSameOrigin(request)
        let form = try await Self.form(request)
        if parts == ["login"] { return try login(request, form["token"] ?? "") }
        if parts == ["logout"] { return Self.see("/", cookie: "\(Self.cookie)=; Path=/; Max-Age=0") }
        let isRelease = parts.count == 4 && parts[0] == "recipes" && parts[3] == "release"
        let isTrigger = parts.count == 3 && parts[0] == "triggers" && parts[2] == "run"
        let isKnown =
            isRelease || isTrigger || parts.first == "repository" || parts == ["queue"]
            || (parts.count == 3 && parts[0] == "jobs")
        guard isKnown else { return nil }
        guard let visitor = visitor(of: request) else {
            throw Problem(401, "no-token", "Not signed in", "this needs a token", cure: "Sign in first.")
        }
        if let answer = try await actOnRepository(parts, form, visitor) { return answer }
        guard visitor.allows(.queue, at: now()) else {
            throw Problem(403, "not-allowed", "Not allowed", "\(visitor.name) may not change the queue")
        }
        try access.note(
            who: visitor.name, what: "POST /" + parts.joined(separator: "/"), status: 0, at: now())
        if parts == ["queue"] {
            let names = (form["packages"] ?? "").split { $0 == " " || $0 == "," }.map(String.init)
            _ = try await queue(QueueRequest(packages: names))
            return Self.see("/")
        }
        if isRelease {
            _ = try await daemon.release(parts[2], repository: parts[1], by: visitor.name)
            return Self.see("/blocked")
        }
        if isTrigger {
            _ = try await daemon.runTrigger(parts[1], isDryRun: false, by: visitor.name)
            return Self.see("/health#triggers")
        }
        let id = try Self.jobID(["id": parts[1]])
        switch parts[2] {
        case "cancel": _ = try await daemon.cancel(id, by: visitor.name)
        case "retry": _ = try await daemon.retry(id)
        default: return nil
        }
        return Self.see("/jobs/\(id)")
    }

    private static let cookie = "apkfarm"

    /// Who is signed in on this browser; nil when nobody is.
    func visitor(of request: HTTPRequest) -> Bearer? {
        if door == .owner { return Bearer(name: "owner", token: nil) }
        let start = Self.cookie + "="
        let secrets = (request.headers[.cookie] ?? "").split(separator: ";").compactMap { part -> String? in
            let text = part.trimmingCharacters(in: .whitespaces)
            return text.hasPrefix(start) ? String(text.dropFirst(start.count)) : nil
        }
        guard let secret = secrets.first,
            // A store that cannot be read signs nobody in.
            let token = try? access.token(digest: TokenSecret(secret).digest), token.isValid(at: now())
        else { return nil }
        return Bearer(name: token.name, token: token)
    }

    private func login(_ request: HTTPRequest, _ secret: String) throws -> HTTPResponse {
        let text = secret.trimmingCharacters(in: .whitespacesAndNewlines)
        guard limit.take("login", at: now()) == nil,
            let token = try access.token(digest: TokenSecret(text).digest), token.isValid(at: now())
        else {
            var answer = page(
                "login", "Sign in", request, ["message": "This token is unknown, expired or revoked."])
            answer.statusCode = HTTPStatusCode(403, phrase: "Forbidden")
            return answer
        }
        return Self.see(
            "/", cookie: "\(Self.cookie)=\(text); Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000")
    }

    /// Browsers say where a form comes from; a form of another site is refused.
    private func requireSameOrigin(_ request: HTTPRequest) throws {
        let site = request.headers[HTTPHeader("Sec-Fetch-Site")]
        let origin = request.headers[HTTPHeader("Origin")].flatMap { URLComponents(string: $0) }
        let own = request.headers[.host] ?? ""
        let host = origin.flatMap { parts in parts.host.map { $0 + (parts.port.map { ":\($0)" } ?? "") } }
        let isForeign = site.map { $0 != "same-origin" && $0 != "none" } ?? (origin != nil && host != own)
        if isForeign || (site == nil && origin == nil) {
            throw Problem(403, "foreign-form", "Not allowed", "the form does not come from this site")
        }
    }

    private static func form(_ request: HTTPRequest) async throws -> [String: String] {
        let tooLong = Problem(413, "too-long", "Too long", "the form has more than 64 KiB")
        if let count = request.bodySequence.count, count > 64 << 10 { throw tooLong }
        var data = Data()
        for try await piece in request.bodySequence {
            data += piece
            if data.count > 64 << 10 { throw tooLong }
        }
        var form: [String: String] = [:]
        for pair in String(decoding: data, as: UTF8.self).split(separator: "&") {
            let parts = pair.replacing("+", with: " ").split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            form[String(parts[0])] = String(parts[1]).removingPercentEncoding ?? ""
        }
        return form
    }

    static func see(_ place: String, cookie: String? = nil) -> HTTPResponse {
        var headers: HTTPHeaders = [.location: place]
        if let cookie { headers[.setCookie] = cookie }
        return HTTPResponse(statusCode: HTTPStatusCode(303, phrase: "See Other"), headers: headers)
    }
}
