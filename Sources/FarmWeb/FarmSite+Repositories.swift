import Apk
import FarmAPI
import FarmServices
import FlyingFox
import Foundation
import Jobs
import Packages
import Publishing

/// Snapshots, promotion, roll-back, withdrawal.
extension FarmSite {
    func listSnapshots(_ values: [String: String]) throws -> HTTPResponse {
        let (channel, name) = try existing(values)
        return try Self.json(daemon.repositories.snapshots(channel, name))
    }

    func promoteChannel(_ request: HTTPRequest) async throws -> HTTPResponse {
        let wanted = try await Self.body(RepositoryVerbs.Promotion.self, of: request).value
        return try Self.json(await daemon.promote(wanted))
    }

    func rollBackRepository(_ request: HTTPRequest, _ values: [String: String]) async throws -> HTTPResponse {
        let wanted = try await Self.body(RepositoryVerbs.RollBack.self, of: request).value
        let (channel, name) = try existing(values)
        return try Self.json(await daemon.rollBack(channel, name, wanted))
    }

    func withdrawPackage(_ request: HTTPRequest) async throws -> HTTPResponse {
        let wanted = try await Self.body(RepositoryVerbs.Withdrawal.self, of: request).value
        return try Self.json(await daemon.withdraw(wanted))
    }

    /// The channel and name of a repository that is there.
    private func existing(_ values: [String: String]) throws -> (String, String) {
        let (channel, name) = (values["channel"] ?? "", values["repository"] ?? "")
        let verbs = daemon.repositories
        guard Channels.isName(channel), Channels.isName(name),
            try verbs.list().contains(where: { $0.channel == channel && $0.repository == name })
        else {
            throw Problem(
                404, "no-repository", "No such repository", "there is no repository \(channel)/\(name)",
                cure: "GET /api/v1/repositories lists them")
        }
        return (channel, name)
    }

    // MARK: Pages

    /// What the forms of the page of repositories ask for; nil for another form.
    func actOnRepository(
        _ parts: [String], _ form: [String: String], _ visitor: Bearer
    ) async throws -> HTTPResponse? {
        guard parts.first == "repository" else { return nil }
        guard visitor.allows(.publish, at: now()) else {
            throw Problem(
                403, "not-allowed", "Not allowed", "\(visitor.name) may not change what is published")
        }
        try access.note(
            who: visitor.name, what: "POST /" + parts.joined(separator: "/"), status: 0, at: now())
        if parts == ["repository", "promote"] {
            _ = try await daemon.promote(
                RepositoryVerbs.Promotion(from: form["from"] ?? "", to: form["to"] ?? ""))
            return Self.see("/repository")
        }
        guard parts.count == 4, parts[3] == "rollback" else { return nil }
        let (channel, name) = try existing(["channel": parts[1], "repository": parts[2]])
        guard let number = Int64(form["to"] ?? "") else {
            throw Problem(
                422, "no-snapshot", "No such snapshot", "'\(form["to"] ?? "")' is no snapshot's number")
        }
        _ = try await daemon.rollBack(
            channel, name, RepositoryVerbs.RollBack(to: number, reason: form["reason"] ?? ""))
        return Self.see("/repository")
    }

    func repositoryPage(_ request: HTTPRequest) throws -> HTTPResponse {
        let verbs = daemon.repositories
        let rows = try verbs.list()
        let mayPublish = visitor(of: request)?.allows(.publish, at: now()) ?? false
        let repositories = try rows.map { row in
            let address = "\(row.channel)/\(row.repository)"
            let index = try verbs.repository(row.channel, row.repository).current()
            var values: [String: Any] = [
                "name": address, "count": row.packages, "anchor": "\(row.channel)-\(row.repository)",
                "snapshots": try snapshotValues(row, mayRollBack: mayPublish),
                "packages": index.entries.map { entry in
                    [
                        "name": entry.name.description, "version": entry.version.description,
                        "size": Self.size(entry.fileSize), "summary": entry.summary.description,
                        "origin": "\(row.repository)/\(entry.origin?.description ?? entry.name.description)",
                        "href": "/repo/\(address)/wasm32/\(entry.fileName)",
                    ] as [String: Any]
                },
            ]
            if let number = row.number { values["number"] = number }
            return values
        }
        var values: [String: Any] = [
            "repositories": repositories,
            "key": (try FileManager.default.contentsOfDirectory(atPath: daemon.folders.publicKeys))
                .filter { $0.hasSuffix(".pub") }.sorted().first ?? "",
            "address": "http://" + (request.headers[.host] ?? configuration.listen),
        ]
        if mayPublish, !rows.isEmpty {
            values["mayPromote"] = true
            values["channels"] = Set(rows.map(\.channel)).sorted().map { ["name": $0] }
        }
        return page("repository", "Repository", request, values)
    }

    /// The snapshots of a repository for its page, the newest first.
    func snapshotValues(_ row: RepositoryRow, mayRollBack: Bool) throws -> [[String: Any]] {
        let snapshots = try daemon.repositories.snapshots(row.channel, row.repository).prefix(20)
        return snapshots.enumerated().map { index, snapshot in
            func shown(_ labels: [String]) -> String {
                labels.prefix(12).joined(separator: ", ")
                    + (labels.count > 12 ? " and \(labels.count - 12) more" : "")
            }
            var values: [String: Any] = [
                "number": snapshot.number, "date": snapshot.date, "action": snapshot.action,
                "address": "\(row.channel)/\(row.repository)",
            ]
            let why = [snapshot.source, snapshot.reason].filter { !$0.isEmpty }.joined(separator: ": ")
            if !why.isEmpty { values["why"] = why }
            if !snapshot.added.isEmpty { values["added"] = shown(snapshot.added) }
            if !snapshot.removed.isEmpty { values["removed"] = shown(snapshot.removed) }
            if index > 0, mayRollBack { values["mayRollBack"] = true }
            return values
        }
    }
}
