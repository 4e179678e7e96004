import Jobs

extension Route {
    private static let job = Parameter(
        name: "id", place: .path, summary: "The job's number.", schema: .integer(minimum: 1))
    private static let limit = Parameter(
        name: "limit", place: .query, summary: "At most so many; 100 unless given.",
        schema: .integer(minimum: 1, maximum: 1000))

    /// Every route.
    public static let all: [Route] = [
        Route(
            .health, "GET", "/healthz", nil, "Says that the process answers.",
            answer: ("text/plain", .string)),
        Route(
            .readiness, "GET", "/readyz", nil, "Says whether jobs can be taken and recorded.",
            answer: ("text/plain", .string)),
        Route(
            .metrics, "GET", "/metrics", nil, "Figures in Prometheus' text form.",
            answer: ("text/plain", .string)),
        Route(
            .openAPI, "GET", "/api/v1/openapi.json", nil, "This document.",
            answer: ("application/json", .object([:], required: []))),
        Route(
            .listJobs, "GET", "/api/v1/jobs", .read,
            "Lists jobs, the newest first; a Link header with rel=next names the next page.",
            [
                Parameter(
                    name: "state", place: .query, summary: "Only jobs in this state.",
                    schema: .choice(Schema.states)),
                Parameter(
                    name: "recipe", place: .query, summary: "Only jobs of this recipe: zlib or main/zlib.",
                    schema: .string), limit,
                Parameter(
                    name: "before", place: .query, summary: "Only jobs with a number below this one.",
                    schema: .integer(minimum: 1)),
            ], answer: ("application/json", .array(.reference("Job")))),
        Route(
            .queueJobs, "POST", "/api/v1/jobs", .queue,
            "Plans packages and queues a job for every recipe that they need. Jobs that are queued already for the same"
                + " thing are joined.",
            [
                Parameter(
                    name: "Idempotency-Key", place: .header,
                    summary: "A request with a key seen within a day gets the first one's answer.",
                    schema: .string)
            ], body: .reference("QueueRequest"), status: 201,
            answer: ("application/json", .reference("QueueAnswer"))),
        Route(
            .showJob, "GET", "/api/v1/jobs/{id}", .read, "Shows a job with its events and attempts.", [job],
            answer: ("application/json", .reference("JobDetails"))),
        Route(
            .readLog, "GET", "/api/v1/jobs/{id}/log", .read, "The log of a job's last attempt.",
            [
                job,
                Parameter(
                    name: "follow", place: .query, summary: "Go on until the attempt ends.", schema: .boolean),
                Parameter(
                    name: "line", place: .query, summary: "Begin at this line; the first is 1.",
                    schema: .integer(minimum: 1)),
            ], answer: ("text/plain", .string)),
        Route(
            .cancelJob, "POST", "/api/v1/jobs/{id}/cancel", .queue, "Cancels a job.", [job],
            answer: ("application/json", .reference("Job"))),
        Route(
            .retryJob, "POST", "/api/v1/jobs/{id}/retry", .queue,
            "Tries a failed or cancelled job again, and with it what it blocked.", [job],
            answer: ("application/json", .reference("Job"))),
        Route(
            .followEvents, "GET", "/api/v1/events", .read,
            "Events of all jobs as server-sent events, from now on or after Last-Event-ID.",
            [
                Parameter(
                    name: "Last-Event-ID", place: .header, summary: "The last event that was seen.",
                    schema: .integer(minimum: 0)),
                Parameter(
                    name: "after", place: .query, summary: "The same, for clients without headers.",
                    schema: .integer(minimum: 0)),
            ], answer: ("text/event-stream", .string)),
        Route(
            .showStatus, "GET", "/api/v1/status", .read, "How the farm is, on one page.",
            answer: ("application/json", .reference("StatusReport"))),
        Route(
            .pauseQueue, "POST", "/api/v1/queue/pause", .queue,
            "Takes no jobs until resumed; those that run go on.",
            answer: ("application/json", .reference("StatusReport"))),
        Route(
            .resumeQueue, "POST", "/api/v1/queue/resume", .queue, "Takes jobs again.",
            answer: ("application/json", .reference("StatusReport"))),
        Route(
            .listTokens, "GET", "/api/v1/tokens", .admin, "Lists tokens, without their secrets.",
            answer: ("application/json", .array(.reference("Token")))),
        Route(
            .createToken, "POST", "/api/v1/tokens", .admin,
            "Makes a token; its secret is answered this once.",
            body: .reference("TokenRequest"), status: 201,
            answer: ("application/json", .reference("NewToken"))),
        Route(
            .revokeToken, "DELETE", "/api/v1/tokens/{id}", .admin, "Takes a token back.",
            [
                Parameter(
                    name: "id", place: .path, summary: "The token's number.", schema: .integer(minimum: 1))
            ], status: 204, answer: nil),
        Route(
            .listAudit, "GET", "/api/v1/audit", .admin, "Who did what, the newest first.", [limit],
            answer: ("application/json", .array(.reference("AuditEntry")))),
    ]
}
