import FarmAPI
public import FarmServices
public import FlyingFox
import Foundation
public import Jobs
import Serving

/// Answers every request to a farm: interface, repository and pages.
public struct FarmSite: HTTPHandler {
    /// How somebody came in.
    public enum Door: Sendable, Equatable {
        /// Over the network: a token decides.
        case network
        /// Over the owner's socket: everything is allowed.
        case owner
    }

    /// Who asks.
    struct Bearer: Sendable {
        let name: String
        let token: AccessToken?

        func allows(_ scope: AccessScope, at time: Date) -> Bool { token?.allows(scope, at: time) ?? true }
    }

    let daemon: FarmDaemon
    let access: AccessLedger
    let configuration: FarmConfiguration
    let version: String
    let door: Door
    let hub: EventHub
    let pages: RepositoryPages
    /// The machine in a tab, if `make-site` has made its folder.
    let machine: RepositoryPages
    let limit: RateLimit
    let templates: DashboardPages
    let now: @Sendable () -> Date

    /// The site of a daemon, for the door on the network; see ``ownersDoor``.
    /// - Throws: when the dashboard's files cannot be read from the share folder.
    public init(
        daemon: FarmDaemon, access: AccessLedger, configuration: FarmConfiguration, version: String,
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        self.daemon = daemon
        self.access = access
        self.configuration = configuration
        self.version = version
        self.now = now
        door = .network
        hub = EventHub(store: daemon.store)
        pages = RepositoryPages(site: RepositorySite(root: daemon.folders.root + "/repo"), prefix: "/repo")
        machine = RepositoryPages(
            site: RepositorySite(root: daemon.folders.state + "/browser"), prefix: "/browser")
        limit = RateLimit(perMinute: configuration.requestsPerMinute)
        templates = try DashboardPages(folder: daemon.folders.share + "/Sources/FarmWeb/Pages")
    }

    private init(_ other: FarmSite, door: Door) {
        daemon = other.daemon
        access = other.access
        configuration = other.configuration
        version = other.version
        now = other.now
        hub = other.hub
        pages = other.pages
        machine = other.machine
        limit = other.limit
        templates = other.templates
        self.door = door
    }

    /// The same site for who comes through the owner's socket.
    public var ownersDoor: FarmSite { FarmSite(self, door: .owner) }

    /// Ends the streams of events, which have no end of their own: before the servers are stopped.
    public func close() async { await hub.close() }

    /// Answers a request. Whatever goes wrong is an answer too.
    public func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        let path = request.target.path(percentEncoded: true)
        do {
            if path == "/repo" || path.hasPrefix("/repo/") { return pages.respond(to: request) }
            if ["/browser", "/browser/", "/browser/page/"].contains(path) {
                return HTTPResponse(
                    statusCode: HTTPStatusCode(302, phrase: "Found"),
                    headers: [.location: "/browser/page/index.html"])
            }
            if path.hasPrefix("/browser/") { return machine.respond(to: request) }
            if let (route, values) = try Self.route(request.method.rawValue, path) {
                return try await answer(request, route, values)
            }
            if let page = try await dashboard(request, path) { return page }
            throw Problem(
                404, "not-found", "Not found", "there is nothing at \(path)",
                cure: "/api/v1/openapi.json lists what there is")
        } catch { return Self.refusal(Self.problem(error)) }
    }

    /// The route of a request; nil when no route has the path.
    /// - Throws: `Problem` 405 when the path is known with other methods.
    private static func route(
        _ method: String, _ path: String
    ) throws -> (route: Route, values: [String: String])? {
        let matches = Route.all.compactMap { route in route.match(path).map { (route, $0) } }
        guard !matches.isEmpty else { return nil }
        let wanted = method == "HEAD" ? "GET" : method
        guard let match = matches.first(where: { $0.0.method == wanted }) else {
            let allowed = matches.map(\.0.method).joined(separator: ", ")
            throw Problem(
                405, "method-not-allowed", "Method not allowed", "\(method) does not go with \(path)",
                cure: "use \(allowed)")
        }
        return match
    }

    private func answer(
        _ request: HTTPRequest, _ route: Route, _ values: [String: String]
    ) async throws -> HTTPResponse {
        guard let scope = route.scope else {
            return try await perform(request, route, values, Bearer(name: "anybody", token: nil))
        }
        let bearer = try bearer(of: request)
        // What a worker may ask for is bounded by its leases.
        if door == .network, scope != .worker, let wait = limit.take(bearer.name, at: now()) {
            var refusal = Self.refusal(
                Problem(
                    429, "too-many-requests", "Too many requests", "\(bearer.name) asks too often",
                    cure: "wait \(wait) seconds"))
            refusal.headers[HTTPHeader("Retry-After")] = "\(wait)"
            return refusal
        }
        guard bearer.allows(scope, at: now()) else {
            throw Problem(
                403, "not-allowed", "Not allowed",
                "the token of \(bearer.name) does not allow \(scope.rawValue)",
                cure: "'apkfarm token new --scope \(scope.rawValue)' makes one that does")
        }
        // Signs of life, questions for work and files on their way change nothing that anybody would look up.
        let isNoted =
            route.method != "GET" && ![.claimJob, .beatLease, .writeOutput].contains(route.operation)
        guard isNoted else { return try await perform(request, route, values, bearer) }
        let answer: HTTPResponse
        do { answer = try await perform(request, route, values, bearer) } catch {
            answer = Self.refusal(Self.problem(error))
        }
        try access.note(
            who: bearer.name, what: "\(route.method) \(request.target.path(percentEncoded: true))",
            status: answer.statusCode.code, at: now())
        return answer
    }

    /// Who asks, by the door or by a token that is valid now.
    func bearer(of request: HTTPRequest) throws -> Bearer {
        if door == .owner { return Bearer(name: "owner", token: nil) }
        let words = (request.headers[.authorization] ?? "").split(separator: " ").map(String.init)
        guard words.count == 2, words[0].lowercased() == "bearer",
            let token = try access.token(digest: TokenSecret(words[1]).digest), token.isValid(at: now())
        else {
            throw Problem(
                401, "no-token", "No valid token",
                words.isEmpty ? "this needs a token" : "the token is unknown, expired or revoked",
                cure: "send 'Authorization: Bearer TOKEN'; 'apkfarm token new' makes one")
        }
        return Bearer(name: "\(token.name) (token \(token.id))", token: token)
    }
}
