import Building
import Fetching
import Foundation
import Jobs
import Signing

/// Brings an order's inputs to a worker, each checked by its digest, and lays them out for a build.
struct WorkerInputs: Sendable {
    let order: WorkOrder
    let link: any WorkerLink
    let folder: String

    private var sourceFolder: String { folder + "/sources" }

    /// The sources that came with the order, before those of the worker's own store; nothing comes from elsewhere.
    func sources(before store: SourceStore) -> SourceStore { store.only(mirrors: [sourceFolder]) }

    /// Removes what an earlier order left. To be called before anything is written or sent: an old log is not this
    /// order's.
    static func clear(_ folder: String) throws {
        for old in ["/recipe", "/sources", "/archives", "/packages", "/log"] {
            guard FileManager.default.fileExists(atPath: folder + old) else { continue }
            try FileManager.default.removeItem(atPath: folder + old)
        }
    }

    /// Fetches everything.
    /// - Returns: the recipe's folder, the packed sources by name, the package files of the build root.
    /// - Throws: `WorkerLinkError`; `BuildError` for an order that names no proper files.
    func bring(
        into store: SourceStore
    ) async throws -> (recipe: String, archives: [String: String], dependencies: [String]) {
        let recipe = "\(folder)/recipe/\(order.request.repository)/\(order.request.pkgname)"
        for input in order.recipe {
            let path = try await bring(input, to: recipe + "/" + input.name)
            chmod(path, input.executable ? 0o755 : 0o644)
        }
        for input in order.sources where store.path(of: try Digest(hex: input.digest)) == nil {
            let path = "\(sourceFolder)/\(input.digest.prefix(2))/\(input.digest)"
            guard !FileManager.default.fileExists(atPath: path) else { continue }
            _ = try await bring(input, to: path)
        }
        var archives: [String: String] = [:]
        for input in order.archives {
            archives[input.name] = try await bring(input, to: folder + "/archives/" + input.name)
        }
        var dependencies: [String] = []
        for input in order.dependencies {
            dependencies.append(try await bring(input, to: folder + "/packages/" + input.name))
        }
        return (recipe, archives, dependencies)
    }

    private func bring(_ input: WorkOrder.Input, to path: String) async throws -> String {
        guard !input.name.isEmpty, !input.name.hasPrefix("/"),
            !input.name.split(separator: "/").contains("..")
        else {
            throw BuildError.unreadable(path: input.name, reason: "the order names a file outside its folder")
        }
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try await link.input(order.job, token: order.token, digest: input.digest, to: path)
        let isWhole = try await OwnThread.run {
            input.digest.utf8.count == 128
                ? try SHA512.digest(ofFile: path).hex == input.digest
                : try SHA256.digest(ofFile: path).hex == input.digest
        }
        guard isWhole else {
            throw BuildError.unreadable(path: input.name, reason: "what came has not the order's digest")
        }
        return path
    }
}
