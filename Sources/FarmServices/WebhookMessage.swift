import Foundation
public import Jobs
import Signing

/// What a webhook's receiver is told of one event of the feed.
public struct WebhookMessage: Sendable, Equatable {
    /// `job.published`, `job.failed`, `job.cancelled`, `job.superseded`, `alert.raised` or `alert.cleared`.
    public let event: String
    /// The event's number among all events of the farm: the same in every try.
    public let number: Int64
    /// JSON.
    public let body: [UInt8]

    private struct Body: Encodable {
        let event: String
        let number: Int64
        let at: String
        var job: Job?
        var alert: Alert?
    }

    /// The message of an event; nil for one that nobody is told of.
    /// - Parameter job: looks up a job as it is now.
    public init?(_ item: FeedItem, job: (JobID) throws -> Job?) throws {
        switch item.entry {
        case .alert(let change):
            event = change.isRaised ? "alert.raised" : "alert.cleared"
            body = try Self.json(
                Body(
                    event: event, number: item.position, at: change.at.formatted(.iso8601),
                    alert: change.alert))
        case .job(let change):
            guard let word = Self.word(change.kind), let job = try job(change.job) else { return nil }
            event = word
            body = try Self.json(
                Body(event: word, number: item.position, at: change.at.formatted(.iso8601), job: job))
        }
        number = item.position
    }

    /// A job's end in a word; nil for what is none. One that the farm tries again by itself is none.
    private static func word(_ kind: JobEvent.Kind) -> String? {
        switch kind {
        case .published: "job.published"
        case .failed(let failure):
            failure.kind == .interrupted && failure.phase != .gaveUp ? nil : "job.failed"
        case .cancelled: "job.cancelled"
        case .superseded: "job.superseded"
        default: nil
        }
    }

    private static func json(_ body: Body) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(body))
    }

    /// The signature's header: `t=SECONDS,v1=HEX`, HMAC-SHA256 of `SECONDS.BODY` with the farm's secret. Who checks the
    /// time too cannot be sent an old message again.
    public func signature(at time: Date, secret: [UInt8]) -> String {
        let seconds = Int64(time.timeIntervalSince1970)
        let code = HMAC.sha256(of: Array("\(seconds).".utf8) + body, key: secret)
        return "t=\(seconds),v1=\(code.hex)"
    }
}
