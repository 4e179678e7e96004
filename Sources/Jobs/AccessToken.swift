public import FoundationEssentials

/// What a token lets its bearer do. `queue` and `publish` include `read` and are apart; `worker` is by itself.
public enum AccessScope: String, Sendable, Codable, CaseIterable {
    /// See jobs, logs, settings.
    case read
    /// Queue, cancel and retry jobs, pause the queue.
    case queue
    /// Change what is published.
    case publish
    /// Take builds and give back their results, and nothing else: not even read.
    case worker
    /// Everything, tokens among it.
    case admin
}

/// A token as the farm keeps it: its secret is known to the bearer only.
public struct AccessToken: Sendable, Hashable, Codable {
    /// Its number.
    public let id: Int64
    /// Who it is for, in the operator's words.
    public let name: String
    /// What it lets do.
    public let scopes: [AccessScope]
    /// When it was made.
    public let created: Date
    /// When it ends; nil for never.
    public let expires: Date?
    /// Whether it was taken back.
    public let isRevoked: Bool

    /// Whether it lets its bearer do what needs `scope`, at a time.
    public func allows(_ scope: AccessScope, at time: Date) -> Bool {
        guard isValid(at: time) else { return false }
        if scopes.contains(.admin) || scopes.contains(scope) { return true }
        return scope == .read && scopes.contains { $0 != .worker }
    }

    /// Whether it is neither revoked nor at its end.
    public func isValid(at time: Date) -> Bool {
        if isRevoked { return false }
        return expires.map { time < $0 } ?? true
    }
}

/// Something that somebody did, for the audit log.
public struct AuditEntry: Sendable, Hashable, Codable {
    /// Its number.
    public let id: Int64
    /// When.
    public let at: Date
    /// Who: a token's name, or `local uid 0`.
    public let who: String
    /// What: `POST /api/v1/jobs`.
    public let what: String
    /// How it was answered, an HTTP status.
    public let status: Int
}
