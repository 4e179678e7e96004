import Jobs

/// A link that waits for a farm which does not answer: a restart of the daemon, or a network that is away for a minute,
/// is no failure of a build. It waits as long as the lease may be good: the pulse beside it ends the build when the farm
/// answers that it is not.
struct PatientLink: WorkerLink {
    let link: any WorkerLink
    var pause: Duration = .seconds(1)

    func claim(_ request: ClaimRequest) async throws -> ClaimAnswer { try await link.claim(request) }

    func beat(_ job: JobID, _ beat: WorkerBeat) async throws -> BeatAnswer {
        try await patiently { try await link.beat(job, beat) }
    }

    func input(_ job: JobID, token: Int64, digest: String, to path: String) async throws {
        try await patiently { try await link.input(job, token: token, digest: digest, to: path) }
    }

    func output(_ job: JobID, token: Int64, digest: String, from path: String) async throws {
        try await patiently { try await link.output(job, token: token, digest: digest, from: path) }
    }

    func complete(_ job: JobID, _ result: WorkerResult) async throws {
        try await patiently { try await link.complete(job, result) }
    }

    func fail(_ job: JobID, _ failure: WorkerFailure) async throws {
        try await patiently { try await link.fail(job, failure) }
    }

    private func patiently<Answer>(_ call: () async throws -> Answer) async throws -> Answer {
        while true {
            do { return try await call() } catch WorkerLinkError.unreachable {
                try await Task.sleep(for: pause)
            }
        }
    }
}
