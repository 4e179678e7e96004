public import Foundation
public import Jobs

/// What decides whether an operator is to be alerted: the ledger's facts, and a moment.
public struct AlertFacts: Sendable {
    /// When the facts were looked up.
    public var now: Date
    /// When the oldest job that could be worked on, or waits, was queued; nil when there is none.
    public var waitingSince: Date?
    /// When something was last published; nil for never.
    public var published: Date?
    /// Jobs that came and ended in each part of the time of `Limits.hours`, the oldest part first.
    public var traffic: [JobTraffic] = []
    /// How many jobs wait now.
    public var waiting = 0
    /// Whether somebody paused the queue: then nothing is expected to move.
    public var isPaused = false
    /// Recipes that failed since they were last published or excused.
    public var troubles: [Trouble] = []
    /// Workers of other processes that were lost with a job and did not come back, with the moment.
    public var lostWorkers: [String: Date] = [:]
    /// What is wrong with the free space; nil when nothing is.
    public var lack: String?
    /// What is wrong with triggers.
    public var triggers: [Alert] = []

    /// From when on something is an alert.
    public struct Limits: Sendable {
        /// For how many hours nothing may be published, or the queue only grow; 0 for ever.
        public var hours: Int
        /// After how many failures in a row a recipe is in quarantine; 0 for never.
        public var quarantineAfter: Int

        /// Limits.
        public init(hours: Int = 12, quarantineAfter: Int = 5) {
            self.hours = hours
            self.quarantineAfter = quarantineAfter
        }
    }

    /// In how many parts the time is looked at in which the queue only grows.
    public static let parts = 4

    /// No facts yet.
    public init(now: Date) { self.now = now }

    /// Recipes in quarantine.
    public static func quarantined(_ troubles: [Trouble], _ limits: Limits) -> [Trouble] {
        limits.quarantineAfter == 0 ? [] : troubles.filter { $0.failures >= limits.quarantineAfter }
    }

    /// What an operator should look at.
    public func alerts(_ limits: Limits) -> [Alert] {
        var alerts: [Alert] = []
        if let alert = nothingPublished(limits) { alerts.append(alert) }
        if let alert = queueGrows(limits) { alerts.append(alert) }
        alerts += Self.quarantined(troubles, limits).map(Self.quarantine)
        alerts += lostWorkers.keys.sorted().map { worker in
            Alert(
                .workerLost, worker, text: "worker \(worker) was not heard of while it had a job",
                remedy: "look at its machine; the alert ends when it takes work again, or after a day")
        }
        if let lack { alerts.append(Alert(.diskFull, text: "no job is begun: \(lack)", remedy: "make room")) }
        return alerts + triggers
    }

    /// A lost worker is spoken of for so long.
    static let rememberedFor = 86_400.0

    private func nothingPublished(_ limits: Limits) -> Alert? {
        guard limits.hours > 0, !isPaused, let waitingSince else { return nil }
        // A farm that was idle is not late when work comes.
        let since = max(waitingSince, published ?? .distantPast)
        guard now.timeIntervalSince(since) >= Double(limits.hours) * 3600 else { return nil }
        return Alert(
            .nothingPublished, text: "nothing was published for \(limits.hours) hours while jobs waited",
            remedy: "apkfarm status; apkfarm worker list")
    }

    private func queueGrows(_ limits: Limits) -> Alert? {
        guard limits.hours > 0, !isPaused, waiting > 0, traffic.count == Self.parts,
            traffic.allSatisfy({ $0.queued > $0.ended })
        else { return nil }
        return Alert(
            .queueGrows, text: "for \(limits.hours) hours more jobs were queued than ended",
            remedy: "apkfarm status; more workers, or queue less")
    }

    private static func quarantine(_ trouble: Trouble) -> Alert {
        Alert(
            .quarantined, trouble.identity,
            text:
                "\(trouble.identity) failed \(trouble.failures) times in a row and is not queued by itself any more",
            remedy: remedy(trouble))
    }

    /// What ends a quarantine.
    static func remedy(_ trouble: Trouble) -> String {
        "apkfarm job log \(trouble.job); correct the recipe, then apkfarm job release \(trouble.identity)"
    }
}

/// A recipe that failed too often is not worked on until somebody lets it go.
public struct Quarantined: Error, CustomStringConvertible, Sendable {
    /// The recipe's trouble.
    public let trouble: Trouble

    /// A recipe in quarantine.
    public init(trouble: Trouble) { self.trouble = trouble }

    /// What, since when, and what to do.
    public var description: String {
        let last = trouble.reason.split(separator: "\n").first.map { ", the last time: \($0)" } ?? ""
        return "\(trouble.identity) is in quarantine: it failed \(trouble.failures) times since "
            + "\(trouble.since.formatted(.iso8601))\(last)"
    }
    /// What ends it.
    public var cure: String { AlertFacts.remedy(trouble) }
}
