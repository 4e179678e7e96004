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
    func listSnapshots(_ request: HTTPRequest, _ values: [String: String]) throws -> HTTPResponse {
        let (channel, name) = try existing(values)
        let before = try Self.number("before", 1...Int.max, in: request).map(Int64.init)
        let limit = try Self.number("limit", 1...1000, in: request)
        return try Self.json(
            daemon.repositories.snapshots(channel, name, before: before, limit: limit ?? .max))
    }

    func writeUpload(_ request: HTTPRequest, _ values: [String: String]) async throws -> HTTPResponse {
        let digest = values["digest"] ?? ""
        let uploads = daemon.uploads
        let path = try uploads.place(for: digest, bytes: request.bodySequence.count)
        var bytes: Int64 = 0
        let isTaken = try await Self.receive(request, digest, at: path) { count in
            try uploads.take(count, of: bytes)
            bytes += Int64(count)
        }
        guard isTaken else {
            throw Problem(500, "farm", "The farm failed", "\(path) cannot be written", cure: "see its log")
        }
        return HTTPResponse(statusCode: HTTPStatusCode(204, phrase: "No Content"))
    }

    func publishPackages(_ request: HTTPRequest, _ values: [String: String]) async throws -> HTTPResponse {
        let wanted = try await Self.body(RepositoryVerbs.ByHand.self, of: request).value
        return try Self.json(
            await daemon.publish(values["channel"] ?? "", values["repository"] ?? "", wanted))
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
    func existing(_ values: [String: String]) throws -> (String, String) {
        let (channel, name) = (values["channel"] ?? "", values["repository"] ?? "")
        guard Channels.isName(channel), Channels.isName(name),
            try daemon.folders.channels.repositories(of: channel).contains(name)
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

    /// How many packages and snapshots a page shows of each repository: all of them together, or one alone.
    private static let shownTogether = 100, shownAlone = 500, shownSnapshots = 20

    /// Every repository, or the one that the path names; of each a part, with links to the rest.
    func repositoryPage(_ request: HTTPRequest, _ parts: [String]) throws -> HTTPResponse {
        let channels = daemon.folders.channels
        let mayPublish = visitor(of: request)?.allows(.publish, at: now()) ?? false
        let names = try channels.names()
        var wanted = try names.flatMap { name in try channels.repositories(of: name).map { (name, $0) } }
        let isAlone = parts.count == 3
        if isAlone { wanted = [try existing(["channel": parts[1], "repository": parts[2]])] }
        let from = isAlone ? try Self.number("from", 0...Int.max, in: request) ?? 0 : 0
        let before = isAlone ? try Self.number("before", 1...Int.max, in: request).map(Int64.init) : nil
        let repositories = try wanted.map { channel, name in
            try repositoryValues(
                channel, name, from: from, before: before, mayRollBack: mayPublish,
                shown: isAlone ? Self.shownAlone : Self.shownTogether)
        }
        var values: [String: Any] = [
            "repositories": repositories,
            "key": (try FileManager.default.contentsOfDirectory(atPath: daemon.folders.publicKeys))
                .filter { $0.hasSuffix(".pub") }.sorted().first ?? "",
            "address": "http://" + (request.headers[.host] ?? configuration.listen),
        ]
        if isAlone { values["isAlone"] = true }
        if mayPublish, !isAlone, !wanted.isEmpty {
            values["mayPromote"] = true
            values["channels"] = names.map { ["name": $0] }
        }
        return page("repository", "Repository", request, values)
    }

    private func repositoryValues(
        _ channel: String, _ name: String, from: Int, before: Int64?, mayRollBack: Bool, shown: Int
    ) throws -> [String: Any] {
        let address = "\(channel)/\(name)"
        let index = try daemon.repositories.repository(channel, name).current()
        let entries = index.entries.dropFirst(from).prefix(shown)
        // One more than is shown says that there are older ones.
        let snapshots = try daemon.repositories.snapshots(
            channel, name, before: before, limit: Self.shownSnapshots + 1)
        let number = IndexStamp(description: index.description)?.number
        var values: [String: Any] = [
            "name": address, "count": index.entries.count, "anchor": "\(channel)-\(name)",
            "snapshots": snapshotValues(
                snapshots.prefix(Self.shownSnapshots), of: address, current: number, mayRollBack: mayRollBack),
            "packages": entries.map { entry in
                [
                    "name": entry.name.description, "version": entry.version.description,
                    "size": Self.size(entry.fileSize), "summary": entry.summary.description,
                    "origin": "\(name)/\(entry.origin?.description ?? entry.name.description)",
                    "href": "/repo/\(address)/wasm32/\(entry.fileName)",
                ] as [String: Any]
            },
        ]
        if let number { values["number"] = number }
        let end = from + entries.count
        if end < index.entries.count {
            values["further"] = ["from": end, "count": index.entries.count - end]
        }
        if snapshots.count > Self.shownSnapshots, let last = snapshots.dropLast().last {
            values["older"] = last.number
        }
        return values
    }

    /// Snapshots of a repository for its page; one may go back to all but the current one.
    private func snapshotValues(
        _ snapshots: ArraySlice<SnapshotRow>, of address: String, current: Int64?, mayRollBack: Bool
    ) -> [[String: Any]] {
        snapshots.map { snapshot in
            func shown(_ labels: [String]) -> String {
                labels.prefix(12).joined(separator: ", ")
                    + (labels.count > 12 ? " and \(labels.count - 12) more" : "")
            }
            var values: [String: Any] = [
                "number": snapshot.number, "date": snapshot.date, "action": snapshot.action,
                "address": address,
            ]
            let why = [snapshot.source, snapshot.reason].filter { !$0.isEmpty }.joined(separator: ": ")
            if !why.isEmpty { values["why"] = why }
            if !snapshot.added.isEmpty { values["added"] = shown(snapshot.added) }
            if !snapshot.removed.isEmpty { values["removed"] = shown(snapshot.removed) }
            if snapshot.number != current, mayRollBack { values["mayRollBack"] = true }
            return values
        }
    }
}
