import ArgumentParser
import FarmAPI
import FarmServices
import Foundation

/// Where a daemon is, for verbs that ask one.
enum RemoteOptions {
    /// The daemon that `--url` or `$APKFARM_URL` names; nil when none is named.
    static var remote: FarmClient? {
        let environment = ProcessInfo.processInfo.environment
        guard let url = environment["APKFARM_URL"], !url.isEmpty else { return nil }
        return FarmClient(.url(url, token: environment["APKFARM_TOKEN"]))
    }

    /// The daemon that is named, else the one of the farm's folder when it answers; nil when nobody does: then the caller
    /// works on the farm itself.
    static func daemon(_ options: FarmOptions) throws -> FarmClient? {
        if let remote { return remote }
        let socket = try Farm(options).folders.socket
        guard FileManager.default.fileExists(atPath: socket) else { return nil }
        let client = FarmClient(.socket(socket))
        do {
            _ = try client.send("GET", "/healthz")
            return client
        } catch FarmClient.Failure.unreachable { return nil }
    }

    /// Asks the daemon for a change of what is published, or makes it here.
    static func change<Answer: Decodable>(
        _ options: FarmOptions, _ purpose: String, _ path: String, _ wanted: some Encodable,
        _ work: (RepositoryVerbs) throws -> Answer
    ) throws -> Answer {
        if let client = try daemon(options) {
            let body = try WireJSON.encode(wanted)
            return try WireJSON.decode(Answer.self, from: try client.send("POST", path, body: body))
        }
        let farm = try Farm(options)
        let lock = try farm.lock(for: purpose)
        defer { withExtendedLifetime(lock) {} }
        return try work(RepositoryVerbs(folders: farm.folders))
    }

    /// The daemon that is named, else the one of the farm's folder.
    static func client(_ options: FarmOptions) throws -> FarmClient {
        if let remote { return remote }
        return FarmClient(.socket(try Farm(options).folders.socket))
    }
}
