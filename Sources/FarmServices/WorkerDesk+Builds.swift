import Foundation
public import Jobs

/// What workers say about the builds that they are at.
extension WorkerDesk {
    /// A worker's sign of life.
    /// - Throws: `JobStoreError.fenced` when the job is not the worker's any more; `Refusal`.
    public func beat(_ job: JobID, _ beat: WorkerBeat, by holder: String) throws -> BeatAnswer {
        try build(job, beat.token, of: holder)
            .beat(beat, store: store, at: now(), until: now().addingTimeInterval(Double(lasts)))
    }

    /// Where an input lies; only what the order names.
    public func input(_ job: JobID, token: Int64, digest: String, by holder: String) throws -> String {
        guard let path = try build(job, token, of: holder).inputs[digest] else {
            throw Refusal("job \(job) has no input \(digest); the order lists them")
        }
        return path
    }

    /// Room for an output of this digest, of so many bytes when that is known.
    /// - Throws: `JobStoreError.fenced`; `Refusal` for what is too much or finds no room.
    public func upload(
        _ digest: String, of job: JobID, token: Int64, bytes: Int?, by holder: String
    ) throws -> WorkerUpload {
        let build = try build(job, token, of: holder)
        guard Self.isDigest(digest) else {
            throw Refusal("'\(digest)' is no SHA-256; send 64 hexadecimal digits")
        }
        let upload = WorkerUpload(digest: digest, build: build, limits: limits)
        try upload.expect(Int64(bytes ?? 0))
        return upload
    }

    /// Whether a worker's word for an output can be a file's name: nothing else may become part of a path.
    static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.allSatisfy { $0.isASCII && $0.isHexDigit && !$0.isUppercase }
    }

    /// The build is done and its packages are here. From now on the farm itself holds the job.
    /// - Throws: `JobStoreError.fenced`; `Refusal` for packages that did not come or are not this job's: it has failed.
    public func complete(_ job: JobID, _ result: WorkerResult, by holder: String) throws {
        let build = try takeBuild(job, result.token, of: holder)
        do {
            try store.renew(job, holding: result.token, until: nil)
        } catch { throw Self.broken(build, by: error) }
        do {
            try WorkerPackages(request: build.order.request, result: result).gather(in: build.folder)
        } catch {
            let failure = WorkerFailure(token: result.token, phase: "upload", reason: "\(error)")
            build.outcome.resume(throwing: failure)
            throw error
        }
        build.outcome.resume(returning: result)
    }

    /// The build failed, or the worker gives it back.
    public func fail(_ job: JobID, _ failure: WorkerFailure, by holder: String) throws {
        let build = try takeBuild(job, failure.token, of: holder)
        do {
            if failure.returned == true {
                try takeBack(job, holding: failure.token, reason: failure.reason)
            } else {
                try store.renew(job, holding: failure.token, until: nil)
            }
        } catch { throw Self.broken(build, by: error) }
        build.outcome.resume(
            throwing: failure.returned == true ? LeaseLost(reason: failure.reason) : failure)
    }

    /// Ends a build whose end the ledger does not take: the lease was lost a moment ago, or the store is broken.
    private static func broken(_ build: WorkerBuild, by error: any Error) -> any Error {
        if case JobStoreError.fenced = error {
            build.outcome.resume(throwing: LeaseLost(reason: "\(error)"))
        } else {
            build.outcome.resume(throwing: error)
        }
        return error
    }

    /// Takes back the leases of workers that were not heard of in time.
    /// - Returns: their jobs as they are now, ready for others or failed when that happened too often, and who was lost.
    package func sweep() throws -> [(job: Job, worker: String)] {
        // Nothing has a deadline unless it is at a worker.
        guard counts.building > 0 else { return [] }
        var lost: [(job: Job, worker: String)] = []
        var failure: (any Error)?
        for job in try store.expired(at: now()) {
            let worker = job.state.lease?.worker ?? "a worker"
            let reason = "\(worker) was not heard of for \(lasts) seconds"
            do {
                lost.append((try takeBack(job.id, holding: job.fence, reason: reason), worker))
            } catch JobStoreError.fenced {
                // It ended in this moment, and whoever ended it has said so in the ledger.
            } catch {
                failure = failure ?? error
                continue
            }
            end(job.id, throwing: LeaseLost(reason: reason))
        }
        // What could not be taken back is found again by the next sweep, and keeps no other lease back now.
        if lost.isEmpty, let failure { throw failure }
        return lost
    }

    /// The one way in which a build at a worker ends without its result or its failure: the lease is given back, and a job
    /// to which that happened too often has failed.
    /// - Returns: the job as it is now.
    /// - Throws: what the ledger says when it does not release the job: then nothing has happened.
    @discardableResult
    private func takeBack(_ job: JobID, holding token: Int64, reason: String) throws -> Job {
        let released = try store.release(job, holding: token, reason: reason, at: now())
        // A job that should have failed, and of which that could not be written, is ready: it fails the next time.
        return (try? store.endAfterInterruptions(released, at: now())) ?? released
    }
}
