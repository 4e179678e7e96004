import ArgumentParser
import Building
import FarmAPI
import FarmServices
import FarmWeb
import Foundation
import Jobs
import Planning

/// `apkfarm serve`: the daemon.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract:
            "Runs the farm: takes requests, builds, publishes, serves the repository and the dashboard.",
        discussion: """
            Example: apkfarm serve --farm /srv/farm --listen 127.0.0.1:8780

            Ends on SIGTERM or SIGINT; what was being built is tried again at the next start, as after a crash.
            """)

    @OptionGroup var options: FarmOptions

    @Option(help: "Where to listen. Default: the settings' 'listen'.")
    var listen: String?

    @Option(
        help:
            "Recipes built side by side by the daemon itself; 0 leaves all to 'apkfarm worker'. Default: the settings' 'workers'."
    )
    var workers: Int?

    func run() async throws {
        Self.allowManyConnections()
        let farm = try Farm(options)
        let lock = try farm.lock(for: "serve")
        defer { withExtendedLifetime(lock) {} }
        let log = DaemonLog()
        let store = try farm.jobStore()
        let access = try AccessLedger(path: farm.folders.access)
        var configuration = farm.configuration
        configuration.workers = max(0, workers ?? configuration.workers)
        let daemon = FarmDaemon(
            folders: farm.folders, store: store, configuration: configuration, parts: parts(farm, store),
            say: log.say)
        let site = try FarmSite(
            daemon: daemon, access: access, configuration: farm.configuration,
            version: Apkfarm.configuration.version)
        let address = listen ?? farm.configuration.listen
        let network = try WebServer(.network(address), handler: site)
        let local = try WebServer(.socket(farm.folders.socket), handler: site.ownersDoor)
        let host = address.prefix(through: address.lastIndex(of: ":") ?? address.startIndex)

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await network.run { log.say("listening on http://\(host)\($0)/") } }
            group.addTask { try await local.run { _ in } }
            if !configuration.webhooks.isEmpty {
                let settings = Webhooks.Settings(
                    urls: configuration.webhooks,
                    secret: try Webhooks.secret(at: farm.folders.webhookSecret),
                    allowsPrivate: configuration.allowsPrivateWebhooks)
                group.addTask {
                    try await Webhooks(store: store, settings: settings, say: log.say).run()
                }
            }
            group.addTask {
                try await daemon.start()
                await Self.termination()
                log.say("stopping")
            }
            // The first to end ends all: a signal, or a server that cannot listen.
            defer { group.cancelAll() }
            while try await group.next() != nil {
                await daemon.stop()
                await site.close()
                async let isClosed: Void = network.stop(within: 2)
                await local.stop(within: 2)
                await isClosed
                group.cancelAll()
            }
        }
        unlink(farm.folders.socket)
        log.say("stopped")
    }

    private func parts(_ farm: Farm, _ store: SQLiteJobStore) -> DaemonParts {
        let mark = ToolchainMark(farm)
        return DaemonParts(
            catalogue: { try await OwnThread.run { farm.catalogue() } },
            hostTools: { try farm.hostTools() },
            buildBase: { try farm.buildBase() },
            stages: { try farm.stages() },
            session: { plan, options, turn in
                try await farm.session(plan, options: options, key: nil, store: store, publisher: turn) { _ in
                }
            },
            tools: { try await OwnThread.run { try farm.profile(named: "the farm") } },
            toolchain: { try await OwnThread.run { try mark.text() } })
    }

    /// Each follower of events holds a connection, and a shell allows 1,024 of them. Builds have a limit of their own.
    private static func allowManyConnections() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        // Refused, fewer can follow.
        setrlimit(resource, &limit)
    }

    /// Returns at the first SIGTERM or SIGINT.
    static func termination() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        for await _ in stream { break }
        for source in sources { source.cancel() }
    }
}

/// The daemon's own log: a line each on standard error, with the time, for people and for journals.
private struct DaemonLog: Sendable {
    @Sendable func say(_ line: String) {
        Output.talk("\(Date().formatted(.iso8601)) \(line)")
    }
}
