import Foundation

/// What a value of the interface looks like, as JSON Schema 2020-12 says it.
public indirect enum Schema: Sendable {
    case string
    case boolean
    case number
    case integer(minimum: Int? = nil, maximum: Int? = nil)
    case date
    case choice([String])
    case array(Schema, minimum: Int = 0, maximum: Int? = nil)
    case object([String: Schema], required: [String])
    case reference(String)
    case text(minimum: Int, maximum: Int)

    /// The words that a job's state may be.
    public static let states = [
        "waiting", "ready", "running", "built", "publishing", "published", "failed", "blocked", "cancelled",
        "superseded",
    ]

    /// As a JSON value.
    var json: [String: Any] {
        switch self {
        case .string: return ["type": "string"]
        case .text(let minimum, let maximum):
            return ["type": "string", "minLength": minimum, "maxLength": maximum]
        case .boolean: return ["type": "boolean"]
        case .number: return ["type": "number"]
        case .date: return ["type": "string", "format": "date-time"]
        case .choice(let words): return ["type": "string", "enum": words]
        case .reference(let name): return ["$ref": "#/components/schemas/\(name)"]
        case .integer(let minimum, let maximum):
            var json: [String: Any] = ["type": "integer"]
            if let minimum { json["minimum"] = minimum }
            if let maximum { json["maximum"] = maximum }
            return json
        case .array(let item, let minimum, let maximum):
            var json: [String: Any] = ["type": "array", "items": item.json]
            if minimum > 0 { json["minItems"] = minimum }
            if let maximum { json["maxItems"] = maximum }
            return json
        case .object(let properties, let required):
            var json: [String: Any] = ["type": "object", "properties": properties.mapValues(\.json)]
            if !required.isEmpty { json["required"] = required }
            return json
        }
    }

    /// The named ones.
    static let components = farm.merging(worker) { one, _ in one }.merging(repositories) { one, _ in one }

    /// Those of the routes about what is published.
    private static let repositories: [String: Schema] = [
        "Repository": .object(
            [
                "channel": .string, "repository": .string, "number": .integer(minimum: 1), "date": .string,
                "packages": .integer(minimum: 0),
            ], required: ["channel", "repository", "packages"]),
        "Snapshot": .object(
            [
                "number": .integer(minimum: 1), "date": .string, "action": .string, "source": .string,
                "reason": .string, "added": .array(.string), "removed": .array(.string),
            ], required: ["number", "date", "action", "source", "reason", "added", "removed"]),
        "Promotion": .object(
            [
                "from": .text(minimum: 1, maximum: 40), "to": .text(minimum: 1, maximum: 40),
                "repository": .text(minimum: 1, maximum: 40), "exact": .boolean,
                "accept": .array(.choice(["provider", "files", "older", "tests", "growth"])), "key": .string,
            ], required: ["from", "to"]),
        "RollBack": .object(
            ["to": .integer(minimum: 1), "reason": .string, "key": .string], required: []),
        "Withdrawal": .object(
            [
                "package": .text(minimum: 1, maximum: 200), "version": .text(minimum: 1, maximum: 200),
                "reason": .text(minimum: 1, maximum: 2000), "channel": .text(minimum: 1, maximum: 40),
                "with_dependents": .boolean, "key": .string,
            ], required: ["package", "reason"]),
        "PublicationByHand": .object(
            [
                "packages": .array(.text(minimum: 64, maximum: 64), minimum: 1, maximum: 1000),
                "accept": .array(.choice(["provider", "files", "older", "tests", "growth"])), "key": .string,
            ], required: ["packages"]),
        "Hold": .object(
            [
                "origin": .text(minimum: 1, maximum: 200), "version": .text(minimum: 1, maximum: 200),
                "reason": .text(minimum: 1, maximum: 2000),
            ], required: ["origin"]),
        "Held": .object(
            ["origin": .string, "version": .string, "reason": .string],
            required: ["origin", "version", "reason"]),
        "Collection": .object(
            [
                "simulate": .boolean, "max_distfiles": .integer(minimum: 0),
                "max_builds": .integer(minimum: 0), "max_logs": .integer(minimum: 0),
            ], required: []),
        "Garbage": .object(
            [
                "store": .string, "path": .string, "bytes": .integer(minimum: 0), "reason": .string,
            ], required: ["store", "path", "bytes", "reason"]),
        "RepositoryChange": .object(
            [
                "repository": .string, "number": .integer(minimum: 1), "added": .array(.string),
                "removed": .array(.string), "notes": .array(.string),
            ], required: ["repository", "added", "removed", "notes"]),
    ]

    /// Those of the workers' routes.
    private static let worker: [String: Schema] = [
        "WorkerProfile": .object(
            [
                "name": .text(minimum: 1, maximum: 100), "toolchain": .string, "runner": .string,
                "phases": .string, "tools": .object([:], required: []),
            ], required: ["name", "toolchain", "runner", "phases", "tools"]),
        "ClaimRequest": .object(
            ["worker": .reference("WorkerProfile"), "wait": .integer(minimum: 0, maximum: 60)],
            required: ["worker"]),
        "WorkInput": .object(
            ["name": .string, "digest": .string, "executable": .boolean],
            required: ["name", "digest", "executable"]),
        "WorkOrder": .object(
            [
                "job": .integer(minimum: 1), "token": .integer(minimum: 1), "lasts": .integer(minimum: 1),
                "request": .object([:], required: []), "recipe": .array(.reference("WorkInput")),
                "sources": .array(.reference("WorkInput")), "archives": .array(.reference("WorkInput")),
                "dependencies": .array(.reference("WorkInput")),
            ],
            required: [
                "job", "token", "lasts", "request", "recipe", "sources", "archives", "dependencies",
            ]),
        "ClaimAnswer": .object(
            ["order": .reference("WorkOrder"), "unfit": .array(.string)], required: ["unfit"]),
        "WorkerBeat": .object(
            [
                "token": .integer(minimum: 1), "phase": .text(minimum: 0, maximum: 100),
                "offset": .integer(minimum: 0), "log": .string,
            ], required: ["token", "offset", "log"]),
        "BeatAnswer": .object(["logged": .integer(minimum: 0)], required: ["logged"]),
        "WorkerResult": .object(
            [
                "token": .integer(minimum: 1), "result": .object([:], required: []),
                "digests": .object([:], required: []),
            ], required: ["token", "result", "digests"]),
        "WorkerFailure": .object(
            [
                "token": .integer(minimum: 1), "phase": .string, "reason": .string, "returned": .boolean,
            ], required: ["token", "phase", "reason"]),
    ]

    private static let farm: [String: Schema] = [
        "Job": .object(
            [
                "id": .integer(minimum: 1), "recipe": .string, "repository": .string, "version": .string,
                "priority": .integer(), "needs": .array(.integer(minimum: 1)), "created": .date,
                "changed": .date, "request": .string, "state": .choice(states), "phase": .string,
                "reason": .string, "kind": .string, "waiting_on": .array(.integer(minimum: 1)),
                "blocked_by": .integer(minimum: 1), "superseded_by": .integer(minimum: 1),
                "first_build": .boolean,
            ],
            required: [
                "id", "recipe", "repository", "version", "priority", "needs", "created", "changed", "state",
            ]),
        "JobDetails": .object(
            [
                "job": .reference("Job"), "events": .array(.object([:], required: [])),
                "attempts": .array(.object([:], required: [])), "report": .reference("JobReport"),
            ], required: ["job", "events", "attempts"]),
        "QueueRequest": .object(
            [
                "packages": .array(.text(minimum: 1, maximum: 200), minimum: 1, maximum: 20_000),
                "priority": .integer(minimum: -1000, maximum: 1000),
                "checks": .choice(["short", "full", "skipped"]),
                "dry_run": .boolean,
            ], required: ["packages"]),
        "QueueAnswer": .object(
            [
                "jobs": .array(.reference("Job")), "plan": .array(.string), "notes": .array(.string),
                "position": .integer(minimum: 0),
            ], required: ["jobs", "plan", "notes", "position"]),
        "JobReport": .object(
            [
                "identity": .string, "version": .string,
                "result": .choice(JobReport.Result.allCases.map(\.rawValue)),
                "tests": .object([:], required: []), "note": .string, "size": .integer(minimum: 0),
                "seconds": .number, "log": .string, "phase": .string, "reason": .string,
            ], required: ["identity", "version", "result", "note", "size", "seconds", "log"]),
        "StatusReport": .object(
            [
                "version": .string, "paused": .boolean, "workers": .integer(minimum: 0),
                "running": .array(.reference("Job")), "stuck": .array(.reference("StuckJob")),
                "published": .date, "quarantined": .array(.reference("QuarantinedRecipe")),
                "alerts": .array(.reference("StandingAlert")), "triggers": .array(.string),
            ],
            required: [
                "version", "paused", "workers", "running", "stuck", "quarantined", "alerts", "triggers",
            ]),
        "Trigger": .object(
            [
                "name": .string, "when": .string,
                "state": .choice(["watching", "canary", "canary-failed", "failed"]), "problem": .string,
                "next": .date, "last": .reference("TriggerFiring"),
            ], required: ["name", "when", "state"]),
        "TriggerRequest": .object(["dry_run": .boolean], required: []),
        "TriggerFiring": .object(
            [
                "trigger": .string, "at": .date, "reason": .string, "recipes": .array(.string),
                "jobs": .array(.integer(minimum: 1)), "rest": .array(.string),
                "refused": .array(
                    .object(["recipe": .string, "reason": .string], required: ["recipe", "reason"])),
            ], required: ["trigger", "at", "reason", "recipes", "jobs", "rest", "refused"]),
        "QuarantinedRecipe": .object(
            [
                "recipe": .string, "repository": .string, "failures": .integer(minimum: 1), "since": .date,
                "job": .integer(minimum: 1), "reason": .string, "remedy": .string,
            ],
            required: ["recipe", "repository", "failures", "since", "job", "reason", "remedy"]),
        "StandingAlert": .object(
            [
                "kind": .string, "subject": .string, "text": .string, "remedy": .string, "since": .date,
            ], required: ["kind", "subject", "text", "remedy", "since"]),
        "StuckJob": .object(
            [
                "job": .reference("Job"), "blocks": .array(.string), "remedy": .string,
            ], required: ["job", "blocks", "remedy"]),
        "Token": .object(
            [
                "id": .integer(minimum: 1), "name": .string, "scopes": .array(.string), "created": .date,
                "expires": .date, "isRevoked": .boolean,
            ], required: ["id", "name", "scopes", "created", "isRevoked"]),
        "TokenRequest": .object(
            [
                "name": .text(minimum: 1, maximum: 100),
                "scopes": .array(
                    .choice(["read", "queue", "publish", "worker", "admin"]), minimum: 1, maximum: 5),
                "days": .integer(minimum: 1, maximum: 3650),
            ], required: ["name", "scopes"]),
        "NewToken": .object(
            ["token": .reference("Token"), "secret": .string], required: ["token", "secret"]),
        "AuditEntry": .object(
            [
                "id": .integer(minimum: 1), "at": .date, "who": .string, "what": .string,
                "status": .integer(minimum: 100, maximum: 599),
            ], required: ["id", "at", "who", "what", "status"]),
        "Problem": .object(
            [
                "type": .string, "title": .string, "status": .integer(minimum: 400, maximum: 599),
                "detail": .string, "cure": .string,
            ], required: ["type", "title", "status", "detail"]),
    ]
}
