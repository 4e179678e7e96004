import Apk
import Building
import Foundation
public import Jobs
import Planning
import Publishing
import Recipes

/// What is queued without being asked for.
extension FarmDaemon {
    /// Fires a trigger by hand; see `TriggerDesk`.
    public func runTrigger(_ name: String, isDryRun: Bool, by whom: String) async throws -> TriggerFiring {
        let firing = try await triggers.run(name, isDryRun: isDryRun, by: whom, at: Date())
        lookAtAlerts()
        return firing
    }

    func triggerDesk() -> TriggerDesk {
        TriggerDesk(
            triggersWanted, store: store,
            hands: TriggerDesk.Hands(
                queue: { [weak self] recipes, priority in
                    try await self?.queueWhatCanBe(recipes, priority: priority) ?? ([], [])
                },
                published: { [weak self] in
                    try await self?.publishedOrigins() ?? PublishedOrigins([], of: { _ in false })
                },
                toolchain: parts.toolchain), say: say)
    }

    /// What is published, by whether the trees have it as they are now.
    private func publishedOrigins() async throws -> PublishedOrigins {
        let folders = folders
        let origins = try await OwnThread.run { try folders.publishedOrigins() }
        let table = try await freshPlanner().distribution.table
        let known = Set(table.rows.map { "\(table.texts[$0.repository])/\(table.texts[$0.name])" })
        return PublishedOrigins(origins, of: known.contains)
    }

    /// Looks at triggers until cancelled.
    func watch() -> Task<Void, Never> {
        Task { [weak self] in
            while !Task.isCancelled, let desk = await self?.triggers {
                let pause = await desk.look(at: Date())
                await self?.lookAtAlerts()
                // Ends early when cancelled, and so does the loop. What comes by the clock may be half a second late.
                try? await Task.sleep(for: .seconds(pause), tolerance: .milliseconds(500))
            }
        }
    }

    /// Queues recipes with what they need; one that cannot be planned does not keep the others back.
    private func queueWhatCanBe(
        _ recipes: [String], priority: Int
    ) async throws -> (jobs: [Job], refused: [TriggerFiring.Refusal]) {
        let planner = try await freshPlanner()
        var refused: [TriggerFiring.Refusal] = []
        var good = recipes
        var outline: PlanOutline?
        let distribution = planner.distribution
        let times = try BuildTimes.recorded(in: store)
        do throws(PlanningError) { outline = try distribution.outline(recipes, times: times) } catch {
            good = []
            for recipe in recipes {
                do throws(PlanningError) {
                    _ = try distribution.outline([recipe])
                    good.append(recipe)
                } catch {
                    refused.append(
                        TriggerFiring.Refusal(recipe: recipe, reason: planner.located(error).description))
                }
            }
            if !good.isEmpty { outline = try distribution.outline(good, times: times) }
        }
        guard let outline else { return ([], refused) }
        let (jobs, held) = try enqueue(outline, over: planner, priority: priority)
        return (
            jobs,
            refused
                + held.map { TriggerFiring.Refusal(recipe: $0.trouble.identity, reason: "\($0); \($0.cure)") }
        )
    }
}

extension FarmFolders {
    /// Every origin that the farm's own channel lists: `main/zlib`, sorted.
    func publishedOrigins() throws -> [String] {
        var origins: Set<String> = []
        for name in try channels.repositories(of: "edge") {
            for entry in try channels.repository("edge", name).current().entries {
                origins.insert("\(name)/\(entry.origin?.description ?? entry.name.description)")
            }
        }
        return origins.sorted()
    }
}
