public import Jobs

/// Everything that can be asked of a farm over HTTP. The server answers each in one place.
public enum Operation: String, Sendable, CaseIterable {
    case health, readiness, metrics, openAPI
    case listJobs, queueJobs, showJob, readLog, cancelJob, retryJob
    case followEvents, showStatus, releaseRecipe, pauseQueue, resumeQueue
    case listTokens, createToken, revokeToken, listAudit
    case listRepositories, listSnapshots, promoteChannel, rollBackRepository, withdrawPackage
    case writeUpload, publishPackages, listHolds, holdOrigin, unholdOrigin, collectGarbage
    case listTriggers, runTrigger
    case claimJob, beatLease, readInput, writeOutput, completeLease, failLease
}

/// One method on one path.
public struct Route: Sendable {
    /// A parameter in the query or the path.
    public struct Parameter: Sendable {
        /// Where it stands.
        public enum Place: String, Sendable {
            case path, query, header
        }

        /// Its name.
        public let name: String
        /// Where it stands.
        public let place: Place
        /// What it means.
        public let summary: String
        /// What it looks like.
        public let schema: Schema
    }

    /// What is asked.
    public let operation: Operation
    /// `GET`, `POST`, `PUT` or `DELETE`.
    public let method: String
    /// The path, with parameters in braces: `/api/v1/jobs/{id}`.
    public let path: String
    /// What a token must allow; nil when none is needed.
    public let scope: AccessScope?
    /// What it does, in a line.
    public let summary: String
    /// What stands in path and query.
    public let parameters: [Parameter]
    /// The body, when there is one.
    public let body: Schema?
    /// The body's media type.
    public let bodyType: String
    /// The status of success.
    public let status: Int
    /// What is answered, by media type; nil for nothing.
    public let answer: (type: String, schema: Schema)?

    init(
        _ operation: Operation, _ method: String, _ path: String, _ scope: AccessScope?, _ summary: String,
        _ parameters: [Parameter] = [], body: Schema? = nil,
        bodyType: String = "application/json", status: Int = 200,
        answer: (type: String, schema: Schema)?
    ) {
        self.operation = operation
        self.method = method
        self.path = path
        self.scope = scope
        self.summary = summary
        self.parameters = parameters
        self.body = body
        self.bodyType = bodyType
        self.status = status
        self.answer = answer
    }

    /// The values of the path's parameters, when a request's path is this route's.
    public func match(_ path: String) -> [String: String]? {
        let own = self.path.split(separator: "/", omittingEmptySubsequences: false)
        let other = path.split(separator: "/", omittingEmptySubsequences: false)
        guard own.count == other.count else { return nil }
        var values: [String: String] = [:]
        for (pattern, part) in zip(own, other) {
            if pattern.hasPrefix("{") {
                guard !part.isEmpty else { return nil }
                values[String(pattern.dropFirst().dropLast())] = String(part)
            } else if pattern != part {
                return nil
            }
        }
        return values
    }
}
