import Building
import Fetching
import Foundation
import Jobs
import Planning
import Recipes
import Signing

/// A waiting worker of another process as the place where a step is built.
struct WorkerSeat: Sendable {
    let desk: WorkerDesk
    let number: Int
    let profile: WorkerProfile

    /// Sends the step with all that goes into it to the worker, and keeps what it brings back as the request's result.
    /// - Throws: `LeaseLost`, `WorkerFailure`, `BuildError` for a source that cannot be had.
    func build(
        _ step: BuildPlan.Step, _ candidate: StepCandidate, _ job: JobLedger.Running, in session: BuildSession
    ) async throws {
        let folder = "\(session.folders.work)/worker-\(job.id)-\(job.token)"
        defer {
            // What stays is removed at the next start.
            try? FileManager.default.removeItem(atPath: folder)
        }
        session.tell(.phase(identity: step.identity, phase: "fetch"))
        try job.entered("fetch")
        let sources = try await sources(of: step.recipe, in: session)
        let farm = session.folders.root
        let lasts = desk.lasts
        let (order, inputs) = try await OwnThread.run {
            var packing = InputPacking(folder: folder)
            try packing.begin()
            let recipe = try packing.recipe(step.recipe.folder)
            let archives = try packing.archives(of: step.recipe, in: farm)
            let dependencies = try candidate.dependencies.map { try packing.add(file: $0) }
            for source in sources { packing.paths[source.input.digest] = source.path }
            let order = WorkOrder(
                job: job.id, token: job.token, lasts: lasts, request: candidate.request, recipe: recipe,
                sources: sources.map(\.input), archives: archives, dependencies: dependencies)
            return (order, packing.paths)
        }
        session.tell(.phase(identity: step.identity, phase: "worker"))
        let result = try await desk.perform(
            order, at: number, inputs: inputs, folder: folder, log: job.log)
        let builds = session.folders.builds
        try await OwnThread.run {
            try BuildCache(folder: builds)
                .store(result.result, staged: folder + "/packages", as: candidate.request.digest)
        }
    }

    /// The fetched sources: the farm fetches, so that a worker needs no network but the farm.
    private func sources(
        of recipe: Recipe, in session: BuildSession
    ) async throws -> [(input: WorkOrder.Input, path: String)] {
        var found: [(WorkOrder.Input, String)] = []
        for source in recipe.sources {
            do {
                guard let request = try source.request else { continue }
                let fetched = try await session.equipment.sources.retrieve(request)
                found.append((WorkOrder.Input(name: source.name, digest: fetched.sha512.hex), fetched.path))
            } catch { throw BuildError.source("\(recipe.identity): \(error)") }
        }
        return found
    }
}

/// Gathers the files of an order, each under its digest.
private struct InputPacking {
    let folder: String
    var paths: [String: String] = [:]

    func begin() throws {
        if FileManager.default.fileExists(atPath: folder) {
            try FileManager.default.removeItem(atPath: folder)
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    mutating func add(
        file path: String, as name: String? = nil, executable: Bool = false
    ) throws -> WorkOrder.Input {
        let digest = try SHA256.digest(ofFile: path).hex
        paths[digest] = path
        return WorkOrder.Input(
            name: name ?? (path as NSString).lastPathComponent, digest: digest, executable: executable)
    }

    /// The recipe's folder as its overlay makes it. Links in it lead to its neighbours: their content travels.
    mutating func recipe(_ recipe: RecipeFolder) throws -> [WorkOrder.Input] {
        let copy = folder + "/recipe"
        try recipe.write(to: copy)
        return try PackageTree(root: copy).entries.compactMap { entry in
            switch entry.kind {
            case .file: try add(file: copy + "/" + entry.path, as: entry.path, executable: entry.isProgram)
            case .link:
                try add(file: recipe.location(of: entry.path), as: entry.path)
            default: nil
            }
        }
    }

    mutating func archives(of recipe: Recipe, in farm: String) throws -> [WorkOrder.Input] {
        try recipe.sources.compactMap { source in
            guard let folders = source.farmFolders else { return nil }
            let path = "\(folder)/archive-\(paths.count)"
            try Data(FarmTree.archive(of: folders, in: farm)).write(to: URL(fileURLWithPath: path))
            return try add(file: path, as: source.name)
        }
    }
}
