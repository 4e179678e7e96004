import Building
import Foundation
import Jobs
import Planning
import Recipes
import Signing

/// From a plan to jobs.
extension FarmDaemon {
    /// Queues a job for every step of a plan; see `queue`. The recipes are not evaluated: what the catalogue remembers of them
    /// decides, as their files have not changed since it was made.
    func enqueue(
        _ outline: PlanOutline, over planner: Planner, priority: Int = 0, checks: BuildRequest.Checks = .short
    ) throws -> (jobs: [Job], held: [Quarantined]) {
        let troubles = Dictionary(try quarantined().map { ($0.identity, $0) }) { first, _ in first }
        let folders = try catalogue?.folders(outline.steps.map(\.identity)) ?? [:]
        let table = planner.distribution.table
        var needs = planner.distribution.needs(in: outline)
        let new = try outline.steps.map { step in
            let row = table.rows[step.row]
            var job = NewJob(
                recipe: table.texts[row.name], repository: table.texts[row.repository], version: step.version,
                priority: priority * 1000 + Int(step.priority.rounded()), needs: needs.recipes(before: step),
                input: try folders[step.identity].map { try Self.input(of: $0, checks) })
            if troubles[job.identity] != nil { job.standing = try store.find(job.identity)?.id }
            return job
        }
        let jobs = try store.add(new, at: Date())
        work()
        return (
            jobs,
            new.compactMap { $0.standing == nil ? nil : troubles[$0.identity] }.map {
                Quarantined(trouble: $0)
            }
        )
    }

    /// The digest of a recipe's folder, with what its tests do: `short 12ab…`.
    private static func input(of folder: RecipeFolder, _ checks: BuildRequest.Checks) throws -> String {
        var hash = SHA256()
        for (file, digest) in try BuildSession.digests(of: folder).sorted(by: <) {
            hash.update(Array("\(file)\n\(digest)\n".utf8))
        }
        return "\(checks.rawValue) \(hash.finalize().hex)"
    }
}
