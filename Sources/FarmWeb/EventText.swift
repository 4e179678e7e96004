import FarmAPI
import Foundation
import Jobs

/// An event as a line of the stream: what happened in a word, and the facts as JSON.
enum EventText {
    private struct Body: Encodable {
        let job: JobID
        let at: Date
        let event: String
        var phase: String?
        var reason: String?
        var by: JobID?
    }

    private struct AlertBody: Encodable {
        let at: Date
        let event: String
        let kind: Alert.Kind
        let subject: String
        let text: String
        let remedy: String

        init(_ event: AlertEvent) {
            at = event.at
            self.event = event.isRaised ? "raised" : "cleared"
            (kind, subject) = (event.alert.kind, event.alert.subject)
            (text, remedy) = (event.alert.text, event.alert.remedy)
        }
    }

    /// `id`, `event` and `data` of server-sent events.
    static func text(_ item: FeedItem) throws -> String {
        let (word, data) =
            switch item.entry {
            case .job(let event): ("job", try WireJSON.encode(body(of: event)))
            case .alert(let event): ("alert", try WireJSON.encode(AlertBody(event)))
            }
        return "id: \(item.position)\nevent: \(word)\ndata: \(String(decoding: data, as: UTF8.self))\n\n"
    }

    /// An event in words.
    static func words(_ event: JobEvent) -> String {
        let body = body(of: event)
        return [body.event, body.phase, body.by.map { "job \($0)" }, body.reason].compactMap { $0 }
            .joined(separator: ", ")
    }

    private static func body(of event: JobEvent) -> Body {
        func body(_ word: String, phase: String? = nil, reason: String? = nil, by: JobID? = nil) -> Body {
            Body(job: event.job, at: event.at, event: word, phase: phase, reason: reason, by: by)
        }
        return switch event.kind {
        case .queued: body("queued")
        case .released(let reason): body("released", reason: reason)
        case .requested: body("requested")
        case .needPublished(let job): body("need-published", by: job)
        case .needReplaced(_, let job): body("need-replaced", by: job)
        case .needFailed(let job): body("blocked", by: job)
        case .unblocked: body("unblocked")
        case .leased: body("running")
        case .phase(let phase): body("phase", phase: phase.name)
        case .built: body("built")
        case .publishing: body("publishing")
        case .published: body("published")
        case .failed(let failure): body("failed", phase: failure.phase.name, reason: failure.reason)
        case .retried: body("retried")
        case .cancelled(let by): body("cancelled", reason: by)
        case .superseded(let job): body("superseded", by: job)
        case .excused(let by): body("excused", reason: by)
        }
    }
}
