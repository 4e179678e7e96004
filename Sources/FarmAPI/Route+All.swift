import Jobs

extension Route {
    private static let job = Parameter(
        name: "id", place: .path, summary: "The job's number.", schema: .integer(minimum: 1))
    private static let limit = Parameter(
        name: "limit", place: .query, summary: "At most so many; 100 unless given.",
        schema: .integer(minimum: 1, maximum: 1000))

    private static let token = Parameter(
        name: "token", place: .query, summary: "The lease's fencing token.", schema: .integer(minimum: 1))
    private static let digest = Parameter(
        name: "digest", place: .path, summary: "The file's digest, in hexadecimal digits.",
        schema: .text(minimum: 64, maximum: 128))

    private static let repository = Parameter(
        name: "repository", place: .path, summary: "The repository: main.", schema: .string)
    private static let channel = Parameter(
        name: "channel", place: .path, summary: "The channel: edge.", schema: .string)
    private static let name = Parameter(
        name: "name", place: .path, summary: "The recipe's name: zlib.", schema: .string)

    /// Every route.
    public static let all: [Route] = farm + repositories + worker

    /// What is published, and what changes it.
    private static let repositories: [Route] = [
        Route(
            .listRepositories, "GET", "/api/v1/repositories", .read,
            "Lists every repository of every channel.",
            answer: ("application/json", .array(.reference("Repository")))),
        Route(
            .listSnapshots, "GET", "/api/v1/repositories/{channel}/{repository}/snapshots", .read,
            "Lists the states that a repository had, the newest first.",
            [
                channel, repository,
                Parameter(
                    name: "limit", place: .query, summary: "At most so many; all unless given.",
                    schema: .integer(minimum: 1, maximum: 1000)),
                Parameter(
                    name: "before", place: .query, summary: "Only those with a number below this one.",
                    schema: .integer(minimum: 1)),
            ],
            answer: ("application/json", .array(.reference("Snapshot")))),
        Route(
            .promoteChannel, "POST", "/api/v1/repositories/promote", .publish,
            "Takes what one channel lists over into another; refused when that would break what is installed.",
            body: .reference("Promotion"),
            answer: ("application/json", .array(.reference("RepositoryChange")))),
        Route(
            .rollBackRepository, "POST", "/api/v1/repositories/{channel}/{repository}/rollback", .publish,
            "Lists the packages of an earlier snapshot again, as a new one.", [channel, repository],
            body: .reference("RollBack"), answer: ("application/json", .reference("RepositoryChange"))),
        Route(
            .withdrawPackage, "POST", "/api/v1/repositories/withdraw", .publish,
            "Takes a bad package out of every channel at once, with a tombstone that says why.",
            body: .reference("Withdrawal"),
            answer: ("application/json", .array(.reference("RepositoryChange")))),
        Route(
            .writeUpload, "PUT", "/api/v1/uploads/{digest}", .publish,
            "Brings a package file, by its SHA-256, that is to be published.", [digest], body: .string,
            bodyType: "application/octet-stream", status: 204, answer: nil),
        Route(
            .publishPackages, "POST", "/api/v1/repositories/{channel}/{repository}/publish", .publish,
            "Publishes packages that were brought before, all or none; those without a signature are signed.",
            [channel, repository], body: .reference("PublicationByHand"),
            answer: ("application/json", .reference("RepositoryChange"))),
        Route(
            .listHolds, "GET", "/api/v1/repositories/{channel}/{repository}/holds", .read,
            "Lists origins that stay at their version.", [channel, repository],
            answer: ("application/json", .array(.reference("Held")))),
        Route(
            .holdOrigin, "POST", "/api/v1/repositories/{channel}/{repository}/hold", .publish,
            "Keeps an origin at its version. Answers what is held.", [channel, repository],
            body: .reference("Hold"), answer: ("application/json", .array(.reference("Held")))),
        Route(
            .unholdOrigin, "POST", "/api/v1/repositories/{channel}/{repository}/unhold", .publish,
            "Lets a held origin go again. Answers what is still held.", [channel, repository],
            body: .reference("Hold"), answer: ("application/json", .array(.reference("Held")))),
        Route(
            .collectGarbage, "POST", "/api/v1/repositories/collect", .publish,
            "Removes files that no repository needs any more, and of caches what is past a size.",
            body: .reference("Collection"), answer: ("application/json", .array(.reference("Garbage")))),
    ]

    /// What workers of other processes ask for.
    private static let worker: [Route] = [
        Route(
            .claimJob, "POST", "/api/v1/worker/claim", .worker,
            "Asks for a job to build, and waits for one.", body: .reference("ClaimRequest"),
            answer: ("application/json", .reference("ClaimAnswer"))),
        Route(
            .beatLease, "POST", "/api/v1/worker/jobs/{id}/heartbeat", .worker,
            "Keeps a lease, with the phase and what the build printed.", [job],
            body: .reference("WorkerBeat"), answer: ("application/json", .reference("BeatAnswer"))),
        Route(
            .readInput, "GET", "/api/v1/worker/jobs/{id}/inputs/{digest}", .worker,
            "A file that goes into the build.", [job, digest, token],
            answer: ("application/octet-stream", .string)),
        Route(
            .writeOutput, "PUT", "/api/v1/worker/jobs/{id}/outputs/{digest}", .worker,
            "Brings a package that was built.", [job, digest, token], body: .string,
            bodyType: "application/octet-stream", status: 204, answer: nil),
        Route(
            .completeLease, "POST", "/api/v1/worker/jobs/{id}/complete", .worker,
            "Says that the build is done: the farm signs and publishes what was brought.", [job],
            body: .reference("WorkerResult"), status: 204, answer: nil),
        Route(
            .failLease, "POST", "/api/v1/worker/jobs/{id}/fail", .worker,
            "Says that the build failed, or gives the job back.", [job],
            body: .reference("WorkerFailure"), status: 204, answer: nil),
    ]

    private static let farm: [Route] = [
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
            .releaseRecipe, "POST", "/api/v1/recipes/{repository}/{name}/release", .queue,
            "Lets a recipe go that failed too often: it may be queued and tried again. Answers its newest job.",
            [repository, name], answer: ("application/json", .reference("Job"))),
        Route(
            .followEvents, "GET", "/api/v1/events", .read,
            "Events of all jobs, and alerts that are raised or cleared, as server-sent events, from now on or after"
                + " Last-Event-ID.",
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
            .listTriggers, "GET", "/api/v1/triggers", .read,
            "Lists what queues jobs without being asked, with the last time that each did.",
            answer: ("application/json", .array(.reference("Trigger")))),
        Route(
            .runTrigger, "POST", "/api/v1/triggers/{name}/run", .queue,
            "Fires a trigger now: it queues what changed, or what its time is for. A dry run only says what that is.",
            [
                Parameter(
                    name: "name", place: .path, summary: "The trigger's name: nightly.", schema: .string)
            ], body: .reference("TriggerRequest"), answer: ("application/json", .reference("TriggerFiring"))),
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
