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
        var firstBuilds = planner.distribution.firstBuilds(of: outline)[...]
        var new: [NewJob] = []
        func add(
            _ step: PlanOutline.Step, needs: [String], firstBuilds: [String], isFirst: Bool = false
        ) throws {
            let row = table.rows[step.row]
            let checks = isFirst ? .skipped : checks
            var job = NewJob(
                recipe: table.texts[row.name], repository: table.texts[row.repository], version: step.version,
                priority: Self.priority(priority, chain: step.priority), needs: needs,
                firstBuilds: firstBuilds, isFirstBuild: isFirst,
                input: try folders[step.identity].map { try Self.input(of: $0, checks) })
            if troubles[job.identity] != nil { job.standing = try store.find(job.identity)?.id }
            new.append(job)
        }
        for step in outline.steps {
            // What a step needs of first builds, and they of each other, stands before it.
            let wanted = needs.firstBuilds(before: step)
            while firstBuilds.contains(where: { wanted.contains($0.identity) }),
                let first = firstBuilds.popFirst()
            {
                guard let own = outline.steps.first(where: { $0.row == first.row }) else { continue }
                try add(own, needs: first.needs, firstBuilds: first.firstBuilds, isFirst: true)
            }
            try add(step, needs: needs.recipes(before: step), firstBuilds: wanted)
        }
        let jobs = try store.add(new, at: Date())
        work()
        return (
            jobs,
            new.compactMap { $0.standing == nil || $0.isFirstBuild ? nil : troubles[$0.identity] }.map {
                Quarantined(trouble: $0)
            }
        )
    }

    /// Who asks for more goes first, whatever stands behind it; of the others, the longest chain of builds, in seconds where
    /// times are known.
    static func priority(_ wanted: Int, chain: Double) -> Int {
        let most = 10_000_000
        return wanted * most + Int(min(chain.rounded(), Double(most - 1)))
    }

    /// The digest of a recipe's folder, with what its tests do: `short 12ab…`.
    private static func input(of folder: RecipeFolder, _ checks: BuildRequest.Checks) throws -> String {
        var hash = SHA256()
        hash.update(Array("\(folder.text.utf8.count)\n\(folder.text)".utf8))
        // Prose decides nothing; see `BuildSession.digests`.
        for file in folder.files where file != "why.md" && file != "README.md" {
            let digest = try SHA256.digest(ofFile: folder.location(of: file)).hex
            hash.update(Array("\(file)\n\(digest)\n".utf8))
        }
        return "\(checks.rawValue) \(hash.finalize().hex)"
    }
}
