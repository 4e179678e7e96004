public import Building
import Foundation
public import Jobs

/// One build for a worker in another process, perhaps on another machine: the request, and by digest everything that
/// goes into it. The toolchain does not travel: a worker has the same one, as its digests say, or gets other work.
public struct WorkOrder: Codable, Sendable, Equatable {
    /// A file that goes in.
    public struct Input: Codable, Sendable, Equatable {
        /// Where it belongs: a path in the recipe's folder, a source's or a package's file name.
        public var name: String
        /// Its digest in hexadecimal digits: SHA-512 of a source, SHA-256 of anything else.
        public var digest: String
        /// Whether it may be executed.
        public var executable: Bool

        /// A file of this name and digest.
        public init(name: String, digest: String, executable: Bool = false) {
            self.name = name
            self.digest = digest
            self.executable = executable
        }
    }

    /// The job.
    public var job: JobID
    /// The lease's fencing token, to be shown with everything that is said about the job.
    public var token: Int64
    /// For how many seconds the lease is good without a heartbeat.
    public var lasts: Int
    /// What is to be built.
    public var request: BuildRequest
    /// The recipe's folder, as its overlay makes it.
    public var recipe: [Input]
    /// Fetched sources.
    public var sources: [Input]
    /// Sources that the farm packed of its own tree.
    public var archives: [Input]
    /// Packages of the build root, in an order in which each can be installed.
    public var dependencies: [Input]

    /// Every input once.
    var inputs: [Input] { recipe + sources + archives + dependencies }
}

/// What a worker can build: only what the same tools would give the same bytes for.
public struct WorkerProfile: Codable, Sendable, Equatable {
    /// The worker's name: `mill-4711`.
    public var name: String
    /// The toolchain's compile digest.
    public var toolchain: String
    /// The runner's digest.
    public var runner: String
    /// Digest of the build functions.
    public var phases: String
    /// Debian packages of its machine with their versions.
    public var tools: [String: String]

    /// A worker with these tools.
    public init(name: String, toolchain: String, runner: String, phases: String, tools: [String: String]) {
        self.name = name
        self.toolchain = toolchain
        self.runner = runner
        self.phases = phases
        self.tools = tools
    }

    /// Why it cannot build anything for a farm with those tools; nil when it can. Host tools are a matter of each request.
    func hindrance(beside farm: WorkerProfile) -> String? {
        func differ(_ what: String, _ own: String, _ other: String) -> String {
            "its \(what) is another one (\(own.prefix(12))) than the farm's (\(other.prefix(12)))"
        }
        if farm.toolchain != toolchain { return differ("toolchain", toolchain, farm.toolchain) }
        if farm.runner != runner { return differ("runner", runner, farm.runner) }
        if farm.phases != phases { return differ("set of build functions", phases, farm.phases) }
        return nil
    }

    /// Why it cannot build a request; nil when it can.
    func hindrance(to request: BuildRequest) -> String? {
        if request.toolchain != toolchain { return "its toolchain is another one than the farm's" }
        if request.runner != runner { return "its runner is another one than the farm's" }
        if request.phases != phases { return "its build functions are not the farm's" }
        let other = request.hostTools.sorted(by: <).filter { tools[$0.key] != $0.value }
        guard let (tool, version) = other.first else { return nil }
        return "it has \(tool) \(tools[tool] ?? HostPackages.absent), the farm \(version)"
    }
}

/// What a worker gets that asks for work.
public struct ClaimAnswer: Codable, Sendable, Equatable {
    /// The work; nil when there was none in time.
    public var order: WorkOrder?
    /// Why this worker cannot do some of the ready jobs, each reason once.
    public var unfit: [String]
}

/// What a worker asks with.
public struct ClaimRequest: Codable, Sendable {
    /// Who asks.
    public var worker: WorkerProfile
    /// How many seconds it waits for work, at most 60.
    public var wait: Int?

    /// A worker's question.
    public init(worker: WorkerProfile, wait: Int?) {
        self.worker = worker
        self.wait = wait
    }
}

/// A sign of life, with what the build printed since the last one.
public struct WorkerBeat: Codable, Sendable {
    /// The lease's fencing token.
    public var token: Int64
    /// The phase that the build is in; nil before the first.
    public var phase: String?
    /// Where in the log `log` begins.
    public var offset: Int
    /// A piece of the log, in base 64 on the wire.
    public var log: Data

    /// A sign of life.
    public init(token: Int64, phase: String?, offset: Int, log: Data) {
        self.token = token
        self.phase = phase
        self.offset = offset
        self.log = log
    }
}

/// The farm's answer to a sign of life.
public struct BeatAnswer: Codable, Sendable, Equatable {
    /// How many bytes of the log the farm has: the next piece begins there.
    public var logged: Int
}

/// A finished build: its packages were uploaded before.
public struct WorkerResult: Codable, Sendable {
    /// The lease's fencing token.
    public var token: Int64
    /// What is to be remembered, with the packages' file names.
    public var result: BuildCache.Result
    /// SHA-256 of each package, by file name.
    public var digests: [String: String]

    /// A result under a lease.
    public init(token: Int64, result: BuildCache.Result, digests: [String: String]) {
        self.token = token
        self.result = result
        self.digests = digests
    }
}

/// A build that failed, or that the worker gives back.
public struct WorkerFailure: Codable, Error, Sendable, Equatable, CustomStringConvertible {
    /// The lease's fencing token.
    public var token: Int64
    /// The phase in which it failed.
    public var phase: String
    /// What happened.
    public var reason: String
    /// The worker stops: nothing is wrong with the job, and another worker may have it.
    public var returned: Bool?

    /// A failure under a lease.
    public init(token: Int64, phase: String, reason: String, returned: Bool? = nil) {
        self.token = token
        self.phase = phase
        self.reason = reason
        self.returned = returned
    }

    /// What happened.
    public var description: String { reason }
}

/// The worker that had the job did not come back: another one may have it.
struct LeaseLost: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
