import FarmAPI
import FarmServices
import FarmWeb
import Foundation
import Jobs

/// A farm without recipes whose server really listens, on a free port and on its socket, while `body` runs.
struct RunningFarm: Sendable {
    struct NoRecipes: Error {}

    let root: String
    let url: String
    let store: InMemoryJobStore
    let access: AccessLedger
    let daemon: FarmDaemon

    /// What the farm builds with.
    static let tools = WorkerProfile(name: "farm", toolchain: "t", runner: "r", phases: "p", tools: [:])

    static func run(
        requestsPerMinute: Int = 600, isPublic: Bool = true,
        _ body: @escaping @Sendable (RunningFarm) async throws -> Void
    ) async throws {
        let root = NSTemporaryDirectory() + "farm-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: root + "/repo/edge/main/wasm32", withIntermediateDirectories: true)
        defer {
            // The system cleans what stays.
            try? FileManager.default.removeItem(atPath: root)
        }
        let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        var configuration = FarmConfiguration(share: checkout)
        configuration.requestsPerMinute = requestsPerMinute
        configuration.hasPublicDashboard = isPublic
        let store = InMemoryJobStore()
        let access = try AccessLedger(path: root + "/access.sqlite")
        let daemon = FarmDaemon(
            folders: FarmFolders(root: root, environment: [:], configuration: configuration), store: store,
            configuration: configuration,
            parts: DaemonParts(
                catalogue: { throw NoRecipes() }, hostTools: { throw NoRecipes() },
                buildBase: { throw NoRecipes() },
                session: { _, _, _ in throw NoRecipes() }, tools: { Self.tools }), say: { _ in })
        let site = try FarmSite(daemon: daemon, access: access, configuration: configuration, version: "test")
        let network = try WebServer(.network("127.0.0.1:0"), handler: site)
        let local = try WebServer(.socket(root + "/farm.socket"), handler: site.ownersDoor)
        let (ports, said) = AsyncStream.makeStream(of: UInt16.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await network.run { said.yield($0) } }
            group.addTask { try await local.run { said.yield($0) } }
            var port: UInt16 = 0
            var listening = 0
            for await number in ports {
                port = max(port, number)
                listening += 1
                if listening == 2 { break }
            }
            let farm = RunningFarm(
                root: root, url: "http://127.0.0.1:\(port)", store: store, access: access, daemon: daemon)
            defer { group.cancelAll() }
            try await body(farm)
            await network.stop(within: 0)
            await local.stop(within: 0)
        }
    }

    /// A new token's secret.
    func token(_ scopes: [AccessScope], expires: Date? = nil) throws -> String {
        let secret = TokenSecret()
        _ = try access.add(name: "test", digest: secret.digest, scopes: scopes, expires: expires, at: Date())
        return secret.text
    }

    /// Status and body of a request by curl.
    func ask(_ path: String, _ words: String...) async throws -> (status: Int, body: String) {
        let arguments = ["curl", "-s", "-m", "60", "-w", "\n%{http_code}"] + words + [url + path]
        let text = try await Self.onOwnThread {
            let curl = Process()
            curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            curl.arguments = arguments
            let output = Pipe()
            curl.standardOutput = output
            try curl.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            curl.waitUntilExit()
            return text
        }
        guard let newline = text.lastIndex(of: "\n") else { return (0, text) }
        return (Int(text[text.index(after: newline)...]) ?? 0, String(text[..<newline]))
    }

    /// Runs what blocks beside the few threads that the server's tasks share.
    static func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws
        -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: work)) }
        }
    }
}
