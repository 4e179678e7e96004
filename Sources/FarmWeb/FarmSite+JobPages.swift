import Apk
import Building
import FarmAPI
import FarmServices
import FlyingFox
import Foundation
import Jobs
import Packages
import Signing

extension FarmSite {
    func jobPage(_ request: HTTPRequest, _ id: JobID) throws -> HTTPResponse {
        let details = try details(id)
        let job = details.job
        var values: [String: Any] = [
            "job": row(job), "id": id.number, "eventCount": details.events.count,
            "events": details.events.map { ["at": $0.at.formatted(.iso8601), "what": EventText.words($0)] },
            "canCancel": job.isLive && job.state != .publishing,
            "canRetry": [.failed, .cancelled].contains(job.state.name),
            "blocked": try daemon.store.blocked(by: id).map {
                ["href": "/jobs/\($0.id)", "identity": $0.identity]
            },
        ]
        if let attempt = details.attempts.last {
            values["attempt"] = attempt.number
            // A log that is not there yet is an empty one.
            let text = (try? LogFile.text(attempt.log)) ?? ""
            let lines = LogLines(text, isRunning: attempt.ended == nil)
            let from = try Self.number("from", 1...Int.max, in: request)
            values.merge(lines.values(from: from)) { first, _ in first }
            values["hasLog"] = !text.isEmpty || attempt.ended == nil
            if attempt.ended == nil, from == nil { values["isRunning"] = true }
        }
        return page("job", "\(job.identity), job \(id)", request, values)
    }

    func packagePage(_ request: HTTPRequest, _ identity: String) throws -> HTTPResponse {
        let jobs = try daemon.store.jobs(JobQuery(recipe: identity, limit: 50))
        let parts = identity.split(separator: "/").map(String.init)
        var values: [String: Any] = ["identity": identity, "jobs": jobs.map(row)]
        let folder = daemon.folders.repository(parts.first ?? "")
        let isName = parts.count == 2 && !identity.contains("..")
        if isName, let record = Provenance.read(repository: folder, pkgname: parts[1]) {
            let size: (String) -> String = { file in
                // A file that garbage collection took has no size.
                let facts = try? FileManager.default.attributesOfItem(atPath: folder + "/wasm32/" + file)
                return Self.size((facts?[.size] as? Int64) ?? 0)
            }
            values["provenance"] =
                [
                    "version": "\(record.request.pkgver)-r\(record.request.release)",
                    "tests": record.suite.map {
                        "\($0.passed) passed, \($0.failed.count) failed, \($0.skipped) skipped; \($0.wasmProcesses) wasm processes"
                    } ?? "not run: \(record.suiteNote)",
                    "seconds": Int(record.seconds), "digest": record.request.digest.prefix(16),
                    "dependencies": record.request.dependencies.keys.sorted().joined(separator: ", "),
                    "href": "/repo/edge/\(parts[0])/provenance/\(parts[1]).json",
                    "isTried": parts[0] == "main" && machine.has("page/site.json"), "pkgname": parts[1],
                    "files": record.files.map {
                        ["name": $0, "size": size($0), "href": "/repo/edge/\(parts[0])/wasm32/\($0)"]
                    },
                ] as [String: Any]
        }
        guard !jobs.isEmpty || values["provenance"] != nil else {
            throw Problem(
                404, "no-package", "Not found", "no recipe \(identity) was ever queued or published here")
        }
        let counts = try jobs.reversed().compactMap {
            try daemon.store.attempts(of: $0.id).last?.suite?.passed
        }
        if counts.count > 1, let most = counts.max() {
            values["hasChart"] = true
            values["chart"] = counts.enumerated().map { index, count in
                "\(index * 580 / (counts.count - 1) + 10),\(110 - count * 100 / max(1, most))"
            }.joined(separator: " ")
            values["chartWords"] = "From \(counts[0]) to \(counts[counts.count - 1]), at most \(most)."
        }
        return page("package", identity, request, values)
    }
}
