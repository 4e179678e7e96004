public import Foundation
public import Jobs

/// A trigger as it is now.
public struct TriggerRow: Codable, Sendable, Equatable {
    /// What it does at the moment.
    public enum State: String, Codable, Sendable, CaseIterable {
        /// It waits for what it is for.
        case watching
        /// What goes first is being built; the rest waits.
        case canary
        /// What goes first failed: the rest stays unqueued.
        case canaryFailed = "canary-failed"
        /// It cannot see what it watches, or could not queue a recipe.
        case failed
    }

    /// Its name.
    public var name: String
    /// What it waits for: `changes in /srv/aports`.
    public var when: String
    /// What it does at the moment.
    public var state: State
    /// What is wrong; nil when nothing is.
    public var problem: String?
    /// When a timer fires next.
    public var next: Date?
    /// The last time it fired.
    public var last: TriggerFiring?

    /// In a line: `nightly: 02:30 UTC; watching; next 2026-11-29T02:30:00Z`.
    public var line: String {
        var parts = ["\(name): \(when)", state.rawValue]
        if let next { parts.append("next \(next.formatted(.iso8601))") }
        if let last { parts.append("last \(last.at.formatted(.iso8601))") }
        if let problem { parts.append(problem) }
        return parts.joined(separator: "; ")
    }
}
