import Subprocess
import SystemPackage

/// One place's bytes into a partial file, by curl: resumed where an earlier attempt stopped, asked again when the
/// place fails half-way.
struct Download {
    let place: Place
    let settings: FetchSettings
    let name: String
    /// Whether a stranger named the place: then each step of the way to it is checked.
    var isUpstream = false

    /// Runs until the place has sent everything.
    ///
    /// - Returns: nil then, else what the place answered.
    func run(into file: PartialFile) async throws(FetchError) -> FetchAttempt.Answer? {
        if isUpstream, !settings.allowsPrivateUpstreams {
            do {
                let route = try await UpstreamRoute.find(to: place.url, settings: settings)
                return try await fetch(into: file, by: route)
            } catch let refusal as UpstreamRule.Refusal {
                return .failed("not fetched: \(refusal.reason)")
            } catch let error as FetchError {
                throw error
            } catch { return .failed("\(error)") }
        }
        return try await fetch(into: file, by: nil)
    }

    private func fetch(
        into file: PartialFile, by route: UpstreamRoute?
    ) async throws(FetchError) -> FetchAttempt.Answer? {
        var delay = settings.retryDelay
        var retries = settings.retries
        while true {
            switch try await attempt(into: file, by: route) {
            case .complete: return nil
            case .refused(let answer): return answer
            case .cannotResume: try file.reset()
            case .failedHalfWay(let reason):
                guard retries > 0 else { return .failed(reason) }
                retries -= 1
                do {
                    try await Task.sleep(for: delay)
                } catch {
                    throw .cancelled(name: name)
                }
                delay *= 2
            }
        }
    }

    private enum Outcome {
        case complete
        case cannotResume
        case failedHalfWay(String)
        case refused(FetchAttempt.Answer)
    }

    private func attempt(into file: PartialFile, by route: UpstreamRoute?) async throws(FetchError) -> Outcome
    {
        let resumes = file.count > 0
        if resumes { file.isPieced = true }
        let executable: Executable =
            settings.curl.contains("/") ? .path(FilePath(settings.curl)) : .name(settings.curl)
        do {
            let result = try await Subprocess.run(
                executable, arguments: Arguments(arguments(from: file.count, by: route)), input: .none,
                output: .sequence,
                error: .string(limit: 64 << 10)
            ) { execution in
                for try await piece in execution.standardOutput {
                    try piece.withUnsafeBytes { try file.write($0) }
                }
            }
            if Task.isCancelled { throw FetchError.cancelled(name: name) }
            return outcome(result.terminationStatus, talk: result.standardError, resumes: resumes)
        } catch is PartialFile.TooLarge {
            return .refused(.tooLarge(limit: settings.sizeLimit))
        } catch let error as FetchError {
            throw error
        } catch {
            if Task.isCancelled { throw .cancelled(name: name) }
            throw .store(
                path: settings.curl, reason: "cannot run it: \(error); install Debian's package 'curl'")
        }
    }

    private func arguments(from offset: Int, by route: UpstreamRoute?) -> [String] {
        var arguments = [
            "--disable", "--fail", "--silent", "--show-error", "--globoff", "--proto", "=http,https,ftp,file",
            "--proto-redir", "=http,https,ftp",
            "--connect-timeout", seconds(settings.connectTimeout), "--max-time", seconds(settings.timeout),
            "--speed-limit", "1", "--speed-time", seconds(settings.silenceTimeout), "--user-agent", "apkfarm",
            "--write-out", "%{stderr}\nhttp_code=%{http_code}",
        ]
        if offset > 0 { arguments += ["--continue-at", String(offset)] }
        // A checked way has been walked to its end: a further step would not be checked.
        arguments += route.map { ["--resolve", $0.resolved] } ?? ["--location", "--max-redirs", "10"]
        return arguments + ["--output", "-", "--url", route?.url ?? place.url]
    }

    private func seconds(_ duration: Duration) -> String {
        String(max(1, duration.components.seconds))
    }

    /// What curl's exit code (curl(1), EXIT CODES) and the HTTP status mean.
    private func outcome(_ status: TerminationStatus, talk: String, resumes: Bool) -> Outcome {
        let lines = talk.split(separator: "\n")
        let mark = "http_code="
        let httpStatus = lines.last { $0.hasPrefix(mark) }.flatMap { Int($0.dropFirst(mark.count)) } ?? 0
        let words = lines.last { $0.hasPrefix("curl:") }.map(String.init) ?? "curl ended with \(status)"
        guard case .exited(let code) = status else { return .refused(.failed(words)) }
        switch code {
        case 0:
            if (300..<400).contains(httpStatus) {
                return .refused(.failed("HTTP status \(httpStatus) after the way to it had ended"))
            }
            return .complete
        case 33: return .cannotResume
        case 22:
            // 416: nothing follows what is there already, be it all or more than there is now.
            if httpStatus == 416, resumes { return .cannotResume }
            let isPassing = httpStatus == 408 || httpStatus == 429 || httpStatus >= 500
            let reason = "HTTP status \(httpStatus)"
            return isPassing ? .failedHalfWay(reason) : .refused(.absent(reason))
        case 8, 36, 37: return resumes ? .cannotResume : .refused(.absent(words))
        case 78: return .refused(.absent(words))
        case 18, 28, 52, 55, 56, 92: return .failedHalfWay(words)
        default: return .refused(.failed(words))
        }
    }
}
