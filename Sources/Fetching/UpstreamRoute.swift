import Subprocess
import SystemPackage

/// The way to a stranger's URL, walked before anything is fetched: every step of its redirections is checked by
/// ``UpstreamRule``, and the addresses that were checked are the ones that are used.
struct UpstreamRoute: Equatable {
    /// The last step's URL.
    let url: String
    /// Its host, port and addresses, as curl's `--resolve` takes them.
    let resolved: String

    /// Walks.
    /// - Throws: `UpstreamRule.Refusal`; what the curl program cannot be started for.
    static func find(to start: String, settings: FetchSettings) async throws -> UpstreamRoute {
        var url = start
        for _ in 0...10 {
            let here = url
            // The resolver blocks, and may do so for a while.
            let resolved = try await Task.detached { try UpstreamRule.resolve(here) }.value
            guard let next = try await redirection(of: url, resolved: resolved, settings: settings) else {
                return UpstreamRoute(url: url, resolved: resolved)
            }
            url = next
        }
        throw UpstreamRule.Refusal(reason: "it was redirected more than 10 times")
    }

    /// Where a URL leads on; nil if it is the last step, or does not answer to HEAD: then GET will tell.
    private static func redirection(
        of url: String, resolved: String, settings: FetchSettings
    ) async throws -> String? {
        guard url.lowercased().hasPrefix("http") else { return nil }
        let seconds = String(max(1, settings.connectTimeout.components.seconds))
        let executable: Executable =
            settings.curl.contains("/") ? .path(FilePath(settings.curl)) : .name(settings.curl)
        let result = try await Subprocess.run(
            executable,
            arguments: [
                "--disable", "--head", "--silent", "--globoff", "--proto", "=http,https", "--resolve",
                resolved,
                "--connect-timeout", seconds, "--max-time", seconds, "--user-agent", "apkfarm",
                "--output", "/dev/null", "--write-out", "%{redirect_url}", "--url", url,
            ], input: .none, output: .string(limit: 16 << 10), error: .discarded)
        return result.standardOutput.isEmpty ? nil : result.standardOutput
    }
}
